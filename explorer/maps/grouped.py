"""Nearest items of many on all cores, the same at every run: lists of k-means first, then neighbours of neighbours.

The pool is put in lists around centres, and each item is compared with the lists that are nearest to it (inverted
lists: Jégou, Douze & Schmid 2011), as products of matrices. A list stays short: of a large pool there are more lists,
whose centres lie in groups. The rest is found from there: an item's neighbours know it
(NN-descent: Dong, Moses & Li 2011). Each round reads what the one before has left and writes its own, so any number of
cores gives the same neighbours.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from os import cpu_count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.blas import single_threaded
from explorer.base.half import widen
from explorer.base.progress import Progress
from explorer.maps.best_kept import keep_beyond, keep_products, links_back
from explorer.maps.centres import Centres, learn_centres
from explorer.maps.compiled import compiled

Numbers = NDArray[np.int32]

PROBES = 10
"""Lists that an item is compared with."""
LISTS = 1.0
"""Lists, times the square root of the pool."""
LONGEST = 250
"""Items a list, in the mean, beyond which there are more lists than that."""
LEARNT = 32
"""Items a list that its centre is learnt from."""
ROUNDS = 4
"""How often neighbours of neighbours are looked at."""
MORE = 5
"""Neighbours kept during the rounds beyond those that are asked for: they lead on."""
HOPS = 15
"""Most neighbours from which on is looked."""
LEAST, BLOCK, PARTS = 512, 4096, 32
"""Items whose neighbours a core looks for at a time: at least, at most, and so that there are so many parts."""


@dataclass(frozen=True, kw_only=True)
class _Lists:
    """items: (m, d) unit rows of the pool, list by list; rows: (m,) their positions in it; starts: (c + 1,)."""

    items: Floats
    rows: Rows
    starts: Rows


@dataclass(frozen=True)
class _Table:
    """What was found for n items so far; see `best_kept`."""

    numbers: Numbers
    similarities: Floats
    fresh: NDArray[np.bool_]

    @classmethod
    def empty(cls, count: int, k: int) -> "_Table":
        shape = (count, k)
        return cls(np.full(shape, -1, np.int32), np.full(shape, -2, np.float32), np.zeros(shape, dtype=bool))

    def of(self, rows: Rows) -> tuple[Numbers, Floats, NDArray[np.bool_]]:
        return self.numbers[rows], self.similarities[rows], self.fresh[rows]

    def put(self, rows: Rows, part: tuple[Numbers, Floats, NDArray[np.bool_]]) -> None:
        self.numbers[rows], self.similarities[rows], self.fresh[rows] = part


def grouped_neighbours(
    vectors: NDArray[Any], pool: Rows, k: int, *, seed: int, progress: Progress
) -> tuple[Rows, Floats]:
    """Return for each of the (n, d) `vectors` k near items of the pool, itself left out; nearly all are the nearest.

    pool: (m,) distinct row numbers, m > k. Returns (n, k) positions in `pool` and (n, k) cosines, nearest first.
    """
    with ThreadPoolExecutor(cpu_count() or 1) as cores:
        search = _Search(vectors, pool, seed, progress, cores)
        found = search.nearest(min(k + MORE, len(pool) - 1))
    return search.lists.rows[found.numbers[:, :k]], found.similarities[:, :k]


class _Search:
    """One call of `grouped_neighbours`."""

    def __init__(
        self, vectors: NDArray[Any], pool: Rows, seed: int, progress: Progress, cores: ThreadPoolExecutor
    ) -> None:
        self.vectors, self.progress, self.cores = vectors, progress, cores
        self.block = min(BLOCK, max(LEAST, len(vectors) // PARTS))
        centres = _centres(vectors, pool, seed)
        self.probed = self._probed(centres)
        self.lists = _lists(vectors, pool, self.probed[pool, 0], len(centres.items))
        self.own = np.full(len(vectors), -1, np.int32)
        self.own[pool[self.lists.rows]] = np.arange(len(pool))
        order = np.argsort(self.probed[:, 0], kind="stable")
        self.parts = [order[part] for part in _blocks(len(order), self.block)]

    def nearest(self, k: int) -> _Table:
        found = self._round("nearest neighbours", _Table.empty(len(self.vectors), k), self._compare)
        for turn in range(ROUNDS):
            look = partial(self._look_beyond, beyond=self._beyond(found))
            found = self._round(f"neighbours of neighbours, {turn + 1} of {ROUNDS}", found, look)
        self._complete(found)
        return found

    def _probed(self, centres: Centres) -> Numbers:
        """(n, p) the lists nearest to each item, the nearest first."""
        probed = np.empty((len(self.vectors), min(PROBES, len(centres.items))), np.int32)
        halves = [(those**2).sum(axis=1) / 2 for those in (centres.items, centres.tops)]
        parts = list(_blocks(len(self.vectors), self.block))

        def of(part: slice) -> None:
            queries = self._units(part)
            every, none = np.arange(len(queries), dtype=np.int64), np.full(len(queries), -1, np.int32)
            groups, found = (
                _Table.empty(len(queries), most).of(every) for most in (centres.near_groups, probed.shape[1])
            )
            compiled(keep_products)(queries @ centres.tops.T - halves[1], every, 0, none, groups)
            lists = (centres.items, centres.starts, halves[0])
            _compare_with_lists((queries, none, groups[0]), lists, found)
            probed[part] = found[0]

        self._each("lists of neighbours", parts, of)
        return probed

    def _units(self, rows: Rows | slice) -> Floats:
        return unit_rows(widen(self.vectors[rows]))

    def _each(self, name: str, parts: list[Any], work: Callable[[Any], None]) -> None:
        """Do the work for all parts, on all cores."""
        self.progress.start(name, len(parts))
        with single_threaded():
            for done, _ in enumerate(self.cores.map(work, parts), 1):
                self.progress.advance(done)
        self.progress.finish()

    def _round(self, name: str, old: _Table, work: Callable[[Rows, Any], None]) -> _Table:
        """What becomes of `old` when `work` has changed a copy of each part's rows."""
        new = _Table.empty(*old.numbers.shape)

        def changed(rows: Rows) -> None:
            part = old.of(rows)
            work(rows, part)
            new.put(rows, part)

        self._each(name, self.parts, changed)
        return new

    def _compare(self, rows: Rows, table: Any) -> None:
        """Compare items with the lists that are nearest to each."""
        lists = (self.lists.items, self.lists.starts, None)
        _compare_with_lists((self._units(rows), self.own[rows], self.probed[rows]), lists, table)

    def _beyond(self, found: _Table) -> tuple[Numbers, NDArray[np.bool_]]:
        """(m, 2h) the h nearest of each of the pool, and h that have it among theirs; and whether each is fresh."""
        rows = np.empty(len(self.lists.rows), np.int64)
        inside = np.flatnonzero(self.own >= 0)
        rows[self.own[inside]] = inside
        there, fresh = found.numbers[rows, :HOPS], found.fresh[rows, :HOPS]
        back, fresh_back = compiled(links_back)(there, fresh)
        return np.hstack([there, back]), np.hstack([fresh, fresh_back])

    def _look_beyond(self, rows: Rows, table: Any, beyond: tuple[Numbers, NDArray[np.bool_]]) -> None:
        """Compare items with the neighbours of their neighbours."""
        most = table[0].shape[1] + beyond[0].shape[1] ** 2 // 2
        seen = np.empty(1 << (2 * most).bit_length(), np.int32)
        compiled(keep_beyond)((self._units(rows), self.own[rows], self.lists.items), beyond, seen, table)

    def _complete(self, found: _Table) -> None:
        """Compare items that have too few neighbours with the whole pool."""
        short = np.flatnonzero(found.numbers[:, -1] < 0)
        for part in _blocks(len(short), LEAST):
            rows = short[part]
            table = _Table.empty(len(rows), found.numbers.shape[1]).of(np.arange(len(rows)))
            with single_threaded():
                products = self._units(rows) @ self.lists.items.T
            compiled(keep_products)(products, np.arange(len(rows)), 0, self.own[rows], table)
            found.put(rows, table)


