"""Answering a batch: queries of one filter together, and those that look into the same list with one product.

Items lie in lists, one for each cluster in each leaf. What is compared is counted by lists: an item of a list that is
read counts, whether its attributes pass or not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.blas import single_threaded
from explorer.base.half import widen
from explorer.features.lab.batches.tree import Tree
from explorer.features.lab.batches.workload import Cells, Flags
from explorer.index.contract import Neighbours, score_pairs

MARGIN = 4e-6  # above the rounding error of two float32 dot products of unit vectors
BLOCK = 4_000_000  # scores worked out at a time, 16 MB
Told = Callable[[int], None]


@dataclass(frozen=True)
class Laid:
    """Items laid out by a tree. order: (n,) row numbers, list by list. starts: (l + 1,) where each list begins; leaf,
    cluster: (l,) of each list. holds: (l, a) its description: whether an item of the list meets a condition.
    """

    tree: Tree
    order: Rows
    starts: Rows
    leaf: Rows
    cluster: Rows
    holds: Flags

    def lists(self, needs: Sequence[int]) -> Rows:
        """Numbers of the lists that may hold something for these conditions; the others are passed over."""
        return np.flatnonzero(self.holds[:, list(needs)].all(axis=1))

    def items(self, lists: Rows) -> Rows:
        """Row numbers of the items of some lists."""
        parts = [self.order[self.starts[one] : self.starts[one + 1]] for one in lists]
        return np.concatenate(parts) if parts else self.order[:0]

    def sizes(self, lists: Rows) -> Rows:
        """How many items each list has."""
        return self.starts[lists + 1] - self.starts[lists]


def lay_out(tree: Tree, cells: Cells, rows: Rows) -> Laid:
    """Lay out the items of (n,) `rows`, whose cells are `cells.of`."""
    leaf, cluster = tree.leaf_of[cells.of], cells.cluster[cells.of]
    order = np.lexsort((rows, cluster, leaf))
    leaf, cluster = leaf[order], cluster[order]
    begins = np.flatnonzero(np.append(True, (np.diff(leaf) != 0) | (np.diff(cluster) != 0)))
    holds = np.logical_or.reduceat(cells.meets[:, cells.of[order]], begins, axis=1).T
    return Laid(tree, rows[order], np.append(begins, len(rows)), leaf[begins], cluster[begins], holds)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Queries that are asked together.

    queries: (q, d). counts: (q,) how many answers each wants. filters: (q,) key of its filter. passes: the (n,) items
    that pass, by filter. needs: the conditions of the tree that a filter has, by filter; those that the tree does not
    know are not among them. near: (q, m) clusters that are looked into, None for all. off: what is taken off
    the similarity of the n items, by name; off_of: (q,) that name, "" for nothing.
    """

    queries: Floats
    counts: Rows
    filters: Sequence[str]
    passes: Mapping[str, Mask]
    needs: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    near: Rows | None = None
    off: Mapping[str, Floats] = field(default_factory=dict)
    off_of: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.queries)

    def groups(self) -> list[tuple[str, str, Rows]]:
        """(filter, name of what is taken off, numbers of the queries) for each that occurs."""
        found: dict[tuple[str, str], list[int]] = {}
        offs = self.off_of or [""] * len(self)
        for number, key in enumerate(zip(self.filters, offs, strict=True)):
            found.setdefault(key, []).append(number)
        return [(*key, np.array(numbers, dtype=np.int64)) for key, numbers in found.items()]


@dataclass(frozen=True)
class Answers:
    """neighbours: (q, k) with -1 and NaN behind the answers that a query has. scanned: (q,) items of lists that were
    read for it. seconds: for all.
    """

    neighbours: Neighbours
    scanned: Rows
    seconds: float


def answer(batch: Batch, vectors: NDArray[Any], laid: Laid, told: Told | None = None) -> Answers:
    """The nearest items of each query that pass its filter, in the lists that the tree does not let it pass over.

    vectors: (n, d). Exact where `batch.near` is None; else among the items of the clusters that it looks into.
    On one core: lists are short, and threads would wait for each other longer than they work.
    """
    start = perf_counter()
    with single_threaded():
        found, scanned = _Found(batch, vectors), np.zeros(len(batch), dtype=np.int64)
        done = 0
        for key, off, numbers in batch.groups():
            near = None if batch.near is None else batch.near[numbers]
            lists = laid.lists(batch.needs.get(key, ()))
            for which, some in _together(laid, lists, near):
                scanned[numbers[which]] += int(laid.sizes(some).sum())
                rows = laid.items(some)
                found.offer(numbers[which], rows[batch.passes[key][rows]], batch.off.get(off))
            done += len(numbers)
            if told:
                told(done)
        best = found.best()
    return Answers(best, scanned, perf_counter() - start)


