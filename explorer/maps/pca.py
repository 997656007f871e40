"""Principal components: the linear map, and the baseline beside UMAP."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, unit_rows
from explorer.maps.neighbours import blocks

BLOCK = 8192


def pca_map(vectors: NDArray[Any]) -> Floats:
    """Return the (n, 2) coordinates of the unit rows of (n, d) `vectors` along their first two principal axes.

    Exact, from the covariance matrix, read block by block (float16 memory maps of a million rows are fine).
    The sign is fixed: the largest entry of each axis is positive. A direction without variance gives zeros.
    """
    mean, axes = _axes(vectors)
    coords = np.empty((len(vectors), 2), dtype=np.float32)
    for block in blocks(len(vectors), BLOCK):
        coords[block] = (unit_rows(vectors[block]) - mean) @ axes
    return coords


def _axes(vectors: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean (d,) and the two leading principal axes (d, 2) of the unit rows."""
    dim = vectors.shape[1]
    total, products = np.zeros(dim), np.zeros((dim, dim))
    for block in blocks(len(vectors), BLOCK):
        part = unit_rows(vectors[block]).astype(np.float64)
        total += part.sum(axis=0)
        products += part.T @ part
    mean = total / len(vectors)
    variances, directions = np.linalg.eigh(products / len(vectors) - np.outer(mean, mean))
    axes = np.zeros((dim, 2))
    leading = directions[:, ::-1][:, :2] * (variances[::-1][:2] > 1e-12)
    axes[:, : leading.shape[1]] = leading * _signs(leading)
    return mean, axes


def _signs(axes: NDArray[np.float64]) -> NDArray[np.float64]:
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return np.where(largest < 0, -1.0, 1.0)
