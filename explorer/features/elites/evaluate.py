"""How few evaluations a search over a data set needs, against random sampling."""

import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from explorer.encoders import load_encoder
from explorer.features.elites.archive import grid_archive
from explorer.features.elites.loop import Answers, Emitter, Log, run
from explorer.features.elites.over_data import BasicGraph, Frontier, Guided, RandomItems, Unvisited
from explorer.features.elites.scales import fit_scale, full_range
from explorer.features.elites.scores import evaluations_needed, exhaustive, mean_interval
from explorer.features.elites.surrogate import Surrogate
from explorer.io.atomic import write_json
from explorer.search.graph import item_neighbours
from explorer.workspace.folder import Workspace
from explorer.workspace.indexing import index_or_exact

GOAL, MUST_RATIO = 0.95, 0.6
CELLS, BATCH, NEAR, FAR = (20, 20), 50, 10, 0.05
CHOICES = (
    (("a dark photo", "a bright photo"), ("indoors", "outdoors"), "a photo of an animal"),
    (("few objects", "many objects"), ("something man-made", "something in nature"), "a colourful photo"),
    (("something small", "something large"), ("old", "modern"), "a beautiful photo"),
)
EMITTERS = ("random", "basic", "frontier", "guided")


def measure_reach(ws: Workspace, seeds: int, result: Path, progress: Progress) -> dict[str, Any]:
    """Evaluations to 95 % of the exhaustive QD score, by axes, emitter and seed; written to `result`."""
    embeddings = ws.embeddings("pocket")
    vectors = np.asarray(embeddings.vectors[embeddings.rows], dtype=np.float32)
    index = index_or_exact(ws, "pocket")
    near = _compact(item_neighbours(index, embeddings.vectors, embeddings.rows, NEAR).rows, embeddings.rows)
    encoder = load_encoder("pocket")
    progress.start("Searching", len(CHOICES) * len(EMITTERS) * seeds)
    found, done = [], 0
    for low_high, other, goal in CHOICES:
        texts = encoder.encode_texts([*low_high, *other, goal])
        problem = _problem(vectors, texts)
        needed: dict[str, list[float]] = {}
        for name in EMITTERS:
            needed[name] = []
            for seed in range(seeds):
                needed[name].append(_needed(problem, name, seed, vectors, near))
                done += 1
                progress.advance(done)
        found.append(_row(low_high, other, goal, problem, needed))
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


class _Problem:
    """Places, scaled quality and the exhaustive QD score of one choice of axes."""

    def __init__(self, places: NDArray[np.float64], quality: NDArray[np.float64]) -> None:
        self.places, self.quality = places, quality
        archive = grid_archive(CELLS)
        best, _ = exhaustive(archive.cell_of(places), quality, archive.cells)
        self.filled, self.score = int((~np.isnan(best)).sum()), float(np.nansum(best))


def _problem(vectors: Floats, texts: Floats) -> _Problem:
    raw = [(vectors @ (texts[high] - texts[low])).astype(np.float64) for low, high in ((0, 1), (2, 3))]
    places = np.column_stack([fit_scale(values, "quantiles", "axis")(values) for values in raw])
    quality = (vectors @ texts[4]).astype(np.float64)
    return _Problem(places, full_range(quality, "quality")(quality))


def _compact(rows: NDArray[np.int64], present: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row numbers of the data set -> numbers among the items with vectors."""
    place = np.full(int(present.max()) + 1, -1, dtype=np.int64)
    place[present] = np.arange(len(present))
    return np.where(rows >= 0, place[np.maximum(rows, 0)], -1)


def _needed(problem: _Problem, name: str, seed: int, vectors: Floats, near: NDArray[np.int64]) -> float:
    archive, log, rng = grid_archive(CELLS), Log(), np.random.default_rng(seed)
    given: tuple[Any, ...] = (archive, log, Unvisited(np.arange(len(vectors)), len(vectors)), rng, BATCH)
    emitter = _emitter(name, given, vectors, lambda rows: near[rows])
    reached: list[tuple[int, float]] = []
    answer = lambda rows: Answers(problem.quality[rows], problem.places[rows])  # noqa: E731
    for evaluations in run(archive, emitter, answer, len(vectors), log):
        reached.append((evaluations, archive.qd_score()))
        if reached[-1][1] >= GOAL * problem.score:
            break
    return evaluations_needed(reached, GOAL * problem.score)


def _emitter(name: str, given: tuple[Any, ...], vectors: Floats, near: Callable[[Any], Any]) -> Emitter:
    if name == "random":
        return RandomItems(*given)
    settings: dict[str, Any] = {"near": near, "far": FAR}
    if name == "guided":
        return Guided(*given, surrogate=Surrogate(vectors, len(CELLS)), **settings)
    return {"basic": BasicGraph, "frontier": Frontier}[name](*given, **settings)


def _row(low_high: Any, other: Any, goal: str, problem: _Problem, needed: dict[str, list[float]]) -> dict[str, Any]:
    """Means with intervals; the ratio is taken seed by seed against random sampling with the same seed."""
    emitters = {}
    for name, values in needed.items():
        ratios = [value / base for value, base in zip(values, needed["random"], strict=True)]
        emitters[name] = {"evaluations": mean_interval(values), "ratio": mean_interval(ratios), "each": values}
    axes = [" to ".join(low_high), " to ".join(other)]
    exhaustive_ = {"filled": problem.filled, "qd_score": problem.score}
    return {"axes": axes, "quality": goal, "exhaustive": exhaustive_, "emitters": emitters}


def reach_lines(report: dict[str, Any]) -> list[str]:
    """A table for the terminal."""
    lines = [
        f"Evaluations for {report['goal']:.0%} of the exhaustive QD score (quality scaled to 0 to 1 over the data, "
        f"offset 0), {report['items']:,} items, {report['seeds']} seeds, mean (95 % interval); "
        f"ratio to random sampling, must be at most {report['must_ratio']}:"
    ]
    for row in report["choices"]:
        lines.append(f"{row['axes'][0]} / {row['axes'][1]}, quality “{row['quality']}”:")
        for name, values in row["emitters"].items():
            mean, low, high = values["evaluations"]
            ratio, bottom, top = values["ratio"]
            spread = f"({low:,.0f} to {high:,.0f})  ratio {ratio:.3f} ({bottom:.3f} to {top:.3f})"
            lines.append(f"  {name:<10}{mean:>8,.0f} {spread}")
    return lines
