"""Groups of near duplicates, each with its weakest pair and the chain of similar items that joined that pair."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.index.contract import Index
from explorer.search.graph import item_neighbours

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FIRST_K, MOST_K = 10, 160
ALL_PAIRS = 2000  # a group up to this size has its weakest pair found among all pairs


@dataclass(frozen=True)
class DuplicateGroup:
    """Items joined by steps of at least the threshold (single linkage).

    rows: (g,) ascending. weakest, similarity: the two least similar of them; exact up to 2,000 items, above that the
    item farthest from the group's mean and the item farthest from it.
    chain: rows from one of the weakest to the other, by the path whose weakest step is strongest (in the maximum
    spanning tree); steps: (len(chain) - 1,) similarities along it.
    """

    rows: Rows
    weakest: tuple[int, int]
    similarity: float
    chain: Rows
    steps: Floats


def duplicate_groups(
    vectors: NDArray[Any],
    present: Mask,
    threshold: float,
    index: Index,
    advance: Callable[[int], None] | None = None,
) -> list[DuplicateGroup]:
    """Return the groups of two and more items, the largest first, then by first row.

    threshold: least similarity of a step, above 0 and at most 1. Every item is joined to its nearest neighbours, to
    160 of them at most, by `index`; an approximate index may miss a step.
    """
    from scipy.sparse.csgraph import connected_components

    if not 0 < threshold <= 1:
        raise InputError(f"Duplicates: expected a threshold above 0 and at most 1, got {threshold}.")
    forest = _forest(_steps(vectors, np.flatnonzero(present), threshold, index, advance), len(vectors))
    count, labels = connected_components(forest, directed=False)
    sizes = np.bincount(labels, minlength=count)
    members = np.flatnonzero(sizes[labels] > 1)
    members = members[np.argsort(labels[members], kind="stable")]
    parts = np.split(members, np.flatnonzero(np.diff(labels[members])) + 1) if len(members) else []
    groups = [_group(vectors, rows, forest) for rows in parts]
    return sorted(groups, key=lambda group: (-len(group.rows), int(group.rows[0])))


def _steps(
    vectors: NDArray[Any], rows: Rows, threshold: float, index: Index, advance: Callable[[int], None] | None
) -> tuple[Rows, Rows, Floats]:
    """(e,) rows, other rows and similarities of all steps; items with more of them are asked again for more."""
    steps = []
    k = FIRST_K
    while len(rows):
        found = item_neighbours(index, vectors, rows, k, advance if k == FIRST_K else None)
        close = (found.rows >= 0) & (found.similarities >= threshold - 1e-6)
        which, column = np.nonzero(close)
        steps.append((rows[which], found.rows[which, column], found.similarities[which, column]))
        rows = rows[close.all(axis=1)] if k < MOST_K else rows[:0]
        k *= 4
    if not steps:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    first, second, similarities = (np.concatenate(column) for column in zip(*steps, strict=True))
    return first, second, similarities


def _forest(steps: tuple[Rows, Rows, Floats], count: int) -> "csr_array":
    """Maximum spanning forest, symmetric; its entries are 2 - similarity, which is never 0 (that would be no step)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    first, second, similarities = steps
    low, high = np.minimum(first, second), np.maximum(first, second)
    keys, place = np.unique(low * count + high, return_index=True)
    weights = 2.0 - similarities[place].astype(np.float64)
    places = np.divmod(keys, max(1, count))
    tree = minimum_spanning_tree(csr_array((weights, places), shape=(count, count)))
    return csr_array(tree + tree.T)


def _group(vectors: NDArray[Any], rows: Rows, forest: "csr_array") -> DuplicateGroup:
    from scipy.sparse.csgraph import breadth_first_order

    first, second, similarity = _weakest_pair(widen(vectors[rows]))
    tree = forest[rows][:, rows]
    _, parents = breadth_first_order(tree, first, directed=False)
    path = [second]
    while path[-1] != first:
        path.append(int(parents[path[-1]]))
    path.reverse()
    steps = np.array([2 - tree[a, b] for a, b in zip(path, path[1:], strict=False)], dtype=np.float32)
    return DuplicateGroup(rows, (int(rows[first]), int(rows[second])), similarity, rows[path], steps)


def _weakest_pair(items: Floats) -> tuple[int, int, float]:
    if len(items) <= ALL_PAIRS:
        similarities = items @ items.T
        np.fill_diagonal(similarities, np.inf)
        first, second = sorted(int(place) for place in np.unravel_index(np.argmin(similarities), similarities.shape))
        return first, second, float(similarities[first, second])
    first = int(np.argmin(items @ items.mean(axis=0)))
    scores = items @ items[first]
    scores[first] = np.inf
    second = int(np.argmin(scores))
    return first, second, float(scores[second])
