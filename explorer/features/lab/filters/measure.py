"""Recall and time of every way to answer a filtered query, against the share of items that pass."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import Floats
from explorer.base.progress import Progress, Silent
from explorer.features.lab.filters.attributes import Level, column_levels, counts, made_levels
from explorer.features.lab.filters.registry import FILTER_WAYS
from explorer.features.lab.filters.report import FilterPoint, FilterReport, Unfiltered, keep_filters
from explorer.features.lab.filters.way import Asked, Way
from explorer.features.lab.queries import Held, Trial, held_queries
from explorer.features.lab.report import Span, report_path
from explorer.index import ExactIndex, HnswIndex, Neighbours, measure_recall, recall_of
from explorer.index.contract import stacked
from explorer.index.recall import EFS
from explorer.search.facets import Facet, facet
from explorer.workspace.opened import Opened

K, MOST_QUERIES, NUMBERS = 10, 100, 40_000_000
TARGET = 0.99


def filters_path(opened: Opened, spec: str, column: str) -> Path:
    """Where the report of a column is kept, "" for made attributes."""
    return report_path(opened, "filters", spec, column)


def usable_columns(opened: Opened) -> list[str]:
    """Columns that a filter can part the items by: two values or more, and not as many as there are items."""
    found = (facet(opened, name) for name in opened.tagged.attributes)
    return [
        one.name for one in found if one.kind not in ("texts", "none") and 1 < len(one.totals) <= len(one.codes) / 2
    ]


def filters(opened: Opened, spec: str, column: str = "", progress: Progress | None = None) -> FilterReport:
    """Measure, by a column or by made attributes, and keep the report.

    InputError for a column that is not there or has one value only, and for fewer than 50 items.
    """
    told, parted = progress or Silent(), facet(opened, column) if column else None
    vectors = opened.embeddings(spec)
    most = max(20, min(MOST_QUERIES, NUMBERS // max(1, len(vectors))))
    held = held_queries(opened, spec, k=K, most=most)
    exact = ExactIndex(vectors.vectors, np.isin(np.arange(len(vectors)), held.searched))
    if parted:
        column_levels(parted, exact, held.searched, held.trials[0].queries[:1], default_rng(0))
    told.start("Building the graph", len(held.searched))
    graph = HnswIndex.build(vectors.vectors, held.searched, advance=told.advance)
    told.finish()
    graph.find_strays()
    report = _measured(exact, graph, held, parted, told)
    found = FilterReport(
        model=spec, column=column, items=len(held.searched), dim=vectors.dim, unfiltered=report[0], points=report[1]
    )
    keep_filters(filters_path(opened, spec, column), found)
    return found


def _measured(
    exact: ExactIndex, graph: HnswIndex, held: Held, parted: Facet | None, progress: Progress
) -> tuple[tuple[Unfiltered, ...], tuple[FilterPoint, ...]]:
    unfiltered, points = [], []
    for trial in held.trials:
        unfiltered.append(_unfiltered(graph, trial))
        generator = default_rng(1)
        levels: Iterable[Level]
        if parted:
            levels = column_levels(parted, exact, held.searched, trial.queries, generator)
        else:
            levels = made_levels(exact, held.searched, trial.queries, generator)
        steps = 2 * len(counts(len(held.searched)))
        progress.start(f"Asking with filters ({trial.kind})", steps)
        for done, level in enumerate(levels, 1):
            points += list(level_points(exact, graph, trial, level))
            progress.advance(min(done, steps))
        progress.finish()
    return tuple(unfiltered), tuple(points)


def _unfiltered(graph: HnswIndex, trial: Trial) -> Unfiltered:
    """Set the graph to the smallest ef that finds 99 % of these without a filter: filters are measured there."""
    for ef in EFS:
        graph.efs = {**graph.efs, trial.kind: ef}
        if measure_recall(graph, trial.truth, trial.queries, K, trial.kind).value >= TARGET:
            break
    answer, took = timed(lambda query, _: graph.query(query, K, kind=trial.kind), trial.queries)
    return Unfiltered(
        kind=trial.kind,
        ef=graph.efs[trial.kind],
        recall=recall_of(answer, trial.truth),
        milliseconds=took,
    )


def level_points(
    exact: ExactIndex, graph: HnswIndex, trial: Trial, level: Level, ways: Sequence[Way] = FILTER_WAYS
) -> Iterator[FilterPoint]:
    """One point a way. The truth is exact search among what passes, never an answer of the graph."""
    queries = trial.queries[level.places]
    answers = [exact.query(query[None], K, mask) for query, mask in zip(queries, level.masks, strict=True)]
    truth = stacked(answers, K)
    near = [mask[rows[rows >= 0]] for rows, mask in zip(trial.truth.rows[level.places], level.masks, strict=True)]
    passing = [int(np.count_nonzero(mask)) for mask in level.masks]
    for way in ways:

        def ask(query: Floats, place: int, way: Way = way) -> Neighbours:
            return way.answer(Asked(exact, graph, query, trial.kind, level.masks[place], K))

        found, took = timed(ask, queries)
        yield FilterPoint(
            way=way.card.name,
            setting=way.setting,
            kind=trial.kind,
            goes=level.goes,
            level=level.label,
            share=float(np.mean(passing)) / len(exact),
            passing=(min(passing), max(passing)),
            near=float(np.concatenate(near).mean()),
            recall=recall_of(found, truth),
            milliseconds=took,
            how=dict(Counter(found.ways)),
        )


def timed(ask: Callable[[Floats, int], Neighbours], queries: Floats) -> tuple[Neighbours, Span]:
    """The answers to the (q, d) queries, asked one by one, and milliseconds: the median and the middle half."""
    ask(queries[:1], 0)
    answers, took = [], []
    for place in range(len(queries)):
        start = perf_counter()
        answers.append(ask(queries[place : place + 1], place))
        took.append(1000 * (perf_counter() - start))
    low, middle, high = np.quantile(took, [0.25, 0.5, 0.75])
    return stacked(answers, K), Span(float(middle), float(low), float(high))
