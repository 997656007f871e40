"""What tests of searches share: settings of a small run, a search that is paused, one over known vectors."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import Cancelled
from explorer.base.progress import Silent
from explorer.features.elites.archive import Archive, grid_archive
from explorer.features.elites.contract import METHODS, SPACES
from explorer.features.elites.loop import Answers, Log, run
from explorer.features.elites.method import Setup
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.spaces.data_emitter import ItemSetup, Unvisited
from explorer.features.elites.spaces.scene_genes import LENGTH
from explorer.features.elites.spaces.scenes_emitter import SceneSetup
from explorer.features.elites.store import read_log
from explorer.scenes import Scene

ITEMS, DIM, AXES = 600, 8, 2


class PauseAfter(Silent):
    """Stops the search as a pressed button does, after some evaluations."""

    def __init__(self, evaluations: int) -> None:
        self.evaluations = evaluations

    def advance(self, done: int) -> None:
        if done >= self.evaluations:
            raise Cancelled("paused")


def asked(**changes: object) -> RunSettings:
    """Settings of a run of fifty evaluations over the discs."""
    plain = RunSettings(
        name="a run",
        encoder="histogram",
        axes=("image:brightness", "column:year"),
        quality="image:colourfulness",
        cells=(5, 5),
        evaluations=50,
        batch=7,
        start=14,
        emitter="basic",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def items_log(folder: Path) -> Log:
    """The log of a run over items."""
    return read_log(folder, SPACES["data"])


class KnownItems:
    """Points in 8 dimensions whose measures and quality are linear in them."""

    def __init__(self) -> None:
        vectors = np.random.default_rng(5).normal(size=(ITEMS, DIM)).astype(np.float32)
        self.vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self.places = np.clip(self.vectors[:, :AXES] * 0.5 + 0.5, 0, 1).astype(float)
        self.quality = self.vectors[:, AXES].astype(float) + 1
        self.near = np.argsort(-(self.vectors @ self.vectors.T), axis=1)[:, 1:9]

    def answers(self, rows: Sequence[int]) -> Answers:
        """What the points are."""
        return Answers(self.quality[rows], self.places[rows])

    def setup(self, archive: Archive, log: Log, seed: int, first: tuple[int, ...] = ()) -> ItemSetup:
        """What an emitter works with."""

        def look(rows: Rows) -> Rows:
            found: Rows = self.near[rows]
            return found

        return ItemSetup(
            archive=archive,
            log=log,
            rng=np.random.default_rng(seed),
            batch=20,
            start=40,
            pool=Unvisited(np.arange(ITEMS), ITEMS),
            near=look,
            vectors=self.vectors,
            axes=AXES,
            first=first,
        )


KNOWN = KnownItems()


def data_run(name: str, seed: int, evaluations: int, first: tuple[int, ...] = ()) -> tuple[Archive, Log]:
    """A search of an emitter over the known items."""
    archive, log = grid_archive((8, 8)), Log()
    emitter = METHODS[name].spaces["data"](KNOWN.setup(archive, log, seed, first))
    for _ in run(archive, emitter, KNOWN.answers, evaluations, log):
        pass
    return archive, log


def scene_run(
    name: str, evaluations: int, known: Log | None = None, seed: int = 4, first: tuple[Scene, ...] = ()
) -> tuple[Archive, Log]:
    """A search of an emitter over scenes: count and hue along the axes, lightness as quality."""
    archive, log = grid_archive((9, 6), [(0.5, 9.5), (0, 1)], solution_dim=LENGTH, seed=0), Log()
    rng = np.random.default_rng(seed)
    setup: Setup = SceneSetup(archive=archive, log=log, rng=rng, batch=24, start=48, first=first)
    emitter = METHODS[name].spaces["scenes"](setup)
    for _ in run(archive, emitter, scene_answers, evaluations, log, known=known):
        pass
    return archive, log


def scene_answers(scenes: Sequence[Scene]) -> Answers:
    """What the scenes are."""
    measures = np.array([[float(scene.count), scene.nuance[0]] for scene in scenes])
    return Answers(np.array([scene.nuance[1] for scene in scenes]), measures)
