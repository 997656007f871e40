"""In-batch negatives without false ones: a text of the same entry, or the same title again, is no wrong answer."""

from typing import TYPE_CHECKING

from explorer.features.tune.losses.mnr import SCALE

if TYPE_CHECKING:
    import torch


def masked_mnr(
    first: "torch.Tensor", second: "torch.Tensor", same: "torch.Tensor", scale: float = SCALE
) -> "torch.Tensor":
    """Mean cross-entropy of `scale` · A Bᵀ, (b, d) unit rows each, the right answer being the one in the same place.

    same: (b, b) whether the second text of one pair would be right for the first of another: it is left out of that
    row's wrong answers. With nothing the same it is `losses.mnr.mnr`.
    """
    import torch

    logits = scale * first @ second.T
    others = same & ~torch.eye(len(same), dtype=torch.bool, device=same.device)
    target = torch.arange(len(first), device=first.device)
    return torch.nn.functional.cross_entropy(logits.masked_fill(others, -torch.inf), target)
