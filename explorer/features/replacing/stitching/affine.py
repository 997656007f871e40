"""Affine maps between activations, how far what they make is from its target, and activations of one size."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Vectors
from explorer.base.errors import InputError
from explorer.features.compare.contract import channels_as_features

LEAST_ROWS = 2


@dataclass(frozen=True)
class Affine:
    """The map x -> weight x + bias. weight: (b, a); bias: (b,)."""

    weight: Doubles
    bias: Doubles

    def __call__(self, x: Vectors) -> Doubles:
        """(n, b) images of the (n, a) rows `x`, or (n, b, h, w) of the (n, a, h, w) activations `x`."""
        if x.ndim == 4:
            n, _, height, width = x.shape
            rows = self(channel_rows(x))
            return rows.reshape(n, height, width, -1).transpose(0, 3, 1, 2)
        if x.ndim != 2 or x.shape[1] != self.weight.shape[1]:
            raise InputError(f"Stitch: expected rows of length {self.weight.shape[1]}, got shape {x.shape}.")
        mapped: Doubles = x.astype(np.float64) @ self.weight.T + self.bias
        return mapped


def residual(affine: Affine, x: Vectors, y: Vectors) -> float:
    """Relative distance ||T(X) - Y||_F^2 / ||Y||_F^2; 0 = matched exactly, 1 = as far as an answer of all zeros.

    Meant for items that the map was not fitted on. Raises InputError when all of `y` is zero, or as `row_pair`.
    """
    rows_x, rows_y = row_pair(x, y)
    return relative_distance(affine(rows_x), rows_y)


def relative_distance(found: Vectors, target: Vectors) -> float:
    """||found - target||_F^2 / ||target||_F^2 of two arrays of one shape; InputError when the target is all zero."""
    size = float(np.square(target, dtype=np.float64).sum())
    if size == 0:
        raise InputError("Relative distance: expected target activations that are not all zero.")
    return float(np.square(found.astype(np.float64) - target).sum()) / size


def channel_rows(activations: Vectors) -> Doubles:
    """(n·h·w, c) rows of (n, c, h, w) activations: one row for each position of each image; (n, c) stays as it is."""
    return channels_as_features(activations).astype(np.float64)


def resize(activations: Floats, height: int, width: int) -> Floats:
    """(n, c, height, width) of (n, c, h, w): bilinear, pixel centres as in torch's align_corners=False."""
    if activations.shape[2:] == (height, width):
        return activations
    rows, columns = _bilinear(activations.shape[2], height), _bilinear(activations.shape[3], width)
    resized: Doubles = np.einsum("nchw,Hh,Ww->ncHW", activations, rows, columns, optimize=True)
    return resized.astype(activations.dtype)


def row_pair(x: Vectors, y: Vectors) -> tuple[Doubles, Doubles]:
    """Rows of features of both sides, row i the same position of the same item.

    Raises InputError for other shapes, fewer than 2 rows, NaN or infinity.
    """
    if x.ndim == 4 and y.ndim == 4 and x.shape[2:] != y.shape[2:]:
        raise InputError(f"Direct matching: expected equal height and width, got {x.shape[2:]} and {y.shape[2:]}.")
    rows_x, rows_y = channel_rows(x), channel_rows(y)
    if len(rows_x) != len(rows_y) or len(rows_x) < LEAST_ROWS:
        raise InputError(
            f"Direct matching: expected the same items on both sides, at least {LEAST_ROWS}; "
            f"got {len(rows_x)} and {len(rows_y)} rows."
        )
    for name, rows in (("the source", rows_x), ("the target", rows_y)):
        if not np.isfinite(rows).all():
            raise InputError(f"Direct matching: expected finite numbers, got NaN or infinity in {name}.")
    return rows_x, rows_y


def _bilinear(size: int, wanted: int) -> Doubles:
    """(wanted, size) weights of linear interpolation along one side."""
    centres = np.clip((np.arange(wanted) + 0.5) * size / wanted - 0.5, 0, size - 1)
    low = np.floor(centres).astype(int)
    high = np.minimum(low + 1, size - 1)
    weights = np.zeros((wanted, size))
    weights[np.arange(wanted), low] += 1 - (centres - low)
    weights[np.arange(wanted), high] += centres - low
    return weights
