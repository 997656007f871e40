"""How much of the exact Chamfer answer each way to search several vectors an item finds, and how fast it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.progress import Progress, Silent
from explorer.features.lab.report import LabReport, Point
from explorer.features.lab.several.cards import CHAMFER_ALL, FDE, FDE_GRAPH, ONE_VECTOR
from explorer.features.lab.several.chamfer import VectorSets, best_first, chamfer
from explorer.features.lab.several.fde import FdeSettings
from explorer.features.lab.several.graph import FdeGraph
from explorer.features.lab.several.material import Material, material
from explorer.features.lab.several.search import FdeIndex, mean_vectors, products, reranked
from explorer.features.lab.several.store import KeptSets
from explorer.features.lab.speed import per_second
from explorer.index import QueryKind, Recall

K = 10
CANDIDATES = (10, 30, 100, 300, 1_000)
USUAL = FdeSettings()
GRID = ((5, 2, 32), (10, 2, 32), (20, 2, 32), (10, 1, 32), (10, 3, 32), (10, 4, 32), (20, 3, 8), (20, 5, 8))
"""Repetitions, bits, numbers a cell; the last two are the paper's."""
PAIRS = 400
Ask = Callable[[Floats, int, int], tuple[Rows, Floats]]
"""(k,) rows and scores of a (q, d) question among so many candidates."""


@dataclass(frozen=True)
class Curve:
    """Recall@N without re-ranking: the share of the exact top 10 among the first N estimates, for each N of `at`."""

    kind: QueryKind
    repetitions: int
    bits: int
    projected: int
    numbers: int
    at: tuple[int, ...]
    recalls: tuple[float, ...]


@dataclass(frozen=True)
class SeveralReport:
    """What a run measured. pairs: (exact Chamfer similarity, estimate by the usual encodings) of items and questions
    drawn at random; correlation: of all such pairs.
    """

    report: LabReport
    curves: tuple[Curve, ...]
    pairs: tuple[tuple[float, float], ...]
    correlation: float


def measure(kept: KeptSets, words: Floats | None, model: str, progress: Progress | None = None) -> SeveralReport:
    """Recall and speed of every way, and recall@N of fixed encodings against repetitions and bits."""
    progress = progress or Silent()
    found = material(kept, words)
    sets, usual = found.sets, None
    truth = {kind: _truth(sets, asked, kind, progress) for kind, asked in found.questions.items()}
    curves: list[Curve] = []
    progress.start("Encoding with several settings", len(GRID))
    for done, (repetitions, bits, projected) in enumerate(GRID, start=1):
        settings = FdeSettings(repetitions=repetitions, bits=bits, projected=projected)
        index = FdeIndex.build(sets, settings)
        curves += [_curve(index, kind, found.questions[kind], truth[kind], settings) for kind in truth]
        usual = index if settings == USUAL else usual
        progress.advance(done)
    assert usual is not None
    pairs, correlation = _pairs(usual, found.questions["item"], truth["item"][1])
    points = _points(usual, found, truth, progress)
    report = LabReport(
        tab="several", model=model, items=len(sets), dim=sets.dim, points=points, notes=_notes(kept, sets)
    )
    return SeveralReport(report, tuple(curves), pairs, correlation)


def _truth(sets: VectorSets, asked: Sequence[Floats], kind: QueryKind, progress: Progress) -> tuple[Rows, Floats]:
    """(q, K) the exact best items, (q, n) all exact similarities."""
    progress.start(f"Exact answers ({kind})", len(asked))
    scores = []
    for done, query in enumerate(asked, start=1):
        scores.append(chamfer(query, sets))
        progress.advance(done)
    return np.stack([best_first(one, K) for one in scores]), np.stack(scores)


def _curve(
    index: FdeIndex, kind: QueryKind, asked: Sequence[Floats], truth: tuple[Rows, Floats], settings: FdeSettings
) -> Curve:
    orders = [best_first(index.estimates(query), CANDIDATES[-1]) for query in asked]
    recalls = [float(_shares([order[:depth] for order in orders], truth[0]).mean()) for depth in CANDIDATES]
    numbers = index.encodings.shape[1]
    cells = (settings.repetitions, settings.bits, settings.projected)
    return Curve(kind, *cells, numbers, CANDIDATES, tuple(recalls))


