"""What emitters over scenes share: candidates are drawn pictures, made as they are asked for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import numpy as np

from explorer.base.arrays import Doubles
from explorer.features.elites.archive import Became
from explorer.features.elites.loop import Answers, Proposals
from explorer.features.elites.method import Setup
from explorer.features.elites.spaces.scene_genes import PLACEMENTS, to_vector
from explorer.scenes import Scene, sample


@dataclass(frozen=True, kw_only=True)
class SceneSetup(Setup):
    """What an emitter of scenes works with. first: scenes to begin with."""

    first: tuple[Scene, ...] = ()


class SceneEmitter(ABC):
    """What all emitters of scenes share: a start of given and random scenes."""

    def __init__(self, setup: SceneSetup) -> None:
        self.setup = setup
        self.archive, self.log, self.rng = setup.archive, setup.log, setup.rng
        self._first = list(setup.first)

    def ask(self, most: int) -> Proposals:
        """The next candidates: the start first, then variations of elites."""
        count = min(most, self.setup.batch)
        opening = self._opening(count)
        return opening if opening is not None else self.vary(count)

    @abstractmethod
    def vary(self, count: int) -> Proposals:
        """At most `count` variations of elites."""

    def tell(self, proposals: Proposals, answers: Answers, status: Became, gains: Doubles) -> None:  # noqa: B027 - most learn nothing
        """Nothing to learn."""

    def _opening(self, count: int) -> Proposals | None:
        """The given scenes first, then random ones, until the start is made; None when it is."""
        if self._first:
            scenes, self._first = self._first[:count], self._first[count:]
            return self.proposals(scenes, [-1] * len(scenes))
        missing = min(count, self.setup.start - len(self.log))
        if missing <= 0 and len(self.archive.occupied):
            return None
        return self.proposals([random_scene(self.rng) for _ in range(max(missing, 1))], None)

    def proposals(
        self, scenes: list[Scene], parents: list[int] | None, asked: Doubles | None = None, asker: int = 0
    ) -> Proposals:
        """Scenes as candidates."""
        solutions = np.stack([to_vector(scene) for scene in scenes])
        origin = np.full(len(scenes), -1, dtype=np.int64) if parents is None else np.array(parents, dtype=np.int64)
        return Proposals(scenes, solutions, solutions if asked is None else asked, origin, asker)

    def uniform_elites(self, count: int) -> list[int]:
        """Candidates of `count` occupied cells, drawn uniformly."""
        occupied = self.archive.occupied
        cells = occupied[self.rng.integers(len(occupied), size=count)]
        found: list[int] = self.archive.candidate[cells].tolist()
        return found


def random_scene(rng: np.random.Generator) -> Scene:
    """A random valid scene with one of the sixteen placements."""
    return within_placements(sample(rng))


def within_placements(scene: Scene) -> Scene:
    """The scene with its seed brought to 0 to 15, as its vector says."""
    return replace(scene, seed=scene.seed % PLACEMENTS)
