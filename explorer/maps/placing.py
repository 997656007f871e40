"""Place points on a finished map among their nearest neighbours."""

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.maps.neighbours import blocks

NEIGHBOURS = 10
"""How many neighbours have a say in where a point is placed."""
_ROUNDS = 8


def place_among(coords: Floats, rows: Rows, similarities: Floats) -> Floats:
    """Return (q, d) places, each the weighted geometric median of its neighbours' places.

    coords: (m, d) places. rows, similarities: (q, k) neighbours (row numbers of `coords`) and cosine similarities.
    Weights are 1 / (1 - similarity), inverse squared distance (Shepard 1968): a copy of an item lies on it.
    The median (Weiszfeld 1937), unlike the mean, stays in the cluster that holds most of the weight: measured on 18,428
    photos, 69% of the map neighbours of a placed one have its label, against 62% with the mean and 69% of fitted ones.
    """
    placed = np.empty((len(rows), coords.shape[1]), dtype=np.float32)
    for block in blocks(len(rows), 65_536):
        weights = 1 / np.maximum(1 - similarities[block].astype(np.float64), 1e-6)
        placed[block] = _median(coords[rows[block]].astype(np.float64), weights)
    return placed


def _median(points: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted geometric medians (q, d) of (q, k, d) points, by a few of Weiszfeld's rounds from the weighted mean."""
    centre = _mean(points, weights)
    tiny = 1e-6 * (1 + np.abs(points).max(initial=0.0))
    for _ in range(_ROUNDS):
        distances = np.linalg.norm(points - centre[:, None], axis=2)
        centre = _mean(points, weights / np.maximum(distances, tiny))
    return centre


def _mean(points: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("qk,qkc->qc", shares, points))
