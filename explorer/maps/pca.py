"""Principal components: the linear map, and the baseline beside UMAP."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, unit_rows
from explorer.maps.neighbours import blocks

Doubles = NDArray[np.float64]
BLOCK = 8192
DENSE = 500
_NOTHING = 1e-12


def pca_map(vectors: NDArray[Any], dims: int = 2) -> Floats:
    """Return the (n, dims) coordinates of the unit rows of (n, d) `vectors` along their first principal axes.

    Exact, from the covariance matrix, or from the products of rows where there are fewer of these; read block by block
    (float16 memory maps of a million rows are fine).
    The sign is fixed: the largest entry of each axis is positive. A direction without variance gives zeros.
    """
    mean, axes = _axes(vectors, dims)
    coords = np.empty((len(vectors), dims), dtype=np.float32)
    for block in blocks(len(vectors), BLOCK):
        coords[block] = (unit_rows(vectors[block]) - mean) @ axes
    return coords


def _axes(vectors: NDArray[Any], dims: int) -> tuple[Doubles, Doubles]:
    """Mean (d,) and the leading principal axes (d, dims) of the unit rows, from the smaller of (d, d) and (n, n)."""
    mean = np.zeros(vectors.shape[1])
    for block in blocks(len(vectors), BLOCK):
        mean += unit_rows(vectors[block]).sum(axis=0, dtype=np.float64) / len(vectors)
    found = _from_rows if len(vectors) < vectors.shape[1] else _from_columns
    leading = found(vectors, mean, dims)
    axes = np.zeros((len(mean), dims))
    axes[:, : leading.shape[1]] = leading * _signs(leading)
    return mean, axes


def _from_columns(vectors: NDArray[Any], mean: Doubles, dims: int) -> Doubles:
    """The axes as eigenvectors of the (d, d) covariance."""
    products = np.zeros((len(mean), len(mean)))
    for block in blocks(len(vectors), BLOCK):
        part = unit_rows(vectors[block]).astype(np.float64)
        products += part.T @ part
    variances, directions = _leading(products / len(vectors) - np.outer(mean, mean), dims)
    return directions * (variances > _NOTHING)


def _from_rows(vectors: NDArray[Any], mean: Doubles, dims: int) -> Doubles:
    """The axes from the eigenvectors of the (n, n) products of rows, which has the same variances."""
    centred = unit_rows(vectors).astype(np.float64) - mean
    variances, directions = _leading(centred @ centred.T / len(vectors), dims)
    lengths = np.sqrt(np.maximum(variances, _NOTHING) * len(vectors))
    return np.asarray((centred.T @ directions) / lengths * (variances > _NOTHING))


def _leading(matrix: Doubles, dims: int) -> tuple[Doubles, Doubles]:
    """The `dims` largest eigenvalues of a symmetric matrix and their vectors as columns, the largest first."""
    from scipy.linalg import eigh
    from scipy.sparse.linalg import ArpackError, eigsh

    size = len(matrix)
    if size > DENSE:  # a few products with the matrix (Lanczos) instead of all its eigenvectors
        try:
            variances, directions = eigsh(matrix, k=dims, v0=np.random.default_rng(0).normal(size=size), ncv=40)
            return variances[::-1], directions[:, ::-1]
        except ArpackError:
            pass
    variances, directions = eigh(matrix, subset_by_index=[max(size - dims, 0), size - 1])
    return variances[::-1], directions[:, ::-1]


def _signs(axes: Doubles) -> Doubles:
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return np.where(largest < 0, -1.0, 1.0)
