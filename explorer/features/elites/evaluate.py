"""How few evaluations a search over a data set needs, against random sampling."""

import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.progress import Progress
from explorer.features.elites.archive import Archive, grid_archive
from explorer.features.elites.contract import METHODS, methods_of
from explorer.features.elites.loop import Answers, Log, run
from explorer.features.elites.scales import fit_scale, full_range
from explorer.features.elites.scores import evaluations_needed, exhaustive, mean_interval
from explorer.features.elites.spaces.data_emitter import ItemSetup, Unvisited
from explorer.index.graph import item_neighbours
from explorer.io.atomic import write_json
from explorer.workspace.opened import Opened

GOAL, MUST_RATIO = 0.95, 0.6
SPACE, ENCODER, CELLS, BATCH, NEAR, FAR = "data", "pocket", (20, 20), 50, 10, 0.05
CHOICES = (
    (("a dark photo", "a bright photo"), ("indoors", "outdoors"), "a photo of an animal"),
    (("few objects", "many objects"), ("something man-made", "something in nature"), "a colourful photo"),
    (("something small", "something large"), ("old", "modern"), "a beautiful photo"),
)
Ends = tuple[str, str]


def measure_reach(opened: Opened, seeds: int, result: Path, progress: Progress) -> dict[str, Any]:
    """Evaluations to 95 % of the exhaustive QD score, by axes, emitter and seed; written to `result`."""
    encoder = opened.encoder(ENCODER)
    embeddings = opened.embeddings(ENCODER)
    vectors = np.asarray(embeddings.vectors[embeddings.rows], dtype=np.float32)
    found_near = item_neighbours(opened.index(ENCODER), embeddings.vectors, embeddings.rows, NEAR)
    near = _compact(found_near.rows, embeddings.rows)
    emitters = tuple(reversed(methods_of(SPACE)))
    progress.start("Searching", len(CHOICES) * len(emitters) * seeds)
    found, done = [], 0
    for first, second, goal in CHOICES:
        question = _Question(vectors, near, encoder.encode_texts([*first, *second, goal]))
        needed: dict[str, list[float]] = {}
        for name in emitters:
            needed[name] = []
            for seed in range(seeds):
                needed[name].append(question.evaluations(name, seed))
                done += 1
                progress.advance(done)
        found.append(_row(first, second, goal, question, needed))
    progress.finish()
    report = {
        "items": len(vectors),
        "cells": list(CELLS),
        "batch": BATCH,
        "goal": GOAL,
        "seeds": seeds,
        "must_ratio": MUST_RATIO,
        "weights": encoder.fingerprint,
        "python": platform.python_version(),
        "choices": found,
    }
    write_json(result, report)
    return report


class _Question:
    """Places and scaled quality of all items under one choice of axes, and the exhaustive QD score.

    vectors: (n, d); near: (n, k) rows of the nearest others; texts: (5, d) the ends of both axes and the goal.
    """

    def __init__(self, vectors: Floats, near: Rows, texts: Floats) -> None:
        self.vectors, self.near = vectors, near
        raw = [(vectors @ (texts[high] - texts[low])).astype(np.float64) for low, high in ((0, 1), (2, 3))]
        self.places = np.column_stack([fit_scale(values, "quantiles", "axis")(values) for values in raw])
        quality = (vectors @ texts[4]).astype(np.float64)
        self.quality: Doubles = full_range(quality, "quality")(quality)
        archive = grid_archive(CELLS)
        best, _ = exhaustive(archive.cell_of(self.places), self.quality, archive.cells)
        self.filled, self.score = int((~np.isnan(best)).sum()), float(np.nansum(best))

    def answer(self, rows: Sequence[int]) -> Answers:
        """What the items are."""
        return Answers(self.quality[rows], self.places[rows])

    def evaluations(self, name: str, seed: int) -> float:
        """How many an emitter needs to reach the goal."""
        archive, log = grid_archive(CELLS), Log()
        emitter = METHODS[name].spaces[SPACE](self._setup(archive, log, seed))
        reached: list[tuple[int, float]] = []
        for evaluations in run(archive, emitter, self.answer, len(self.vectors), log):
            reached.append((evaluations, archive.qd_score()))
            if reached[-1][1] >= GOAL * self.score:
                break
        return evaluations_needed(reached, GOAL * self.score)

    def _setup(self, archive: Archive, log: Log, seed: int) -> ItemSetup:
        return ItemSetup(
            archive=archive,
            log=log,
            rng=np.random.default_rng(seed),
            batch=BATCH,
            pool=Unvisited(np.arange(len(self.vectors)), len(self.vectors)),
            near=lambda rows: self.near[rows],
            vectors=self.vectors,
            axes=len(CELLS),
            far=FAR,
        )


def _compact(rows: Rows, present: Rows) -> Rows:
    """Row numbers of the data set -> numbers among the items with vectors."""
    place = np.full(int(present.max()) + 1, -1, dtype=np.int64)
    place[present] = np.arange(len(present))
    return np.where(rows >= 0, place[np.maximum(rows, 0)], -1)


def _row(first: Ends, second: Ends, goal: str, question: _Question, needed: dict[str, list[float]]) -> dict[str, Any]:
    """Means with intervals; the ratio is taken seed by seed against random sampling with the same seed."""
    emitters = {}
    for name, values in needed.items():
        ratios = [value / base for value, base in zip(values, needed["random"], strict=True)]
        emitters[name] = {"evaluations": mean_interval(values), "ratio": mean_interval(ratios), "each": values}
    axes = [" to ".join(first), " to ".join(second)]
    whole = {"filled": question.filled, "qd_score": question.score}
    return {"axes": axes, "quality": goal, "exhaustive": whole, "emitters": emitters}
