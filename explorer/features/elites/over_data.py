"""Emitters over a data set: candidates are items, variation moves along the graph of nearest neighbours.

An item is never evaluated twice: a repeated one could not be strictly better than itself, so it is not proposed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows
from explorer.features.elites.archive import Archive
from explorer.features.elites.loop import Answers, Log, Proposals
from explorer.features.elites.surrogate import Surrogate

TRIES = 8
NeighboursOf = Callable[[Rows], NDArray[np.int64]]
"""(q,) rows -> (q, k) rows of the nearest other items, nearest first, -1 where there are fewer."""


class Unvisited:
    """The items that were not proposed yet; drawing one at random takes the same time however few are left."""

    def __init__(self, rows: Rows, count: int) -> None:
        self._rows = rows.copy()
        self._place = np.full(count, -1, dtype=np.int64)
        self._place[rows] = np.arange(len(rows))
        self.left = len(rows)

    def __contains__(self, row: int) -> bool:
        return row >= 0 and 0 <= self._place[row] < self.left

    def mask(self, rows: Rows) -> Mask:
        """(m,) rows -> (m,) whether each is still unvisited; False for -1."""
        places = self._place[np.maximum(rows, 0)]
        return np.asarray((rows >= 0) & (places >= 0) & (places < self.left))

    def draw(self, rng: np.random.Generator) -> int:
        """A random unvisited row; it counts as visited from now on."""
        return self.take(int(self._rows[int(rng.integers(self.left))]))

    def take(self, row: int) -> int:
        """Mark `row` as visited and return it."""
        place, last = self._place[row], self.left - 1
        other = self._rows[last]
        self._rows[place], self._rows[last] = other, row
        self._place[other], self._place[row] = place, last
        self.left = last
        return row

    @property
    def rows(self) -> Rows:
        """(left,) the unvisited rows, in no order."""
        return self._rows[: self.left]


class _OverData:
    """What the emitters share: the unvisited items, the batch size, the randomness."""

    def __init__(self, archive: Archive, log: Log, pool: Unvisited, rng: np.random.Generator, batch: int) -> None:
        self.archive, self.log, self.pool, self.rng, self.batch = archive, log, pool, rng, batch

    def tell(self, proposals: Proposals, answers: Answers, status: NDArray[Any], gains: NDArray[Any]) -> None:
        """Nothing to learn."""

    def proposals(self, rows: list[int], parents: list[int]) -> Proposals:
        solutions = np.array(rows, dtype=np.float64)[:, None]
        return Proposals(rows, solutions, solutions, np.array(parents, dtype=np.int64))


class RandomItems(_OverData):
    """The baseline: items in random order, none twice."""

    def ask(self, most: int) -> Proposals:
        """The next items."""
        count = min(most, self.batch, self.pool.left)
        rows = [self.pool.draw(self.rng) for _ in range(count)]
        return self.proposals(rows, [-1] * count)


class BasicGraph(_OverData):
    """The basic algorithm: after a random start, a random near item of the elite of a random occupied cell.

    start: items drawn at random first. far: share of jumps to any item. first: rows to begin with.
    """

    def __init__(
        self,
        archive: Archive,
        log: Log,
        pool: Unvisited,
        rng: np.random.Generator,
        batch: int,
        near: NeighboursOf,
        start: int = 100,
        far: float = 0.1,
        first: Rows | None = None,
    ) -> None:
        super().__init__(archive, log, pool, rng, batch)
        self.near, self.start, self.far = near, start, far
        self.first = [] if first is None else [int(row) for row in first]
        self._known: dict[int, NDArray[np.int64]] = {}

    def ask(self, most: int) -> Proposals:
        """The next items: the start first, then near items of elites."""
        rows: list[int] = []
        parents: list[int] = []
        count = min(most, self.batch, self.pool.left)
        occupied = self.archive.occupied
        self._look_up(occupied)
        while len(rows) < count:
            row, parent = self._one(occupied, len(self.log) + len(rows))
            rows.append(row)
            parents.append(parent)
        return self.proposals(rows, parents)

    def _one(self, occupied: Rows, number: int) -> tuple[int, int]:
        while self.first:
            row = self.first.pop(0)
            if row in self.pool:
                return self.pool.take(row), -1
        if number < self.start or not len(occupied):
            return self.pool.draw(self.rng), -1
        return self._vary(occupied)

    def _vary(self, occupied: Rows) -> tuple[int, int]:
        parent = -1
        for _ in range(TRIES):
            if self.rng.random() < self.far:
                break
            parent = int(self.archive.candidate[int(occupied[int(self.rng.integers(len(occupied)))])])
            near = self._known[self.log.genotypes[parent]]
            row = int(near[int(self.rng.integers(len(near)))])
            if row in self.pool:
                return self.pool.take(row), parent
        return self.pool.draw(self.rng), -1

    def _look_up(self, occupied: Rows) -> None:
        """Ask the index once for the neighbours of all new elites."""
        rows = [self.log.genotypes[int(candidate)] for candidate in self.archive.candidate[occupied]]
        missing = [row for row in rows if row not in self._known]
        if missing:
            found = self.near(np.array(missing, dtype=np.int64))
            self._known.update(zip(missing, found, strict=True))


class Frontier(BasicGraph):
    """Unexplored neighbours first: of a random elite the nearest item that was not evaluated yet."""

    def _vary(self, occupied: Rows) -> tuple[int, int]:
        for _ in range(TRIES):
            if self.rng.random() < self.far:
                break
            parent = int(self.archive.candidate[int(occupied[int(self.rng.integers(len(occupied)))])])
            near = self._known[self.log.genotypes[parent]]
            fresh = near[self.pool.mask(near)]
            if len(fresh):
                return self.pool.take(int(fresh[0])), parent
        return self.pool.draw(self.rng), -1


class Guided(BasicGraph):
    """Steps that a cheap guess calls promising: ridge regressions from vectors to measures and quality.

    They are fitted to the evaluated items alone. An unvisited item is worth what it is expected to add to the archive:
    the mean over the guess's error of max(0, quality - quality of the elite in the guessed cell), 0 standing for an
    empty cell. One batch takes at most `per_cell` items of each guessed cell, so that it spreads; the parent is the
    elite of the guessed cell or, where it is empty, none. The share `far` stays random, which keeps the guess honest.
    vectors: (n, d) of all items. convert: raw answers -> places and scaled quality, as the archive keeps them.
    """

    def __init__(self, *given: Any, surrogate: Surrogate, per_cell: int = 1, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.surrogate, self.per_cell = surrogate, per_cell

    def ask(self, most: int) -> Proposals:
        """The next items: the start first, then the most promising ones and a few at random."""
        number = len(self.log)
        count = min(most, self.batch, self.pool.left)
        if number < self.start or self.first or not self.surrogate.ready:
            return super().ask(most)
        far = int(self.rng.binomial(count, self.far))
        rows, parents = self._promising(count - far)
        while len(rows) < count:
            rows.append(self.pool.draw(self.rng))
            parents.append(-1)
        return self.proposals(rows, parents)

    def tell(self, proposals: Proposals, answers: Answers, status: NDArray[Any], gains: NDArray[Any]) -> None:
        """Learn from the batch."""
        self.surrogate.learn(np.array(proposals.genotypes, dtype=np.int64), answers)

    def _promising(self, count: int) -> tuple[list[int], list[int]]:
        unvisited = np.sort(self.pool.rows)
        gain, cells = self.surrogate.expected_gain(unvisited, self.archive)
        order = np.lexsort((self.rng.random(len(gain)), -gain))[: 40 * count]
        ranked = cells[order]
        chosen: list[int] = []
        taken: dict[int, int] = {}
        for place, cell in zip(order.tolist(), ranked.tolist(), strict=True):
            if taken.get(cell, 0) < self.per_cell:
                taken[cell] = taken.get(cell, 0) + 1
                chosen.append(place)
                if len(chosen) == count:
                    break
        rows = [self.pool.take(int(unvisited[place])) for place in chosen]
        return rows, [int(self.archive.candidate[cells[place]]) for place in chosen]