def _shares(found: Sequence[Rows], truth: Rows) -> Doubles:
    """(q,) shares of the true best that were found."""
    return np.array([np.isin(true, one).mean() for one, true in zip(found, truth, strict=True)], dtype=np.float64)


def _pairs(index: FdeIndex, asked: Sequence[Floats], exact: Floats) -> tuple[tuple[tuple[float, float], ...], float]:
    """Some pairs of exact and estimated similarity, and the correlation of all."""
    estimated = np.stack([index.estimates(query) for query in asked])
    chosen = default_rng(0).permutation(exact.size)[:PAIRS]
    some = np.column_stack([exact.ravel()[chosen], estimated.ravel()[chosen]]).round(4)
    correlation = float(np.corrcoef(exact.ravel(), estimated.ravel())[0, 1])
    return tuple((float(one), float(other)) for one, other in some), correlation


def _points(
    usual: FdeIndex, found: Material, truth: Mapping[QueryKind, tuple[Rows, Floats]], progress: Progress
) -> tuple[Point, ...]:
    sets = usual.sets
    progress.start("Building the graph", 1)
    graph = FdeGraph.build(usual)
    progress.finish()
    ways: dict[str, Ask] = {
        CHAMFER_ALL.name: partial(_all, sets),
        ONE_VECTOR.name: partial(_by_mean, sets, mean_vectors(sets)),
        FDE.name: usual.search,
        FDE_GRAPH.name: graph.search,
    }
    settings = [(name, depth) for name in ways for depth in (CANDIDATES if name != CHAMFER_ALL.name else (0,))]
    settings = [(name, depth) for name, depth in settings if depth < len(sets)]
    progress.start("Measuring each way", len(settings) * len(truth))
    points = []
    for kind, asked in found.questions.items():
        for name, depth in settings:
            points.append(_point(ways[name], name, depth, kind, asked, truth[kind][0]))
            progress.advance(len(points))
    return tuple(points)


def _point(ask: Ask, name: str, depth: int, kind: QueryKind, asked: Sequence[Floats], truth: Rows) -> Point:
    shares = _shares([ask(query, K, depth)[0] for query in asked], truth)
    places = np.arange(len(asked), dtype=np.float32)[:, None]
    speed = per_second(lambda some: ask(asked[int(some[0, 0])], K, depth), places)
    recall = Recall.of(shares, K)
    setting = f"{depth:,} candidates" if depth else "all items"
    candidates = {} if not depth else {"candidates": float(depth)}
    return Point(way=name, setting=setting, kind=kind, recall=recall, costs={"per_second": speed}, more=candidates)


def _all(sets: VectorSets, query: Floats, k: int, candidates: int) -> tuple[Rows, Floats]:
    scores = chamfer(query, sets)
    rows = best_first(scores, k)
    return rows, scores[rows]


def _by_mean(sets: VectorSets, means: Floats, query: Floats, k: int, candidates: int) -> tuple[Rows, Floats]:
    asked = np.asarray(query.mean(axis=0), dtype=np.float32)
    return reranked(query, sets, best_first(products(means, asked), max(k, candidates)), k)


def _notes(kept: KeptSets, sets: VectorSets) -> tuple[str, ...]:
    what = f"{kept.grid} × {kept.grid} patches" if kept.of == "patches" else f"up to {sets.most} tokens"
    return (
        f"An item is {what} of {sets.dim:,} numbers each; the exact answer is that of Chamfer similarity.",
        f"MUVERA: {USUAL.repetitions} repetitions, 2^{USUAL.bits} cells, {USUAL.projected} numbers a cell, empty cells "
        f"of items filled: {USUAL.length(sets.dim):,} numbers an item, searched by a product with all or in a graph.",
        "All vectors and encodings are in memory in single precision while this is measured.",
    )
