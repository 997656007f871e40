"""Inverted lists of compressed vectors: items near each other share a list, and a query looks into the nearest lists.

Jegou, Douze & Schmid 2011, "Product quantization for nearest neighbor search", section 4, with vectors that are
projected (`projections`) and rounded (`quantise`) instead of product codes. A batch of queries is compared with lists
by one product of matrices; a graph is walked one vector at a time. For words, which lie apart from the pictures, a
graph has to compare a large share of all items, and then lists are faster (`explorer bench compress`). To look at an
item costs a hundredth of what it costs to rank it by its own row, so many are looked at and few are ranked.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.blas import single_threaded
from explorer.index.best import best_of_rows, best_places, padded
from explorer.index.clusters import nearest_centre
from explorer.index.projections import Projection
from explorer.index.quantise import Quantised, quantise

LOOKS = 512  # items looked at for each candidate kept
EARLIER_LOOKS = 64  # in files that do not say: how many candidates they need was found with that
FIRST = 4  # as many times the candidates are looked at before the rest, to know which are worth keeping
ALONE = 4  # so few queries are answered one by one
TOGETHER = 4096  # items of neighbouring lists that one query is compared with at a time, so that they stay in the cache
EMPTY = np.empty(0, dtype=np.float32)
SINGLE = 0  # bits of numbers that are not rounded


@dataclass(frozen=True)
class Found:
    """(c,) candidates: number of the query, place of the item in the lists, score."""

    which: Rows
    places: Rows
    scores: Floats


class Lists:
    """Items in lists; answers as a `Graph` does, with as many candidates as it keeps.

    centres: (l, d) of the lists, among projected items. bits: of a number, 0 for single precision. looks: items
    that are looked at for each candidate kept.
    """

    def __init__(self, projection: Projection, centres: Floats, bits: int, looks: int = LOOKS):
        self.projection, self.centres, self.bits, self.looks = projection, centres, bits, looks
        self._rows: Floats = np.empty((0, projection.dims), dtype=np.float32)
        self._codes: Quantised | None = quantise(self._rows, bits) if bits else None
        self._labels: Rows = np.empty(0, dtype=np.int64)
        self._of: Rows = np.empty(0, dtype=np.int64)
        self._starts: Rows = np.zeros(len(centres) + 1, dtype=np.int64)
        self._highest = 0
        self._new: list[tuple[Rows, Rows, Floats]] = []
        self._gone: set[int] = set()

    @property
    def labels(self) -> int:
        """One above the highest label."""
        return self._highest

    @property
    def nbytes(self) -> int:
        """Bytes of the compressed vectors, their labels and lists, and of the projection."""
        self._settle()
        held = (self._rows, self._labels, self._of, self.centres, self.projection.queries, self.projection.items)
        return sum(array.nbytes for array in held) + (self._codes.nbytes if self._codes else 0)

    def add(self, vectors: Floats, labels: Rows, threads: int) -> None:
        """Put the (m, D) `vectors` into the lists of the nearest centres."""
        if len(labels):
            rows = self.projection.of_items(vectors)
            self._new.append((np.asarray(labels), nearest_centre(rows, self.centres), rows))
            self._highest = max(self._highest, int(labels.max()) + 1)

    def remove(self, label: int) -> None:
        """Take it out of its list."""
        self._gone.add(label)

    def search(self, queries: Floats, k: int, ef: int) -> Rows:
        """(q, max(k, ef)) labels of the best in the nearest lists, which hold `looks` items a candidate; best first."""
        self._settle()
        mapped, wide = self.projection.of_queries(queries), max(k, ef)
        if not len(self._labels):
            return np.full((len(mapped), wide), -1)
        with single_threaded():
            if len(mapped) <= ALONE:
                parts = [self._search_one(one, wide) for one in mapped]
                return np.stack(parts) if parts else np.empty((0, wide), dtype=np.int64)
            workers = min(cpu_count() or 1, -(-len(mapped) // 64))
            with ThreadPoolExecutor(workers) as pool:
                blocks = pool.map(lambda part: self._search_block(part, wide), np.array_split(mapped, workers))
                return np.concatenate(list(blocks))

    def save(self, path: Path) -> None:
        """As arrays in one file."""
        with path.open("wb") as file:
            np.savez(file, **self._arrays())  # type: ignore[arg-type]  # numpy's own keyword is a boolean

    @classmethod
    def read(cls, path: Path) -> "Lists":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            stored: dict[str, NDArray[Any]] = dict(file)
        projection = Projection(stored["queries"], stored["items"], stored["centre"])
        bits, highest, dims, *looks = (int(value) for value in stored["numbers"])
        lists = cls(projection, stored["centres"], bits, looks[0] if looks else EARLIER_LOOKS)
        lists._rows, lists._labels, lists._of = stored["rows"], stored["labels"], stored["of"]
        if bits:
            lists._codes = Quantised(stored["codes"], stored["low"], stored["step"], dims, bits)
        lists._starts = _starts(lists._of, len(lists.centres))
        lists._highest = highest
        return lists

    def _arrays(self) -> dict[str, NDArray[Any]]:
        self._settle()
        projection, codes = self.projection, self._codes
        rounded: dict[str, NDArray[Any]] = {"codes": codes.codes, "low": codes.low, "step": codes.step} if codes else {}
        return rounded | {
            "queries": projection.queries,
            "items": projection.items,
            "centre": projection.centre,
            "centres": self.centres,
            "rows": self._rows,
            "labels": self._labels,
            "of": self._of,
            "numbers": np.array([self.bits, self._highest, projection.dims, self.looks]),
        }

    def _settle(self) -> None:
        """Bring what was added and removed since the last search into the lists."""
        if not self._new and not self._gone:
            return
        new_labels, new_of, new_rows = zip(*self._new, strict=True) if self._new else ((), (), ())
        labels, of = np.concatenate([self._labels, *new_labels]), np.concatenate([self._of, *new_of])
        kept = np.flatnonzero(~np.isin(labels, list(self._gone))) if self._gone else np.arange(len(labels))
        order = kept[np.argsort(of[kept], kind="stable")]
        if self._codes is None:
            self._rows = np.concatenate([self._rows, *new_rows])[order]
        else:
            self._codes = _joined([self._codes, *(quantise(rows, self.bits) for rows in new_rows)]).part(order)
        self._labels, self._of = labels[order], of[order]
        self._starts = _starts(self._of, len(self.centres))
        self._new, self._gone = [], set()

    def _wanted(self, mapped: Floats) -> tuple[Rows, Rows]:
        """(q, l) lists from the nearest to the farthest, and (q, l) how many items stand in those before each."""
        order = np.argsort(-(mapped @ self.centres.T), axis=1)
        sizes = np.diff(self._starts)[order]
        return order, np.cumsum(sizes, axis=1) - sizes

    def _scores(self, mapped: Floats, places: slice | Rows) -> Floats:
        """(q, c) scores of the items at those places."""
        if self._codes is not None:
            return self._codes.part(places).scores(mapped)
        return np.asarray(mapped @ self._rows[places].T)

    def _search_one(self, query: Floats, wide: int) -> Rows:
        order, before = self._wanted(query[None])
        asked = np.zeros(len(self.centres), dtype=bool)
        asked[order[0][before[0] < self.looks * wide]] = True
        runs = [part for first, last in _runs(asked) for part in _parts(self._starts[first], self._starts[last])]
        scores = np.concatenate([EMPTY, *(self._scores(query[None], slice(*run))[0] for run in runs)])
        best = best_places(scores[None], min(wide, len(scores)))[0]
        labels = np.full(wide, -1)
        labels[: len(best)] = self._labels[_places(runs, best)]
        return labels

    def _search_block(self, mapped: Floats, wide: int) -> Rows:
        """(q, wide) labels: the nearest lists say from which score on an item of the others can matter."""
        order, before = self._wanted(mapped)
        first, near = before < FIRST * wide, before < self.looks * wide
        floor = np.full(len(mapped), -np.inf, dtype=np.float32)
        start = _together(self._scan(mapped, _by_list(order, first), floor))
        scores = padded(start.which, start.scores, len(mapped), -np.inf)
        if scores.shape[1] >= wide:
            floor = np.partition(scores, scores.shape[1] - wide, axis=1)[:, scores.shape[1] - wide]
        return self._best(_together(self._scan(mapped, _by_list(order, near), floor)), len(mapped), wide)

    def _scan(self, mapped: Floats, asked: Mask, floor: Floats) -> Iterator[Found]:
        """What reaches the floor of its query in the lists that are asked, a (q, l) mask."""
        for one in np.flatnonzero(asked.any(axis=0)):
            which = np.flatnonzero(asked[:, one])
            start, stop = self._starts[one], self._starts[one + 1]
            scores = self._scores(mapped[which], slice(start, stop))
            flat = np.flatnonzero(scores >= floor[which, None])
            query, place = np.divmod(flat, stop - start)
            yield Found(which[query], start + place, scores.ravel()[flat])

    def _best(self, found: Found, queries: int, wide: int) -> Rows:
        """(q, wide) labels, best first, -1 where there are fewer."""
        places = best_of_rows(found.which, found.scores, found.places, queries, wide)
        return np.asarray(np.where(places >= 0, self._labels[places], -1))


def _runs(asked: Mask) -> list[tuple[int, int]]:
    """First and one past the last of each run of lists that are asked for."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], asked, [False]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _parts(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The places from start to stop, `TOGETHER` at a time."""
    return ((one, min(one + TOGETHER, stop)) for one in range(start, stop, TOGETHER))


