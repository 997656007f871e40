"""What the fusion learns by: telling texts apart with soft targets, and saying the right sentence."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

ALPHA, SOFT = 0.25, 0.4


def soft_contrastive(scores: "torch.Tensor", teacher: "torch.Tensor", soft: float = SOFT) -> "torch.Tensor":
    """(b, b) scores of query i with text j, already divided by their temperature -> the loss, one number.

    Cross entropy in both directions with the targets (1 - soft) identity + soft softmax(teacher). teacher: (b, b)
    scores of the model that does not learn, likewise divided. Source: Li et al. 2021, Align before Fuse, equation 6,
    which GeAR follows; its momentum encoders are the frozen model here, which is its own momentum.
    """
    import torch

    whole = torch.eye(len(scores), dtype=scores.dtype, device=scores.device)
    found = torch.zeros((), dtype=scores.dtype, device=scores.device)
    for one, other in ((scores, teacher), (scores.T, teacher.T)):
        target = (1 - soft) * whole + soft * other.softmax(dim=1)
        found = found - (target * one.log_softmax(dim=1)).sum(dim=1).mean() / 2
    return found


def saying(logits: "torch.Tensor", wanted: "torch.Tensor", mask: "torch.Tensor") -> "torch.Tensor":
    """(b, l, v) logits and (b, l) wanted tokens -> mean cross entropy over the tokens where the (b, l) mask is True."""
    from torch.nn.functional import cross_entropy

    return cross_entropy(logits[mask], wanted[mask])


def both(contrastive: "torch.Tensor", said: "torch.Tensor", alpha: float = ALPHA) -> "torch.Tensor":
    """L = L_CL + alpha L_LM. Source: GeAR, with alpha 0.25."""
    return contrastive + alpha * said
