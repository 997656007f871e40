"""Noise, and a step along the line between two elites."""

from typing import TYPE_CHECKING

from explorer.features.elites.method import Method
from explorer.features.elites.spaces.ribs_scenes import RibsScenes
from explorer.features.elites.spaces.scene_genes import STEP

if TYPE_CHECKING:
    from ribs.emitters import EmitterBase

NOISE, LINE = STEP * 0.8, 0.2


class IsoLineScenes(RibsScenes):
    """pyribs' IsoLineEmitter on the vectors of scenes."""

    def make(self) -> "list[EmitterBase]":
        """One emitter."""
        from ribs.emitters import IsoLineEmitter

        start, seed = self.some_elite(), self.draw_seed()
        made = IsoLineEmitter(
            self.archive.inner, x0=start, iso_sigma=NOISE, line_sigma=LINE, batch_size=self.setup.batch, seed=seed
        )
        return [made]


METHOD = Method(
    name="iso_line",
    label="iso+line",
    about="noise and a step towards another elite",
    formula="x = elite + σ₁ z + σ₂ (other elite − elite) z′, z ~ N(0, I), z′ ~ N(0, 1)",
    source="Iso+LineDD of Vassiliades and Mouret (2018), arXiv 1804.03906; pyribs, IsoLineEmitter",
    needs=("genes",),
    baseline="random",
    spaces={"scenes": IsoLineScenes},
    parents=False,
)