def _compare_with_lists(
    sides: tuple[Floats, Numbers, Numbers], lists: tuple[Floats, Rows, Floats | None], table: Any
) -> None:
    """Take what is near of the lists into the table.

    sides: (q, d) queries, (q,) the number of each, and (q, p) the lists to compare it with. lists: (m, d) items list by
    list, where each list begins, and (m,) what is taken off the products with each item; None for nothing.
    """
    (queries, own, probed), (items, starts, less) = sides, lists
    order = np.argsort(probed, axis=None, kind="stable")
    numbers, firsts = np.unique(probed.ravel()[order], return_index=True)
    for number, those in zip(numbers, np.split(order // probed.shape[1], firsts[1:]), strict=True):
        low, high = starts[number], starts[number + 1]
        products = queries[those] @ items[low:high].T
        if less is not None:
            products -= less[low:high]
        compiled(keep_products)(products, those, int(low), own, table)


def _centres(vectors: NDArray[Any], pool: Rows, seed: int) -> Centres:
    generator = np.random.default_rng(seed)
    count = max(1, round(LISTS * len(pool) ** 0.5), round(len(pool) / LONGEST))
    chosen = np.sort(generator.choice(len(pool), min(len(pool), LEARNT * count), replace=False))
    with single_threaded():
        return learn_centres(unit_rows(widen(vectors[pool[chosen]])), count, generator)


def _lists(vectors: NDArray[Any], pool: Rows, of: Numbers, count: int) -> _Lists:
    """The pool in order of the list (m,) of each."""
    order = np.argsort(of, kind="stable")
    items = np.empty((len(pool), vectors.shape[1]), np.float32)
    for part in _blocks(len(pool), 8192):
        items[part] = unit_rows(widen(vectors[pool[order[part]]]))
    return _Lists(items=items, rows=order, starts=np.searchsorted(of[order], np.arange(count + 1)))


def _blocks(count: int, size: int) -> Iterator[slice]:
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