def _places(runs: list[tuple[int, int]], chosen: Rows) -> Rows:
    """Where in the lists the numbers of items lie that are counted through the runs of places."""
    starts, stops = np.array(runs, dtype=np.int64).reshape(-1, 2).T
    ends = np.cumsum(stops - starts)
    run = np.searchsorted(ends, chosen, side="right")
    return np.asarray(chosen - ends[run] + stops[run])


def _by_list(order: Rows, chosen: Mask) -> Mask:
    """(q, l) True at list j for the lists at the chosen places of the order."""
    asked = np.zeros(order.shape, dtype=bool)
    np.put_along_axis(asked, order, chosen, axis=1)
    return asked


def _together(parts: Iterator[Found]) -> Found:
    kept = list(parts)
    if not kept:
        return Found(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
    return Found(*(np.concatenate([getattr(part, name) for part in kept]) for name in ("which", "places", "scores")))


def _joined(parts: list[Quantised]) -> Quantised:
    codes, low, step = (np.concatenate([getattr(part, name) for part in parts]) for name in ("codes", "low", "step"))
    return Quantised(codes, low, step, parts[0].dims, parts[0].bits)


def _starts(of: Rows, lists: int) -> Rows:
    return np.asarray(np.searchsorted(of, np.arange(lists + 1)))
