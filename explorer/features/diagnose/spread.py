"""Anisotropy: how much of the space the vectors use. Pure.

Sources: Ethayarajh 2019, How contextual are contextualized word representations? (mean cosine of random pairs);
Roy & Vetterli 2007, The effective rank (exponential of the entropy of the singular values' shares). The participation
ratio is that of the eigenvalues of the covariance, (sum)² / sum of squares.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.half import widen

BLOCK = 16_384


@dataclass(frozen=True)
class Spread:
    """How (m, d) unit vectors lie in their space.

    dim: d. mean_cosine: of two different items, over all pairs; 0 in a space that is used evenly. effective_rank:
    directions that are used, from 1 to d, around the mean. participation: the same by another count, always smaller.
    first: share of the variance around the mean that the first principal direction holds.
    """

    dim: int
    mean_cosine: float
    effective_rank: float
    participation: float
    first: float

    @property
    def alike(self) -> bool:
        """Whether all items have the same vector, so that there are no directions to speak of."""
        return not np.isfinite(self.effective_rank)


def spread(vectors: NDArray[Any], rows: NDArray[np.int64]) -> Spread:
    """Of the items `rows` (m,) of (n, d) unit vectors; all NaN for fewer than two."""
    count, dim = len(rows), int(vectors.shape[1])
    if count < 2:
        return Spread(dim, *[float("nan")] * 4)
    total, products = np.zeros(dim), np.zeros((dim, dim))
    for start in range(0, count, BLOCK):
        part = widen(vectors[rows[start : start + BLOCK]]).astype(np.float64)
        total += part.sum(axis=0)
        products += part.T @ part
    pairs = (float(total @ total) - float(np.trace(products))) / (count * (count - 1))
    variances = np.clip(np.linalg.eigvalsh(products - np.outer(total, total) / count), 0, None)
    return Spread(dim, pairs, *_shape(variances))


def _shape(variances: NDArray[np.float64]) -> tuple[float, float, float]:
    """Effective rank, participation ratio and share of the largest of (d,) variances; NaN where all are 0."""
    lengths = np.sqrt(variances)
    if not lengths.sum() > 0:
        return float("nan"), float("nan"), float("nan")
    shares = lengths / lengths.sum()
    used = shares[shares > 0]
    rank = float(np.exp(-(used * np.log(used)).sum()))
    return rank, float(variances.sum() ** 2 / (variances**2).sum()), float(variances.max() / variances.sum())
