"""Multiple negatives ranking, and MNR-plus, for which pairs that are alike among themselves are no wrong answers."""

from typing import TYPE_CHECKING

from explorer.features.tune.losses.loss import Batch, Loss, paired

if TYPE_CHECKING:
    import torch

SCALE, SAME = 20.0, 1e-6


def mnr(first: "torch.Tensor", second: "torch.Tensor", scale: float = SCALE) -> "torch.Tensor":
    """Mean cross-entropy of `scale` · A Bᵀ, (p, d) each, the right answer to a row being the one in the same place.

    The rows are taken as they are: with scale 1 and rows of any length it is the raw form.
    """
    import torch

    own = torch.arange(len(first), device=first.device)
    return torch.nn.functional.cross_entropy(scale * first @ second.T, own)


def mnr_plus(first: "torch.Tensor", second: "torch.Tensor", scale: float = SCALE) -> "torch.Tensor":
    """½ [CE(A Bᵀ, t) + CE(B Aᵀ, t)] of (p, d) rows each, t = argmax softmax((A Aᵀ + B Bᵀ) / 2) row by row.

    A pair that is in the batch again is no wrong answer. The target alone does not see to that: the copies have the
    same logits, so which of them is the right one changes nothing. Here they are taken out besides the target.
    """
    import torch
    from torch.nn.functional import cross_entropy

    alike = ((first @ first.T + second @ second.T) / 2).detach()
    target = alike.argmax(1)  # softmax keeps the order
    copies = alike >= alike.max(1, keepdim=True).values - SAME
    copies[torch.arange(len(first), device=first.device), target] = False
    logits = scale * first @ second.T
    ways = [cross_entropy(one.masked_fill(copies, -torch.inf), target) for one in (logits, logits.T)]
    return (ways[0] + ways[1]) / 2


def _mnr(batch: Batch) -> "torch.Tensor":
    first, second, _ = paired(batch, "MNR")
    return mnr(first, second)


def _mnr_plus(batch: Batch) -> "torch.Tensor":
    first, second, _ = paired(batch, "MNR-plus")
    return mnr_plus(first, second)


MNR = Loss(
    name="mnr",
    label="Multiple negatives ranking (MNR)",
    formula="CE(20 · A Bᵀ, own place)",
    source="Henderson and others 2017",
    needs=("pairs",),
    baseline="untuned",
    trained="on pairs; every other pair of the batch is a wrong answer, also one that is the same again",
    value=_mnr,
)
MNR_PLUS = Loss(
    name="mnr-plus",
    label="MNR-plus",
    formula="½ [CE(20 · A Bᵀ, t) + CE(20 · B Aᵀ, t)], t = argmax softmax((A Aᵀ + B Bᵀ) / 2)",
    source="Hallee and others 2024 (mixture of experts)",
    needs=("pairs",),
    baseline="mnr",
    trained="on pairs, both ways; a pair that is the same again is no wrong answer",
    value=_mnr_plus,
)
