"""The ways to answer a batch beside each other: items compared, time, recall; the answers that have to be equal are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.progress import Progress, Silent
from explorer.features.lab.batches.file import BatchQuery
from explorer.features.lab.batches.made_up import templates
from explorer.features.lab.batches.plan import Clusters, Conditions, Plan, make_clusters, make_plan, masks_of_filters
from explorer.features.lab.batches.scan import Answers, Batch, answer, one_by_one
from explorer.features.lab.batches.service import asked_batch, conditions_of, masks_of, planned
from explorer.features.lab.batches.tree import Node
from explorer.features.lab.queries import held_queries
from explorer.features.lab.report import LabReport, Point, Span
from explorer.index import Neighbours, QueryKind, Recall
from explorer.workspace.opened import Opened

TAB, ROUNDS, K = "batches", 3, 10
DIFFERENT = "Not equal to one by one: this is a fault of the program. Tell its makers how the batch was made."


@dataclass(frozen=True)
class Drawn:
    """A tree to draw. nodes: see `tree.Node`. conditions: by their numbers. leaves: how many there are. lists: (leaf,
    cluster, items) of each.
    """

    nodes: tuple[Node, ...]
    conditions: Conditions
    leaves: int
    lists: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class BatchReport:
    """What was measured. tree: of HQI with the usual number of clusters. queries, filters: how many. equal: whether the
    ways that have to give the answers of one by one did.
    """

    report: LabReport
    tree: Drawn
    queries: int
    filters: int
    equal: bool


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Queries with filters, ready to be asked. rows: the items searched. kinds: (q,) of each query."""

    batch: Batch
    conditions: Mapping[str, Conditions]
    masks: Mapping[str, Mask]
    rows: Rows
    kinds: Sequence[QueryKind]


def made_up(opened: Opened, spec: str) -> Workload:
    """Held-out items, and texts where the model reads them, each with one of about ten filters of the collection."""
    held, wanted = held_queries(opened, spec, k=K), templates(opened)
    queries = np.concatenate([trial.queries for trial in held.trials])
    kinds = [trial.kind for trial in held.trials for _ in range(len(trial.queries))]
    each = [wanted[number % len(wanted)] for number in range(len(queries))]
    masks = masks_of(opened, each)
    filters = {";".join(one): one for one in each}
    batch = Batch(
        queries=queries,
        counts=np.full(len(queries), K, dtype=np.int64),
        filters=[";".join(one) for one in each],
        passes=masks_of_filters(filters, masks, len(opened.dataset)),
    )
    return Workload(batch=batch, conditions=filters, masks=masks, rows=held.searched, kinds=kinds)


def of_file(opened: Opened, spec: str, queries: Sequence[BatchQuery], progress: Progress | None = None) -> Workload:
    """The queries of a file, as they stand there."""
    batch, masks = asked_batch(opened, spec, queries, progress)
    kinds: list[QueryKind] = ["text" if one.part.kind == "text" else "item" for one in queries]
    rows = opened.embeddings(spec).rows
    return Workload(batch=batch, conditions=conditions_of(queries), masks=masks, rows=rows, kinds=kinds)


