"""A map from one model's space into another's, found from images that both have seen, and used on texts as well.

Source: canonicalising multimodal representations: orthogonal Procrustes on centred unit vectors of paired images.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError
from explorer.features.replacing.matching import Doubles

LEAST_ANCHORS = 2
RIDGE = 1e-2
"""Penalty of the ridge map, in units of the mean squared length of an anchor along one dimension."""


@dataclass(frozen=True)
class Bridge:
    """x -> (x - mean of A) turn + mean of B, for unit rows x of model A.

    turn: (d, e). mean_a: (d,), mean_b: (e,) means of the anchors. anchors: how many images it was fitted on.
    """

    turn: Doubles
    mean_a: Doubles
    mean_b: Doubles
    anchors: int

    @property
    def unique(self) -> bool:
        """False when there were too few anchors to fix the map: other maps fit them just as well."""
        return bool(self.anchors > min(self.turn.shape))

    def __call__(self, x: NDArray[Any], means: tuple[NDArray[Any], NDArray[Any]] | None = None) -> Floats:
        """(n, e) unit rows of the (n, d) unit rows `x`. means: of A and of B, in place of the images' (for texts)."""
        mean_a, mean_b = means or (self.mean_a, self.mean_b)
        return unit_rows((np.asarray(x, dtype=np.float64) - mean_a) @ self.turn + mean_b, "bridged vectors")

    def turned(self, x: NDArray[Any]) -> Floats:
        """(n, e) unit rows of x turned alone, without any mean."""
        return unit_rows(np.asarray(x, dtype=np.float64) @ self.turn, "bridged vectors")


def orthogonal_bridge(x: NDArray[Any], y: NDArray[Any]) -> Bridge:
    """The turn R with the least ||(X - mean) R - (Y - mean)|| of paired (n, d) and (n, e) rows: U V' of the SVD of X'Y.

    Rows are divided by their lengths first. Of unequal length, R has orthonormal rows (d < e) or columns (d > e): the
    shorter space keeps its shape inside the longer one, as if its vectors were filled up with zeros.
    Raises InputError for unpaired rows or fewer than 2.
    """
    a, b, mean_a, mean_b = _centred(x, y)
    u, _, vt = np.linalg.svd(a.T @ b, full_matrices=False)
    return Bridge(np.asarray(u @ vt, dtype=np.float64), mean_a, mean_b, len(a))


def ridge_bridge(x: NDArray[Any], y: NDArray[Any], penalty: float = RIDGE) -> Bridge:
    """The baseline: any linear map, (X'X + p s I)^-1 X'Y with s the mean squared length along one dimension of X."""
    a, b, mean_a, mean_b = _centred(x, y)
    gram = a.T @ a
    gram[np.diag_indices(len(gram))] += penalty * max(float(np.trace(gram)) / len(gram), 1e-12)
    return Bridge(np.asarray(np.linalg.solve(gram, a.T @ b), dtype=np.float64), mean_a, mean_b, len(a))


def paired_cosine(x: NDArray[Any], y: NDArray[Any]) -> float:
    """Mean cosine of row i of x with row i of y; NaN when their lengths differ (nothing can be multiplied)."""
    if x.shape[1] != y.shape[1]:
        return float("nan")
    return float((unit_rows(x) * unit_rows(y)).sum(axis=1, dtype=np.float64).mean())


def top1(queries: NDArray[Any], gallery: NDArray[Any], wanted: NDArray[Any], labels: NDArray[Any]) -> float:
    """Share of (q, d) queries whose most similar row of the (g, d) gallery carries the wanted label; NaN as above."""
    if queries.shape[1] != gallery.shape[1]:
        return float("nan")
    best = (unit_rows(queries) @ unit_rows(gallery).T).argmax(axis=1)
    return float((labels[best] == wanted).mean())


def _centred(x: NDArray[Any], y: NDArray[Any]) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or len(x) < LEAST_ANCHORS:
        raise InputError(
            f"Bridge: expected the same anchors from both models, at least {LEAST_ANCHORS}; "
            f"got {x.shape} and {y.shape}."
        )
    a, b = (_unit(side, name) for side, name in ((x, "anchors of A"), (y, "anchors of B")))
    return a - a.mean(axis=0), b - b.mean(axis=0), a.mean(axis=0), b.mean(axis=0)


def _unit(vectors: NDArray[Any], name: str) -> Doubles:
    """Unit rows in double precision, checked as everywhere; rows of unit length (to float32's precision) stay exact."""
    unit_rows(vectors, name)
    rows: Doubles = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(np.abs(lengths - 1) < 1e-6, 1.0, lengths), dtype=np.float64)
