"""What emitters over a data set share: candidates are items, variation moves along the graph of nearest neighbours.

An item is never evaluated twice: a repeated one could not be strictly better than itself, so it is not proposed.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows, Vectors
from explorer.features.elites.archive import Became
from explorer.features.elites.loop import Answers, Proposals
from explorer.features.elites.method import Setup

TRIES = 8
NeighboursOf = Callable[[Rows], Rows]
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


@dataclass(frozen=True, kw_only=True)
class ItemSetup(Setup):
    """What an emitter of items works with.

    pool: the items that may be proposed. near: neighbours of items. vectors: (n, d) of all items. axes: number of
    measures. far: share of jumps to any item. first: rows to begin with.
    """

    pool: Unvisited
    near: NeighboursOf
    vectors: Vectors
    axes: int
    far: float = 0.1
    first: tuple[int, ...] = ()


class ItemEmitter:
    """What all emitters of items share."""

    def __init__(self, setup: ItemSetup) -> None:
        self.setup = setup
        self.archive, self.log, self.pool, self.rng = setup.archive, setup.log, setup.pool, setup.rng

    def batch(self, most: int) -> int:
        """Size of the next batch."""
        return min(most, self.setup.batch, self.pool.left)

    def tell(self, proposals: Proposals, answers: Answers, status: Became, gains: Doubles) -> None:
        """Nothing to learn."""

    def proposals(self, rows: list[int], parents: list[int]) -> Proposals:
        """Items as candidates."""
        solutions = np.array(rows, dtype=np.float64)[:, None]
        return Proposals(rows, solutions, solutions, np.array(parents, dtype=np.int64))


class GraphEmitter(ItemEmitter, ABC):
    """After the given and some random items, steps from elites of random occupied cells to items near them."""

    def __init__(self, setup: ItemSetup) -> None:
        super().__init__(setup)
        self.first = list(setup.first)
        self._known: dict[int, Rows] = {}

    @abstractmethod
    def step(self, near: Rows) -> int:
        """(k,) neighbours of an elite, nearest first -> an unvisited one of them, -1 for none."""

    def ask(self, most: int) -> Proposals:
        """The next items: the start first, then near items of elites."""
        rows: list[int] = []
        parents: list[int] = []
        count = self.batch(most)
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
        if number < self.setup.start or not len(occupied):
            return self.pool.draw(self.rng), -1
        return self._vary(occupied)

    def _vary(self, occupied: Rows) -> tuple[int, int]:
        for _ in range(TRIES):
            if self.rng.random() < self.setup.far:
                break
            parent = int(self.archive.candidate[int(occupied[int(self.rng.integers(len(occupied)))])])
            row = self.step(self._known[self.log.genotypes[parent]])
            if row >= 0:
                return self.pool.take(row), parent
        return self.pool.draw(self.rng), -1

    def _look_up(self, occupied: Rows) -> None:
        """Ask the index once for the neighbours of all new elites."""
        rows = [self.log.genotypes[int(candidate)] for candidate in self.archive.candidate[occupied]]
        missing = [row for row in rows if row not in self._known]
        if missing:
            found = self.setup.near(np.array(missing, dtype=np.int64))
            self._known.update(zip(missing, found, strict=True))
