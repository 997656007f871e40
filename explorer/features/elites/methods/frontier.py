"""Unexplored neighbours first."""

from explorer.base.arrays import Rows
from explorer.features.elites.method import Method
from explorer.features.elites.spaces.data_emitter import GraphEmitter


class Frontier(GraphEmitter):
    """Of a random elite the nearest item that was not evaluated yet."""

    def step(self, near: Rows) -> int:
        """The nearest unvisited neighbour, -1 when all were visited."""
        fresh = near[self.pool.mask(near)]
        return int(fresh[0]) if len(fresh) else -1


METHOD = Method(
    name="frontier",
    label="frontier",
    about="unexplored neighbours of elites first",
    formula="x = the nearest unvisited neighbour of the elite of a uniformly drawn occupied cell",
    needs=("neighbours",),
    baseline="random",
    spaces={"data": Frontier},
)
