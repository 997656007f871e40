"""Emitters over scenes: candidates are drawn pictures, made as they are asked for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.features.elites.archive import NEW, REJECTED, Archive
from explorer.features.elites.loop import Answers, Log, Proposals
from explorer.features.elites.scene_genes import PLACEMENTS, STEP, to_scene, to_vector
from explorer.scenes import Scene, mutate, sample

LINE = 0.2
ASK = 36
COUNT_OF_CMA = 4


class _OverScenes:
    """What the emitters share: a random start (or given scenes), the batch size, the randomness."""

    def __init__(
        self,
        archive: Archive,
        log: Log,
        rng: np.random.Generator,
        batch: int,
        start: int = 100,
        first: Sequence[Scene] = (),
    ) -> None:
        self.archive, self.log, self.rng, self.batch, self.start = archive, log, rng, batch, start
        self._first = list(first)

    def ask(self, most: int) -> Proposals:
        """The next candidates: the start first, then variations of elites."""
        count = min(most, self.batch)
        opening = self._opening(count)
        return opening if opening is not None else self.vary(count)

    def vary(self, count: int) -> Proposals:
        """Variations of elites."""
        raise NotImplementedError

    def tell(self, proposals: Proposals, answers: Answers, status: NDArray[Any], gains: NDArray[Any]) -> None:
        """Nothing to learn."""

    def _opening(self, count: int) -> Proposals | None:
        """The given scenes first, then random ones, until the start is made; None when it is."""
        if self._first:
            scenes, self._first = self._first[:count], self._first[count:]
            return self.proposals(scenes, [-1] * len(scenes))
        missing = min(count, self.start - len(self.log))
        if missing <= 0 and len(self.archive.occupied):
            return None
        return self.proposals([random_scene(self.rng) for _ in range(max(missing, 1))], None)

    def proposals(
        self, scenes: list[Scene], parents: list[int] | None, asked: Any = None, source: int = 0
    ) -> Proposals:
        solutions = np.stack([to_vector(scene) for scene in scenes])
        origin = np.full(len(scenes), -1, dtype=np.int64) if parents is None else np.array(parents, dtype=np.int64)
        return Proposals(scenes, solutions, solutions if asked is None else asked, origin, source)

    def uniform_elites(self, count: int) -> list[int]:
        """Candidates of `count` occupied cells, drawn uniformly."""
        occupied = self.archive.occupied
        cells = occupied[self.rng.integers(len(occupied), size=count)]
        found: list[int] = self.archive.candidate[cells].tolist()
        return found


class RandomScenes(_OverScenes):
    """The baseline: random scenes, nothing kept in mind."""

    def vary(self, count: int) -> Proposals:
        """Random scenes."""
        return self.proposals([random_scene(self.rng) for _ in range(count)], None)


class BasicScenes(_OverScenes):
    """The basic algorithm: one change to the elite of a random occupied cell."""

    def vary(self, count: int) -> Proposals:
        """Changed elites."""
        parents = self.uniform_elites(count)
        children = [within_placements(mutate(self.log.genotypes[parent], self.rng)) for parent in parents]
        return self.proposals(children, parents)


class RibsScenes(_OverScenes):
    """One of pyribs' emitters on the vectors of scenes.

    kind: "gaussian" (noise on the elite of a random cell), "iso_line" (noise, and a step along the line between two
    elites), "cma_me" (several CMA-ES that learn which changes improve the archive).
    """

    def __init__(self, *given: Any, kind: str, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self._make = RIBS[kind]
        self._emitters: list[Any] = []
        self._turn = 0

    def vary(self, count: int) -> Proposals:
        """What the next pyribs emitter asks for, cut to `count`."""
        if not self._emitters:
            self._emitters = self._make(self.archive.inner, self.rng, self.batch)
        source = self._turn % len(self._emitters)
        self._turn += 1
        asked = np.asarray(self._emitters[source].ask())
        kept = asked if len(asked) <= count else asked[:count]
        proposals = self.proposals([to_scene(vector) for vector in kept], None, asked, source + 1)
        return replace(proposals, parents=self._nearest_elites(kept))

    def tell(self, proposals: Proposals, answers: Answers, status: NDArray[Any], gains: NDArray[Any]) -> None:
        """Pass the outcome on to the emitter that asked; a batch cut short at the end of a run teaches nothing."""
        if proposals.source == 0 or len(proposals.asked) != len(proposals):
            return
        failed = ~np.isfinite(answers.quality)
        worst = float(np.nanmin(np.where(failed, np.nan, answers.quality))) if not failed.all() else 0.0
        gains = np.where(np.isfinite(gains), gains, -1.0)
        add_info = {"status": np.where(status > REJECTED, status, 0).astype(np.int32), "value": gains}
        self._emitters[proposals.source - 1].tell(
            proposals.asked,
            np.where(failed, worst, answers.quality),
            np.nan_to_num(answers.measures, nan=0.5),
            add_info,
        )

    def _nearest_elites(self, vectors: NDArray[Any]) -> NDArray[np.int64]:
        """Candidates of the elites nearest to the vectors: pyribs does not tell which elite it started from."""
        data = self.archive.inner.data(["solution", "index"])
        solutions, cells = np.asarray(data["solution"]), np.asarray(data["index"])
        distances = (solutions**2).sum(axis=1)[None, :] - 2 * vectors @ solutions.T
        return np.asarray(self.archive.candidate[cells[distances.argmin(axis=1)]], dtype=np.int64)


def random_scene(rng: np.random.Generator) -> Scene:
    """A random valid scene with one of the sixteen placements."""
    return within_placements(sample(rng))


def within_placements(scene: Scene) -> Scene:
    """The scene with its seed brought to 0 to 15, as its vector says."""
    return replace(scene, seed=scene.seed % PLACEMENTS)


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def _some_elite(archive: Any) -> NDArray[np.float64]:
    return np.asarray(archive.best_elite["solution"], dtype=np.float64)


def _gaussian(archive: Any, rng: np.random.Generator, batch: int) -> list[Any]:
    from ribs.emitters import GaussianEmitter

    return [GaussianEmitter(archive, sigma=STEP, x0=_some_elite(archive), batch_size=batch, seed=_seed(rng))]


def _iso_line(archive: Any, rng: np.random.Generator, batch: int) -> list[Any]:
    from ribs.emitters import IsoLineEmitter

    settings: dict[str, Any] = {"iso_sigma": STEP * 0.8, "line_sigma": LINE, "batch_size": batch}
    return [IsoLineEmitter(archive, x0=_some_elite(archive), seed=_seed(rng), **settings)]


def _cma_me(archive: Any, rng: np.random.Generator, batch: int) -> list[Any]:
    from ribs.emitters import EvolutionStrategyEmitter

    settings: dict[str, Any] = {"sigma0": STEP, "ranker": "2imp", "es": "sep_cma_es", "batch_size": min(batch, ASK)}
    return [
        EvolutionStrategyEmitter(archive, x0=_some_elite(archive), seed=_seed(rng), **settings)
        for _ in range(COUNT_OF_CMA)
    ]


RIBS: dict[str, Callable[[Any, np.random.Generator, int], list[Any]]] = {
    "gaussian": _gaussian,
    "iso_line": _iso_line,
    "cma_me": _cma_me,
}


def describe(status: int) -> str:
    """What became of a candidate, in words."""
    return {NEW: "first of its cell", REJECTED: "not better"}.get(
        status, "better than before" if status > 0 else "failed"
    )
