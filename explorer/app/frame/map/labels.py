"""Cluster names as labels on the map. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.app.frame.map.values import MapLabel


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


def _label(xy: NDArray[Any], text: str) -> MapLabel:
    """The point nearest to the median, so that the name of a crescent lies on it."""
    centre = np.median(xy, axis=0)
    x, y = xy[np.argmin(((xy - centre) ** 2).sum(axis=1))]
    return MapLabel(text, float(x), float(y), float(len(xy)))