def measure(opened: Opened, spec: str, work: Workload, progress: Progress | None = None) -> tuple[BatchReport, Answers]:
    """Ask the workload in every way; the report, and the exact answers by the tree over attributes."""
    progress, vectors = progress or Silent(), opened.embeddings(spec).vectors
    clusters = make_clusters(vectors, work.rows)
    some = (1, 2, clusters.usual, 2 * clusters.usual, 4 * clusters.usual, len(clusters.centres))
    looks = sorted({min(look, len(clusters.centres)) for look in some})
    progress.start("asking the batch", 3 + len(looks))
    alone, seconds = _timed(lambda: one_by_one(work.batch, vectors, work.rows), 1)
    points = _points("one_by_one", "exact", work, alone, alone, seconds)
    progress.advance(1)
    equal, attributes = True, alone
    for done, (way, plan) in enumerate((("grouped", _plan(work, filters=False)), ("attributes", _plan(work))), 2):
        found, seconds = _asked(work, plan, vectors)
        equal &= _same(found, alone)
        points += _points(way, "exact", work, found, alone, seconds)
        attributes = found
        progress.advance(done)
    drawn = _drawn(_plan(work, clusters, clusters.usual))
    for done, look in enumerate(looks, 4):
        plan = _plan(work, clusters, look)
        found, seconds = _asked(work, plan, vectors)
        equal &= look < len(clusters.centres) or _same(found, alone)
        points += _points("hqi", f"{look} of {len(clusters.centres)} clusters", work, found, alone, seconds)
        progress.advance(done)
    progress.finish()
    notes = (
        "Items compared: those of every list that is read for a query, whether they pass its filter or not.",
        "Time: the batch as a whole, divided by its queries; the median of three rounds, one of one by one.",
        "The tree is made for these queries; conditions that it does not know are answered rightly and save nothing.",
        *(() if equal else (DIFFERENT,)),
    )
    report = LabReport(
        tab=TAB, model=spec, items=len(work.rows), dim=int(vectors.shape[1]), points=tuple(points), notes=notes
    )
    return BatchReport(report, drawn, len(work.batch), len(work.conditions), equal), attributes


def _plan(work: Workload, clusters: Clusters | None = None, look: int = 0, *, filters: bool = True) -> Plan:
    each = [work.conditions[key] if filters else () for key in work.batch.filters]
    return make_plan(each, work.masks, work.rows, queries=work.batch.queries, clusters=clusters, look=look)


def _asked(work: Workload, plan: Plan, vectors: NDArray[Any]) -> tuple[Answers, Span]:
    batch = planned(work.batch, plan, work.conditions)
    return _timed(lambda: answer(batch, vectors, plan.laid), ROUNDS)


def _timed(ask: Callable[[], Answers], rounds: int) -> tuple[Answers, Span]:
    """The answers, and seconds: the median, the fastest and the slowest round."""
    asked = []
    for _ in range(rounds):
        start = perf_counter()
        found = ask()
        asked.append((found, perf_counter() - start))
    seconds = [one for _, one in asked]
    return asked[0][0], Span(median(seconds), min(seconds), max(seconds))


def _points(way: str, setting: str, work: Workload, found: Answers, truth: Answers, seconds: Span) -> list[Point]:
    """A point for each kind of query. The time is that of the whole batch: kinds are answered together."""
    count = len(work.batch)
    time = Span(*(1000 * one / count for one in (seconds.value, seconds.low, seconds.high)))
    points = []
    for kind in dict.fromkeys(work.kinds):
        mine = np.array([one == kind for one in work.kinds])
        shares = shares_found(found.neighbours, truth.neighbours)[mine]
        scanned = Span.exactly(float(found.scanned[mine].mean()))
        recall = Recall.of(shares, int(work.batch.counts[mine].max()))
        points.append(
            Point(way=way, setting=setting, kind=kind, recall=recall, costs={"scanned": scanned, "milliseconds": time})
        )
    return points


def shares_found(found: Neighbours, truth: Neighbours) -> Floats:
    """(q,) share of the true answers of each query that are among its answers, 1 where there are none."""
    shares = [
        np.isin(mine[mine >= 0], given).mean() if (mine >= 0).any() else 1.0
        for mine, given in zip(truth.rows, found.rows, strict=True)
    ]
    return np.array(shares, dtype=np.float64)


def _same(found: Answers, truth: Answers) -> bool:
    same = np.array_equal(found.neighbours.similarities, truth.neighbours.similarities, equal_nan=True)
    return same and np.array_equal(found.neighbours.rows, truth.neighbours.rows)


def _drawn(plan: Plan) -> Drawn:
    laid = plan.laid
    lists = zip(laid.leaf.tolist(), laid.cluster.tolist(), np.diff(laid.starts).tolist(), strict=True)
    return Drawn(laid.tree.nodes, plan.conditions, laid.tree.leaves, tuple(lists))
