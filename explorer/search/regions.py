"""Which points of a map lie in a lasso or a box."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask
from explorer.base.errors import InputError


def points_in_polygon(xy: NDArray[Any], polygon: NDArray[Any] | Sequence[Sequence[float]]) -> Mask:
    """(n,) True where a point of the (n, 2) `xy` lies inside the (v, 2) `polygon`, closed by itself.

    Even-odd rule: where the outline crosses itself, what is surrounded twice is outside. A point counts towards the
    edge whose half-open span of y holds it, so polygons that share an edge share no point. NaN lies nowhere.
    Each edge looks only at the points level with it: with points sorted by y, a lasso costs a few passes over them.
    Raises InputError for wrong shapes or a corner that is not finite; fewer than 3 corners hold nothing.
    """
    inside = np.zeros(len(_check_pairs(np.asarray(xy), "points")), dtype=bool)
    if len(polygon) < 3:
        return inside
    corners = _check_pairs(np.asarray(polygon, dtype=np.float64), "polygon")
    if not np.isfinite(corners).all():
        raise InputError("polygon: expected finite corners, got NaN or infinity.")
    near = np.flatnonzero(points_in_box(xy, (*corners.min(axis=0), *corners.max(axis=0))))
    order = near[np.argsort(xy[near, 1])]
    inside[order] = _crossed_odd(xy[order, 0], xy[order, 1].astype(np.float64), corners)
    return inside


def points_in_box(xy: NDArray[Any], box: tuple[float, float, float, float]) -> Mask:
    """(n,) True where a point of the (n, 2) `xy` lies in `box`: two opposite corners x, y, x, y, edges included."""
    x, y = np.asarray(xy)[:, 0], np.asarray(xy)[:, 1]
    left, right = sorted((box[0], box[2]))
    low, high = sorted((box[1], box[3]))
    return np.asarray((x >= left) & (x <= right) & (y >= low) & (y <= high))


def _crossed_odd(x: NDArray[Any], y: NDArray[np.float64], corners: NDArray[np.float64]) -> Mask:
    """Count edges to the right of each point, modulo 2; `y` ascending."""
    odd = np.zeros(len(y), dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 > y2:
            x1, y1, x2, y2 = x2, y2, x1, y1
        first, last = np.searchsorted(y, (y1, y2))
        level = slice(first, last)
        if last > first:
            odd[level] ^= x[level] < x1 + (y[level] - y1) * ((x2 - x1) / (y2 - y1))
    return odd


def _check_pairs(array: NDArray[Any], name: str) -> NDArray[Any]:
    if array.ndim != 2 or array.shape[1] != 2:
        raise InputError(f"{name}: expected an array of shape (n, 2), got {array.shape}.")
    return array
