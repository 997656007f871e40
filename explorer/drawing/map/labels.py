"""Names of clusters, or of values, as labels on the map. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.drawing.map.encode import NO_VALUE
from explorer.drawing.map.palettes import MISSING
from explorer.drawing.map.values import MapColours, MapLabel

FEWEST = 3
"""Items of a value that can lie together."""
INNER = 20
"""Per cent of them, at each end of an axis, that may lie elsewhere."""


def cluster_labels(
    xy: NDArray[Any],
    clusters: NDArray[Any],
    names: Sequence[str] | Mapping[int, str],
    limit: int = 300,
    aside: float = 5,
) -> list[MapLabel]:
    """Return one label per named cluster, heaviest first: at the median of its points, weight = their number.

    xy: (n, 2), rows with NaN are left out. clusters: (n,) integers, -1 for none. names: by cluster number. aside: per
    cent of a cluster's items, at each end, that are left out of its height.
    """
    known = dict(names) if isinstance(names, Mapping) else dict(enumerate(names))
    rows = np.flatnonzero((clusters >= 0) & np.isfinite(xy).all(axis=1))
    rows = rows[np.argsort(clusters[rows], kind="stable")]
    numbers, starts = np.unique(clusters[rows], return_index=True)
    parts = np.split(rows, starts[1:]) if len(rows) else []
    labels = [
        _label(xy[part], known[int(n)], aside) for n, part in zip(numbers, parts, strict=True) if known.get(int(n))
    ]
    return sorted(labels, key=lambda label: -label.weight)[:limit]


def value_labels(xy: NDArray[Any], colours: MapColours) -> list[MapLabel]:
    """One label for each value of a column whose items lie together, heaviest first; none for numbers.

    xy: (n, 2), rows with NaN are left out. They lie together when of the items around their middle (where the inner
    three fifths of them lie along each axis) at least half of those that chance would leave to others are theirs.
    """
    if colours.kind != "categories":
        return []
    drawn = np.isfinite(xy).all(axis=1)
    codes = np.where(drawn & (colours.codes != NO_VALUE), colours.codes.astype(np.int64), -1)
    named = zip(colours.names, colours.colours, strict=True)
    names = {code: name for code, (name, shade) in enumerate(named) if name.strip() and shade != MISSING}
    together = {code: name for code, name in names.items() if _lies_together(xy, codes, code)}
    return cluster_labels(xy, codes, together, aside=INNER)


def _lies_together(xy: NDArray[Any], codes: NDArray[np.integer], code: int) -> bool:
    own = codes == code
    count = int(own.sum())
    if count < FEWEST:
        return False
    low, high = np.percentile(xy[own], [INNER, 100 - INNER], axis=0)
    around = ((xy >= low) & (xy <= high)).all(axis=1)
    share = (around & own).sum() / max(int(around.sum()), 1)
    by_chance = count / np.isfinite(xy).all(axis=1).sum()
    return bool(share >= (1 + by_chance) / 2)


def group_centres(xy: NDArray[Any], groups: NDArray[Any], count: int) -> NDArray[np.float64]:
    """(count, 2) mean place of the items of each group; 0, 0 for one without any. See `cluster_labels`."""
    rows = np.flatnonzero((groups >= 0) & (groups < count) & np.isfinite(xy).all(axis=1))
    sizes = np.maximum(np.bincount(groups[rows], minlength=count), 1)
    sums = [np.bincount(groups[rows], weights=xy[rows, axis], minlength=count) for axis in (0, 1)]
    return np.stack(sums, axis=1) / sizes[:, None]


def _label(xy: NDArray[Any], text: str, aside: float) -> MapLabel:
    """The point nearest to the median, so that the name of a crescent lies on it."""
    centre = np.median(xy, axis=0)
    x, y = xy[np.argmin(((xy - centre) ** 2).sum(axis=1))]
    low, high = np.percentile(xy[:, 1], [aside, 100 - aside])
    return MapLabel(text, float(x), float(y), float(len(xy)), float(low), float(high))
