"""What a batch is answered with: its conditions, the clusters of the collection, the tree and its lists."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.half import widen
from explorer.features.lab.batches.scan import Laid, lay_out
from explorer.features.lab.batches.tree import grow
from explorer.features.lab.batches.workload import all_of, cells_of, clustered, gathered, nearest_clusters
from explorer.index.clusters import nearest_centre

MOST_CONDITIONS = 32
LEAST_LEAF, LEAVES = 16, 500
"""Items of the smallest leaf: at least 16, and no more than about 500 leaves of this size in a collection."""
Conditions = tuple[str, ...]


@dataclass(frozen=True)
class Clusters:
    """centres: (c, d) by k-means. of: (n,) cluster of each searched item."""

    centres: Floats
    of: Rows

    @property
    def usual(self) -> int:
        """How many of them a query looks into, unless something else is wished: an eighth."""
        return max(1, len(self.centres) // 8)


@dataclass(frozen=True)
class Plan:
    """conditions: (a,) those that the tree knows, the most frequent of the workload. laid: the lists. near: (q, m)
    clusters that the queries look into, None for all of them.
    """

    conditions: Conditions
    laid: Laid
    near: Rows | None

    def needs(self, filters: Mapping[str, Conditions]) -> dict[str, tuple[int, ...]]:
        """Numbers of the conditions that the tree knows, by filter."""
        place = {condition: number for number, condition in enumerate(self.conditions)}
        return {key: tuple(place[one] for one in parts if one in place) for key, parts in filters.items()}


def make_clusters(vectors: NDArray[Any], rows: Rows, seed: int = 0) -> Clusters:
    """Clusters of the items of `rows`: a third of the root of their number, 4 to 256."""
    items = widen(vectors[rows])
    count = int(np.clip(round(len(rows) ** 0.5 / 3), 4, 256))
    centres = clustered(items, count, seed)
    return Clusters(centres, nearest_centre(items, centres))


def frequent(filters: Sequence[Conditions]) -> Conditions:
    """The conditions of some queries, the most frequent first, at most 32."""
    counts = Counter(condition for one in filters for condition in one)
    return tuple(condition for condition, _ in counts.most_common(MOST_CONDITIONS))


def make_plan(
    filters: Sequence[Conditions],
    masks: Mapping[str, Mask],
    rows: Rows,
    *,
    queries: Floats | None = None,
    clusters: Clusters | None = None,
    look: int = 0,
    least: int = 0,
) -> Plan:
    """A tree for the queries with these conditions, over the items `rows`.

    masks: (n,) the items that meet a condition, by condition. queries, clusters, look: the (q, d) queries look into
    the `look` nearest clusters; without clusters a leaf is one list. least: items of the smallest leaf, 0 the usual.
    """
    known = frequent(filters)
    meets = np.stack([masks[one][rows] for one in known]) if known else np.zeros((0, len(rows)), dtype=bool)
    of = clusters.of if clusters else np.zeros(len(rows), dtype=np.int64)
    near = nearest_clusters(queries, clusters.centres, look) if clusters and queries is not None else None
    place = {condition: number for number, condition in enumerate(known)}
    needs = [tuple(sorted(place[one] for one in parts if one in place)) for parts in filters]
    looks = [tuple(map(int, one)) for one in near] if near is not None else [()] * len(needs)
    cells = cells_of(meets, of)
    count = len(clusters.centres) if clusters else 1
    smallest = least or max(LEAST_LEAF, len(rows) // LEAVES)
    tree = grow(cells, gathered(needs, looks), count, least=smallest)
    return Plan(known, lay_out(tree, cells, rows), near)


def masks_of_filters(filters: Mapping[str, Conditions], masks: Mapping[str, Mask], count: int) -> dict[str, Mask]:
    """(n,) the items that pass each filter, from those that meet each condition."""
    return {key: all_of([masks[one] for one in parts], count) for key, parts in filters.items()}
