"""Several CMA-ES that learn which changes improve the archive."""

from typing import TYPE_CHECKING

from explorer.features.elites.method import Method
from explorer.features.elites.spaces.ribs_scenes import RibsScenes
from explorer.features.elites.spaces.scene_genes import STEP

if TYPE_CHECKING:
    from ribs.emitters import EmitterBase

ASK, EMITTERS = 36, 4


class CmaMeScenes(RibsScenes):
    """pyribs' EvolutionStrategyEmitter with separable CMA-ES and two-stage improvement ranking, four in turn."""

    def make(self) -> "list[EmitterBase]":
        """Four emitters."""
        return [self._one() for _ in range(EMITTERS)]

    def _one(self) -> "EmitterBase":
        from ribs.emitters import EvolutionStrategyEmitter

        start, seed, batch = self.some_elite(), self.draw_seed(), min(self.setup.batch, ASK)
        return EvolutionStrategyEmitter(
            self.archive.inner, x0=start, sigma0=STEP, ranker="2imp", es="sep_cma_es", batch_size=batch, seed=seed
        )


METHOD = Method(
    name="cma_me",
    label="CMA-ME",
    about="learns which changes help",
    formula="x ~ N(m, σ² C); m, σ, C follow the candidates that improve the archive (new cells first)",
    source="Fontaine et al. (2020), arXiv 1912.02400; pyribs, EvolutionStrategyEmitter",
    needs=("genes",),
    baseline="random",
    trained="while it searches: four CMA-ES, on what their candidates improved",
    spaces={"scenes": CmaMeScenes},
    parents=False,
)
