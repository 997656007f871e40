"""Noise on the elite of a random cell."""

from typing import TYPE_CHECKING

from explorer.features.elites.method import Method
from explorer.features.elites.spaces.ribs_scenes import RibsScenes
from explorer.features.elites.spaces.scene_genes import STEP

if TYPE_CHECKING:
    from ribs.emitters import EmitterBase


class GaussianScenes(RibsScenes):
    """pyribs' GaussianEmitter on the vectors of scenes."""

    def make(self) -> "list[EmitterBase]":
        """One emitter."""
        from ribs.emitters import GaussianEmitter

        batch, archive = self.setup.batch, self.archive.inner
        return [GaussianEmitter(archive, sigma=STEP, x0=self.some_elite(), batch_size=batch, seed=self.draw_seed())]


METHOD = Method(
    name="gaussian",
    label="Gaussian",
    about="noise on an elite",
    formula="x = elite + σ z, z ~ N(0, I), of a uniformly drawn occupied cell",
    source="pyribs, GaussianEmitter",
    needs=("genes",),
    baseline="random",
    spaces={"scenes": GaussianScenes},
    parents=False,
)
