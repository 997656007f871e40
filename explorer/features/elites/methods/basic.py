"""The basic algorithm: vary the elite of an occupied cell that is drawn uniformly."""

from explorer.base.arrays import Rows
from explorer.features.elites.loop import Proposals
from explorer.features.elites.method import Method
from explorer.features.elites.spaces.data_emitter import GraphEmitter
from explorer.features.elites.spaces.scenes_emitter import SceneEmitter, within_placements
from explorer.scenes import mutate


class BasicItems(GraphEmitter):
    """A random near item of the elite of a random occupied cell."""

    def step(self, near: Rows) -> int:
        """A random neighbour, -1 when it was visited before."""
        row = int(near[int(self.rng.integers(len(near)))])
        return row if row in self.pool else -1


class BasicScenes(SceneEmitter):
    """One change to the elite of a random occupied cell."""

    def vary(self, count: int) -> Proposals:
        """Changed elites."""
        parents = self.uniform_elites(count)
        children = [within_placements(mutate(self.log.genotypes[parent], self.rng)) for parent in parents]
        return self.proposals(children, parents)


METHOD = Method(
    name="basic",
    label="basic MAP-Elites (baseline)",
    formula="x = vary(elite of a uniformly drawn occupied cell): a random near item, or one change to a scene",
    source="Mouret and Clune, “Illuminating search spaces by mapping elites” (2015)",
    baseline="random",
    spaces={"data": BasicItems, "scenes": BasicScenes},
)