def one_by_one(batch: Batch, vectors: NDArray[Any], rows: Rows, told: Told | None = None) -> Answers:
    """The same without a tree: each query alone is compared with all items of `rows` that pass its filter."""
    start = perf_counter()
    with single_threaded():
        found, offs = _Found(batch, vectors), batch.off_of or [""] * len(batch)
        for number, (key, off) in enumerate(zip(batch.filters, offs, strict=True)):
            found.offer(np.array([number]), rows[batch.passes[key][rows]], batch.off.get(off))
            if told:
                told(number + 1)
        best = found.best()
    return Answers(best, np.full(len(batch), len(rows)), perf_counter() - start)


def _together(laid: Laid, lists: Rows, near: Rows | None) -> list[tuple[Rows, Rows]]:
    """(places of queries, lists) that are compared in one product: all with all, or cluster by cluster."""
    if near is None:
        return [(np.arange(0), lists)] if not len(lists) else [(_EVERY, lists)]
    pairs = []
    for cluster in np.unique(laid.cluster[lists]):
        which = np.flatnonzero((near == cluster).any(axis=1))
        if len(which):
            pairs.append((which, lists[laid.cluster[lists] == cluster]))
    return pairs


_EVERY: Any = slice(None)


class _Found:
    """Candidates for the best of each query: all within rounding error of its k-th best in each list."""

    def __init__(self, batch: Batch, vectors: NDArray[Any]) -> None:
        self.batch, self.vectors = batch, vectors
        self.which: list[Rows] = []
        self.rows: list[Rows] = []
        self.rough: list[Floats] = []

    def offer(self, numbers: Rows, rows: Rows, off: Floats | None) -> None:
        """Compare the queries `numbers` with the items `rows`."""
        if off is not None:
            rows = rows[np.isfinite(off[rows])]
        if not len(rows) or not len(numbers):
            return
        step = max(1, BLOCK // len(rows))
        items = widen(self.vectors[rows])
        most = int(self.batch.counts[numbers].max())
        for start in range(0, len(numbers), step):
            some = numbers[start : start + step]
            scores = self.batch.queries[some] @ items.T
            scores = scores if off is None else scores - off[rows]
            if most < len(rows):
                place = len(rows) - most
                floor = np.partition(scores, place, axis=1)[:, place] - MARGIN
                which, column = np.nonzero(scores >= floor[:, None])
            else:
                which, column = np.nonzero(np.ones_like(scores, dtype=bool))
            self.which.append(some[which])
            self.rows.append(rows[column])
            self.rough.append(scores[which, column])

    def best(self) -> Neighbours:
        """The best of each query in order: by similarity less what is taken off, equal ones by row number."""
        width = int(self.batch.counts.max(initial=1))
        found = np.full((len(self.batch), width), -1, dtype=np.int64)
        similarities = np.full((len(self.batch), width), np.nan, dtype=np.float32)
        if not self.which:
            return Neighbours(found, similarities)
        which, rows = self._near()
        scores = score_pairs(self.batch.queries, self.vectors, which, rows)
        order = np.lexsort((rows, self._off(which, rows) - scores, which))
        which, rows, scores = which[order], rows[order], scores[order]
        place = np.arange(len(which)) - np.searchsorted(which, which)
        kept = place < self.batch.counts[which]
        found[which[kept], place[kept]] = rows[kept]
        similarities[which[kept], place[kept]] = scores[kept]
        return Neighbours(found, similarities)

    def _near(self) -> tuple[Rows, Rows]:
        """The candidates within rounding error of the k-th best of all lists of their query."""
        which, rows, rough = np.concatenate(self.which), np.concatenate(self.rows), np.concatenate(self.rough)
        order = np.lexsort((-rough, which))
        which, rows, rough = which[order], rows[order], rough[order]
        begins = np.searchsorted(which, np.arange(len(self.batch) + 1))
        last = np.minimum(begins[:-1] + self.batch.counts, begins[1:]) - 1
        floor = np.where(begins[:-1] < begins[1:], rough[np.maximum(last, 0)], -np.inf) - MARGIN
        kept = rough >= floor[which]
        return which[kept], rows[kept]

    def _off(self, which: Rows, rows: Rows) -> Floats:
        off = np.zeros(len(rows), dtype=np.float32)
        names = np.array(self.batch.off_of or [""] * len(self.batch), dtype=object)[which]
        for name, values in self.batch.off.items():
            mine = names == name
            off[mine] = values[rows[mine]]
        return off
