"""Random sampling: the baseline that every emitter must beat."""

from explorer.features.elites.loop import Proposals
from explorer.features.elites.method import Method
from explorer.features.elites.spaces.data_emitter import ItemEmitter
from explorer.features.elites.spaces.scenes_emitter import SceneEmitter, random_scene


class RandomItems(ItemEmitter):
    """Items in random order, none twice."""

    def ask(self, most: int) -> Proposals:
        """The next items."""
        count = self.batch(most)
        rows = [self.pool.draw(self.rng) for _ in range(count)]
        return self.proposals(rows, [-1] * count)


class RandomScenes(SceneEmitter):
    """Random scenes, nothing kept in mind."""

    def vary(self, count: int) -> Proposals:
        """Random scenes."""
        return self.proposals([random_scene(self.rng) for _ in range(count)], None)


METHOD = Method(
    name="random",
    label="random sampling (baseline)",
    formula="x ~ uniform over all candidates",
    spaces={"data": RandomItems, "scenes": RandomScenes},
)
