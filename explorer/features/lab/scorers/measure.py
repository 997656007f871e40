"""How many of the best items under an expensive scorer are found with so many calls of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.progress import Progress, Silent
from explorer.features.lab.report import LabReport, Point, Span
from explorer.features.lab.scorers.cards import ANNCUR, BY_EMBEDDING, ORACLE, RANDOM
from explorer.features.lab.scorers.cur import CurIndex, build, candidates, oracle, relative_error
from explorer.features.lab.scorers.pairs import Counted, Scorer
from explorer.index import Recall
from explorer.workspace.opened import Opened

K, TESTS, DRAWS = 10, 50, 3
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
MOST_CALLS = 20_000_000
SHOWN = (30, 60)
"""Questions and items of the drawn errors."""


@dataclass(frozen=True, kw_only=True)
class ScorerSettings:
    """anchor_questions k_q: scored with every item once. anchor_items k_i, rescored k_r: calls for each query, besides
    a quarter to four times as many. items: that are searched, drawn at random where there are more.
    """

    anchor_questions: int = 100
    anchor_items: int = 50
    rescored: int = 50
    items: int = 2_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < (name != "seed"):
                raise InputError(f"{name.replace('_', ' ')}: expected at least 1, got {value:,}.")


@dataclass(frozen=True)
class ScorerReport:
    """What a run measured. errors: (questions, items) how far the approximated scores are off, in standard deviations
    of the exact ones, items from the lowest to the highest mean score. asked: calls in all, the exact answers included.
    """

    report: LabReport
    scorer: str
    errors: tuple[tuple[float, ...], ...]
    asked: int


@dataclass(frozen=True)
class _Trial:
    """Exact scores of test questions (t, n) and anchor questions (k_q, n), and (t, n) similarities of the vectors."""

    tests: Doubles
    anchors: Doubles
    near: Doubles


def measure_scorer(
    opened: Opened, spec: str, scorer: Scorer, settings: ScorerSettings, progress: Progress | None = None
) -> ScorerReport:
    """Recall of each way against calls of the scorer.

    Test questions, anchor questions and searched items are different items. InputError when there are fewer items than
    anchors, or the scorer cannot be used, fails, or gives no number.
    """
    progress = progress or Silent()
    lacking = scorer.lacks(opened, spec)
    if lacking:
        raise InputError(f"{scorer.label}: {lacking}")
    parts = _parts(opened, spec, scorer, settings)
    rows = np.concatenate(parts)
    places = np.split(np.arange(len(rows)), np.cumsum([len(part) for part in parts])[:-1])
    asked = Counted(scorer.make(opened, spec, rows, progress), scorer.label, _ids(opened, rows))
    trial = _trial(opened, spec, asked, places, rows, progress)
    points = _points(trial, settings, progress)
    items = len(parts[2])
    notes = _notes(scorer, settings, trial, asked.calls)
    dim = opened.embeddings(spec).dim
    report = LabReport(tab="scorers", model=spec, items=items, dim=dim, points=points, notes=notes)
    return ScorerReport(report, scorer.label, _errors(trial, settings), asked.calls)


def _parts(opened: Opened, spec: str, scorer: Scorer, settings: ScorerSettings) -> tuple[Rows, Rows, Rows]:
    """Rows of test questions, anchor questions and items, drawn at random, none twice."""
    usable = np.intersect1d(opened.embeddings(spec).rows, scorer.rows(opened, spec))
    tests = min(TESTS, len(usable) // 10)
    left = len(usable) - tests - settings.anchor_questions
    if tests < 1 or left < max(K, settings.anchor_items):
        raise InputError(
            f"Expected more items than anchors: {settings.anchor_questions:,} anchor queries, {tests:,} test "
            f"queries and at least {max(K, settings.anchor_items):,} items to search, got {len(usable):,} that "
            f"{scorer.label} and {spec} can use. Take fewer anchors."
        )
    order = default_rng(settings.seed).permutation(usable)
    cuts = (tests, tests + settings.anchor_questions, tests + settings.anchor_questions + min(left, settings.items))
    calls = (tests + settings.anchor_questions) * (cuts[2] - cuts[1])
    if calls > MOST_CALLS:
        raise InputError(f"That takes {calls:,} calls of the scorer, more than {MOST_CALLS:,}: take fewer items.")
    return order[: cuts[0]], order[cuts[0] : cuts[1]], order[cuts[1] : cuts[2]]


def _ids(opened: Opened, rows: Rows) -> list[str]:
    return [str(one) for one in opened.dataset.ids[rows]]


def _trial(opened: Opened, spec: str, asked: Counted, places: list[Rows], rows: Rows, progress: Progress) -> _Trial:
    tests, anchors, items = places
    tables = []
    for name, questions in (("Exact answers", tests), ("Anchor questions", anchors)):
        progress.start(f"{name}: calls of the scorer", len(questions) * len(items))
        tables.append(asked.table(questions, items, _every(progress.advance, len(items))))
        progress.finish()
    vectors = opened.embeddings(spec).vectors
    near = widen(vectors[rows[tests]]) @ widen(vectors[rows[items]]).T
    return _Trial(tables[0], tables[1], np.asarray(near, dtype=np.float64))


def _every(told: Callable[[int], None], items: int) -> Callable[[int], None]:
    return lambda questions: told(questions * items)


def _points(trial: _Trial, settings: ScorerSettings, progress: Progress) -> tuple[Point, ...]:
    items = trial.tests.shape[1]
    sizes = {(max(1, round(settings.anchor_items * one)), max(1, round(settings.rescored * one))) for one in SCALES}
    usable = sorted((k_i, k_r) for k_i, k_r in sizes if k_i + k_r <= items)
    progress.start("Comparing the ways", len(usable))
    found: list[Point] = []
    for done, (k_i, k_r) in enumerate(usable, start=1):
        found += _at(trial, settings, k_i, k_r)
        progress.advance(done)
    names = [card.name for card in (ANNCUR, BY_EMBEDDING, ORACLE, RANDOM)]
    return tuple(sorted(found, key=lambda point: names.index(point.way)))


def _at(trial: _Trial, settings: ScorerSettings, k_i: int, k_r: int) -> list[Point]:
    """The ways at equal calls: k_i + k_r for each query."""
    calls, items = k_i + k_r, trial.tests.shape[1]
    generator = default_rng((settings.seed, k_i))
    whole = np.concatenate([trial.tests, trial.anchors])
    below = np.arange(len(trial.tests), len(whole))
    shares: dict[str, list[Doubles]] = {card.name: [] for card in (ANNCUR, ORACLE, RANDOM)}
    indexes: list[CurIndex] = []
    errors = []
    for _ in range(DRAWS):
        index = build(trial.anchors, generator.permutation(items)[:k_i])
        approximated = index.approximate(trial.tests[:, index.anchors])
        bound = oracle(whole, below, index.anchors)[: len(trial.tests)]
        shares[ANNCUR.name].append(_rescored(trial.tests, approximated, index.anchors, k_r))
        shares[ORACLE.name].append(_rescored(trial.tests, bound, index.anchors, k_r))
        drawn = np.array([generator.permutation(items)[:calls] for _ in trial.tests])
        shares[RANDOM.name].append(recalls(trial.tests, drawn))
        indexes.append(index)
        errors.append(relative_error(approximated, trial.tests))
    once = float(len(trial.anchors) * items)
    told = {"relative error": float(np.mean(errors)), "damping": float(np.median([one.ridge for one in indexes]))}
    split = f"{k_i} anchors + {k_r} rescored"
    nearest = np.argsort(-trial.near, axis=1, kind="stable")[:, :calls]
    return [
        _point(ANNCUR.name, split, calls, np.mean(shares[ANNCUR.name], axis=0), {**told, "calls once": once}),
        _point(BY_EMBEDDING.name, f"{calls} rescored", calls, recalls(trial.tests, nearest), {}),
        _point(ORACLE.name, split, calls, np.mean(shares[ORACLE.name], axis=0), {}),
        _point(RANDOM.name, f"{calls} rescored", calls, np.mean(shares[RANDOM.name], axis=0), {}),
    ]


def _rescored(exact: Doubles, approximated: Doubles, anchors: Rows, count: int) -> Doubles:
    """(t,) recalls after scoring the `count` best of the approximated; the anchors' scores are known."""
    chosen = candidates(approximated, anchors, count)
    return recalls(exact, np.hstack([chosen, np.tile(anchors, (len(exact), 1))]))


