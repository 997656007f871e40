"""Cluster names as labels on the map. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.drawing.map.values import MapLabel


def cluster_labels(
    xy: NDArray[Any], clusters: NDArray[Any], names: Sequence[str] | Mapping[int, str], limit: int = 300
) -> list[MapLabel]:
    """Return one label per named cluster, heaviest first: at the median of its points, weight = their number.

    xy: (n, 2), rows with NaN are left out. clusters: (n,) integers, -1 for none. names: by cluster number.
    """
    known = dict(names) if isinstance(names, Mapping) else dict(enumerate(names))
    rows = np.flatnonzero((clusters >= 0) & np.isfinite(xy).all(axis=1))
    rows = rows[np.argsort(clusters[rows], kind="stable")]
    numbers, starts = np.unique(clusters[rows], return_index=True)
    parts = np.split(rows, starts[1:]) if len(rows) else []
    labels = [_label(xy[part], known[int(n)]) for n, part in zip(numbers, parts, strict=True) if known.get(int(n))]
    return sorted(labels, key=lambda label: -label.weight)[:limit]


def group_centres(xy: NDArray[Any], groups: NDArray[Any], count: int) -> NDArray[np.float64]:
    """(count, 2) mean place of the items of each group; 0, 0 for one without any. See `cluster_labels`."""
    rows = np.flatnonzero((groups >= 0) & (groups < count) & np.isfinite(xy).all(axis=1))
    sizes = np.maximum(np.bincount(groups[rows], minlength=count), 1)
    sums = [np.bincount(groups[rows], weights=xy[rows, axis], minlength=count) for axis in (0, 1)]
    return np.stack(sums, axis=1) / sizes[:, None]


def _label(xy: NDArray[Any], text: str) -> MapLabel:
    """The point nearest to the median, so that the name of a crescent lies on it; nine tenths lie in its height."""
    centre = np.median(xy, axis=0)
    x, y = xy[np.argmin(((xy - centre) ** 2).sum(axis=1))]
    low, high = np.percentile(xy[:, 1], [5, 95])
    return MapLabel(text, float(x), float(y), float(len(xy)), float(low), float(high))
