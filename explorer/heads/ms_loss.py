"""Multi-similarity loss with its mining, and how hard it pulls at each pair (Wang et al. 2019).

A plain version on arrays is what pages draw, and the yardstick for the library's, which trains.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Mask, Vectors
from explorer.base.errors import InputError

if TYPE_CHECKING:
    import torch

ALPHA, BETA, BASE, EPSILON = 2.0, 40.0, 0.5, 0.1
Labels = NDArray[np.object_] | NDArray[np.str_] | NDArray[np.int64]


@dataclass(frozen=True)
class PairLoss:
    """loss: mean over all items of the batch, those without a pair included. positives, negatives: (m, m) pairs that
    count. weights: (m, m) |∂L_i/∂S_ij| of anchor i (general pair weighting), 0 for pairs that do not count.
    """

    loss: float
    positives: Mask
    negatives: Mask
    weights: Doubles


def pairs_of(labels: Labels) -> tuple[Mask, Mask]:
    """(m, m) pairs of one group, an item with itself left out, and pairs of different groups."""
    groups = np.asarray(labels)
    same: Mask = np.equal.outer(groups, groups)
    return same & ~np.eye(len(same), dtype=bool), ~same


def mine(similarities: Doubles, positives: Mask, negatives: Mask, epsilon: float = EPSILON) -> tuple[Mask, Mask]:
    """The informative pairs: a negative when S + ε > the anchor's smallest positive, a positive when S − ε < its
    largest negative (equations 7 and 8). An anchor without a positive or without a negative has none.
    """
    both = np.asarray(positives.any(1) & negatives.any(1))[:, None]
    least = np.where(positives, similarities, np.inf).min(1, keepdims=True)
    most = np.where(negatives, similarities, -np.inf).max(1, keepdims=True)
    kept_negatives = negatives & both & (similarities + epsilon > least)
    kept_positives = positives & both & (similarities - epsilon < most)
    return kept_positives, kept_negatives


def ms_loss(
    vectors: Vectors,
    labels: Labels,
    *,
    alpha: float = ALPHA,
    beta: float = BETA,
    base: float = BASE,
    epsilon: float | None = EPSILON,
) -> PairLoss:
    """L = 1/m Σ_i {log[1 + Σ_P e^(−α (S_ik − λ))] / α + log[1 + Σ_N e^(β (S_ik − λ))] / β}, S = cosines (equation 9).

    vectors: (m, d), scaled to length 1 here. labels: (m,). base: λ. epsilon: of the mining, None to keep all pairs.
    Raises InputError when a vector has no direction or the lengths differ.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if len(rows) != len(labels) or not (lengths > 0).all():
        raise InputError(f"Expected a vector with a direction for each of {len(labels)} labels, got {rows.shape}.")
    unit = rows / lengths
    similarities = unit @ unit.T
    positives, negatives = pairs_of(labels)
    if epsilon is not None:
        positives, negatives = mine(similarities, positives, negatives, epsilon)
    pulled, pull = _soft_sum(-alpha * (similarities - base), positives)
    pushed, push = _soft_sum(beta * (similarities - base), negatives)
    return PairLoss(float((pulled / alpha + pushed / beta).mean()), positives, negatives, pull + push)


@cache
def trained_ms_loss() -> "Callable[[torch.Tensor, torch.Tensor], torch.Tensor]":
    """The loss of (b, d) rows and (b,) groups as a tensor, with its mining and the official parameters.

    It is pytorch-metric-learning's, which scales the rows to length 1 itself.
    """
    from pytorch_metric_learning.losses import MultiSimilarityLoss
    from pytorch_metric_learning.miners import MultiSimilarityMiner

    loss, miner = MultiSimilarityLoss(alpha=ALPHA, beta=BETA, base=BASE), MultiSimilarityMiner(epsilon=EPSILON)

    def value(rows: "torch.Tensor", codes: "torch.Tensor") -> "torch.Tensor":
        return loss(rows, codes, miner(rows, codes))  # type: ignore[no-any-return]

    return value


def _soft_sum(exponents: Doubles, kept: Mask) -> tuple[Doubles, Doubles]:
    """(m,) log[1 + sum of e^exponent over the pairs that are kept], and (m, m) its slopes; finite for any exponent."""
    from scipy.special import logsumexp

    inner = np.where(kept, exponents, -np.inf)
    total = logsumexp(np.pad(inner, ((0, 0), (1, 0))), axis=1)
    return total, np.exp(inner - total[:, None])


def recall_at_1(vectors: Vectors, labels: Labels) -> float:
    """Share of the items whose nearest other item is of their group, of those whose group has another item."""
    values = np.asarray(labels)
    positives, _ = pairs_of(labels)
    similarities = np.asarray(vectors, dtype=np.float64) @ np.asarray(vectors, dtype=np.float64).T
    np.fill_diagonal(similarities, -np.inf)
    able = positives.any(1)
    if not able.any():
        return float("nan")
    nearest = similarities.argmax(1)
    return float((values[nearest] == values)[able].mean())
