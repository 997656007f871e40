"""Steps that a cheap guess calls promising."""

import numpy as np

from explorer.base.arrays import Doubles
from explorer.features.elites.archive import Became
from explorer.features.elites.loop import Answers, Proposals
from explorer.features.elites.method import Method
from explorer.features.elites.methods.basic import BasicItems
from explorer.features.elites.spaces.data_emitter import ItemSetup
from explorer.features.elites.surrogate import Surrogate

PER_CELL = 1  # items of one guessed cell in a batch, so that a batch spreads
RANKED = 40  # most promising items looked at, for each one that is wanted


class Guided(BasicItems):
    """Ridge regressions from vectors to measures and quality say what each item would add.

    They are fitted to the evaluated items alone. An unvisited item is worth what it is expected to add to the archive:
    the mean over the guess's error of max(0, quality - quality of the elite in the guessed cell), 0 standing for an
    empty cell. The parent is the elite of the guessed cell or, where it is empty, none. The share `far` stays random,
    which keeps the guess honest.
    """

    def __init__(self, setup: ItemSetup) -> None:
        super().__init__(setup)
        self.surrogate = Surrogate(setup.vectors, setup.axes)

    def ask(self, most: int) -> Proposals:
        """The next items: the start first, then the most promising ones and a few at random."""
        if len(self.log) < self.setup.start or self.first or not self.surrogate.ready:
            return super().ask(most)
        count = self.batch(most)
        far = int(self.rng.binomial(count, self.setup.far))
        rows, parents = self._promising(count - far)
        while len(rows) < count:
            rows.append(self.pool.draw(self.rng))
            parents.append(-1)
        return self.proposals(rows, parents)

    def tell(self, proposals: Proposals, answers: Answers, status: Became, gains: Doubles) -> None:
        """Learn from the batch."""
        self.surrogate.learn(np.array(proposals.genotypes, dtype=np.int64), answers)

    def _promising(self, count: int) -> tuple[list[int], list[int]]:
        unvisited = np.sort(self.pool.rows)
        gain, cells = self.surrogate.expected_gain(unvisited, self.archive)
        order = np.lexsort((self.rng.random(len(gain)), -gain))[: RANKED * count]
        chosen: list[int] = []
        taken: dict[int, int] = {}
        for place, cell in zip(order.tolist(), cells[order].tolist(), strict=True):
            if taken.get(cell, 0) < PER_CELL:
                taken[cell] = taken.get(cell, 0) + 1
                chosen.append(place)
                if len(chosen) == count:
                    break
        rows = [self.pool.take(int(unvisited[place])) for place in chosen]
        return rows, [int(self.archive.candidate[cells[place]]) for place in chosen]


METHOD = Method(
    name="guided",
    label="guided",
    about="what a cheap guess calls promising",
    formula="x = argmax E max(0, q̂(x) − quality of the elite in the cell of m̂(x)), m̂ and q̂: ridge regressions",
    needs=("neighbours", "vectors"),
    baseline="random",
    trained="while it searches: ridge regressions on the items evaluated so far",
    spaces={"data": Guided},
)