def recalls(exact: Doubles, known: Rows) -> Doubles:
    """(t,) share of the best ten whose exact scores are among the (t, c) `known` items, each once; an item as good as
    the tenth counts.
    """
    k = min(K, exact.shape[1])
    tenth = np.partition(exact, exact.shape[1] - k, axis=1)[:, exact.shape[1] - k]
    hits = (np.take_along_axis(exact, known, axis=1) >= tenth[:, None]).sum(axis=1)
    return np.asarray(np.minimum(hits, k) / k, dtype=np.float64)


def _point(way: str, setting: str, calls: int, shares: Doubles, more: dict[str, float]) -> Point:
    recall = Recall.of(np.asarray(shares), K)
    costs = {"calls": Span.exactly(calls)}
    return Point(way=way, setting=setting, kind="item", recall=recall, costs=costs, more=more)


def _errors(trial: _Trial, settings: ScorerSettings) -> tuple[tuple[float, ...], ...]:
    index = build(trial.anchors, default_rng(settings.seed).permutation(trial.tests.shape[1])[: settings.anchor_items])
    off = index.approximate(trial.tests[:, index.anchors]) - trial.tests
    order = np.argsort(trial.tests.mean(axis=0), kind="stable")
    columns = order[np.linspace(0, len(order) - 1, min(SHOWN[1], len(order))).astype(int)]
    shown = (off / max(float(trial.tests.std()), 1e-12))[: SHOWN[0], columns].round(3)
    return tuple(tuple(float(value) for value in row) for row in shown)


def _notes(scorer: Scorer, settings: ScorerSettings, trial: _Trial, calls: int) -> tuple[str, ...]:
    items = trial.tests.shape[1]
    return (
        f"Scorer: {scorer.label} ({scorer.formula}). Queries are {len(trial.tests)} items that are neither anchors nor "
        f"searched; ANNCUR's numbers are means over {DRAWS} draws of anchor items.",
        f"A query of ANNCUR costs its anchor items and what is rescored. Before the first one, {len(trial.anchors):,} "
        f"anchor queries were scored with all {items:,} items: {len(trial.anchors) * items:,} calls, once.",
        f"All in all the scorer was called {calls:,} times, most of them for the exact answers.",
    )
