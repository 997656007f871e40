"""pyribs' emitters on the vectors of scenes."""

from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.features.elites.archive import Became
from explorer.features.elites.loop import Answers, Proposals
from explorer.features.elites.spaces.numbers import told
from explorer.features.elites.spaces.scene_genes import to_scene
from explorer.features.elites.spaces.scenes_emitter import SceneEmitter, SceneSetup

if TYPE_CHECKING:
    from ribs.emitters import EmitterBase


class RibsScenes(SceneEmitter):
    """One or several of pyribs' emitters in turn. pyribs does not tell which elite a candidate was varied from."""

    def __init__(self, setup: SceneSetup) -> None:
        super().__init__(setup)
        self._emitters: list[EmitterBase] = []
        self._turn = 0

    @abstractmethod
    def make(self) -> "list[EmitterBase]":
        """Pyribs' emitters, made once the start has filled a cell."""

    def some_elite(self) -> Doubles:
        """(length,) vector of the best elite: where a distribution begins."""
        return np.asarray(self.archive.inner.best_elite["solution"], dtype=np.float64)

    def draw_seed(self) -> int:
        """A seed for one of pyribs' emitters."""
        return int(self.rng.integers(2**31))

    def vary(self, count: int) -> Proposals:
        """What the next pyribs emitter asks for, cut to `count`."""
        self._emitters = self._emitters or self.make()
        place = self._turn % len(self._emitters)
        self._turn += 1
        asked = np.asarray(self._emitters[place].ask())
        kept = asked if len(asked) <= count else asked[:count]
        proposals = self.proposals([to_scene(vector) for vector in kept], None, asked, place + 1)
        return replace(proposals, parents=self._nearest_elites(kept))

    def tell(self, proposals: Proposals, answers: Answers, status: Became, gains: Doubles) -> None:
        """Pass the outcome on to the emitter that asked; a batch cut short at the end of a run teaches nothing."""
        if proposals.asker == 0 or len(proposals.asked) != len(proposals):
            return
        failed = ~np.isfinite(answers.quality)
        worst = float(np.nanmin(np.where(failed, np.nan, answers.quality))) if not failed.all() else 0.0
        gains = np.where(np.isfinite(gains), gains, -1.0)
        self._emitters[proposals.asker - 1].tell(
            proposals.asked,
            np.where(failed, worst, answers.quality),
            np.nan_to_num(answers.measures, nan=0.5),
            told(status, gains),
        )

    def _nearest_elites(self, vectors: Doubles) -> Rows:
        """Candidates of the elites nearest to the vectors, as a stand-in for parents."""
        data = self.archive.inner.data(["solution", "index"])
        solutions, cells = np.asarray(data["solution"]), np.asarray(data["index"])
        distances = (solutions**2).sum(axis=1)[None, :] - 2 * vectors @ solutions.T
        return np.asarray(self.archive.candidate[cells[distances.argmin(axis=1)]], dtype=np.int64)
