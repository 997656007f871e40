"""Fewer corners for a drawn polygon, so that it fits in a link."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def simplify(polygon: list[list[float]], most: int = 80) -> tuple[tuple[float, float], ...]:
    """A polygon of at most `most` corners near the drawn one, corners rounded to a ten-thousandth of its size.

    Douglas and Peucker, Cartographica 10 (1973): a corner stays while it is further than a tolerance from the line
    that leaves it out; the tolerance is doubled until few enough are left.
    """
    points = np.asarray(polygon, dtype=np.float64).reshape(-1, 2)
    extent = float(np.ptp(points, axis=0).max()) or 1.0
    tolerance = extent / 2_000
    kept = _kept(points, tolerance)
    while len(kept) > most:
        tolerance *= 2
        kept = _kept(points, tolerance)
    digits = max(0, int(np.ceil(4 - np.log10(extent))))
    return tuple((round(float(x), digits), round(float(y), digits)) for x, y in points[kept])


def _kept(points: Points, tolerance: float) -> NDArray[np.int64]:
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    stack = [(0, len(points) - 1)]
    while stack:
        start, stop = stack.pop()
        distances = _distances(points[start + 1 : stop], points[start], points[stop])
        if len(distances) and distances.max() > tolerance:
            middle = start + 1 + int(distances.argmax())
            keep[middle] = True
            stack += [(start, middle), (middle, stop)]
    return np.flatnonzero(keep)


def _distances(points: Points, start: Points, stop: Points) -> Points:
    """(m,) distance of each point from the segment."""
    along = stop - start
    length = float(along @ along)
    place = np.clip((points - start) @ along / length, 0, 1) if length else np.zeros(len(points))
    return np.asarray(np.linalg.norm(points - (start + place[:, None] * along), axis=1))
