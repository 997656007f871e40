"""The index doctor on a workspace: task scores by metric, by exact search and by HNSW; kept until the items change."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.errors import InputError, ModelError, WorkspaceError
from explorer.base.half import widen
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress, Silent
from explorer.base.sampling import at_most
from explorer.features.diagnose.doctor.graph import build_graph, recalled, searches
from explorer.features.diagnose.doctor.meta import meta_features
from explorer.features.diagnose.doctor.metrics import METRICS, Metric, all_alike, nearest
from explorer.features.diagnose.doctor.report import ByMetric, Diagnosis, GraphPoint, read_diagnosis
from explorer.features.diagnose.doctor.task import (
    chance_recall,
    labels_of,
    possible,
    ratio_score,
    task_scores,
)
from explorer.search.doubtful import usable
from explorer.search.label_columns import column_codes
from explorer.workspace.answers import answer_path, keep_answer, models_stamp, read_answer
from explorer.workspace.opened import Opened

K, QUERIES, MOST_ITEMS, SEED = 100, 500, 20_000, 0
LEAST_ITEMS, SHARE = 20, 5
LEAST_K, PART = 10, 10
_FORMAT = 2


@dataclass(frozen=True)
class Material:
    """items: (n, d) vectors as they were brought, scaled together so that the longest has length 1; labels: (n,) from
    0. queries, asked: (q, d) and (q,), of items that are not among them. names: of the labels.
    """

    items: Floats
    labels: Rows
    queries: Floats
    asked: Rows
    norms: Doubles
    names: tuple[str, ...]


def known_diagnosis(opened: Opened, spec: str, column: str) -> Diagnosis | None:
    """As `diagnosis`, when it was made before; else None."""
    kept = read_answer(_path(opened, spec, column))
    try:
        return read_diagnosis(kept) if kept else None
    except (KeyError, TypeError):
        return None


def diagnosis(opened: Opened, spec: str, column: str, progress: Progress | None = None) -> Diagnosis:
    """Search for 500 labelled items (a fifth where there are few) among at most 20,000 others; kept in the workspace.

    InputError when the column does not have two values that several items have, or fewer than 20 items have one.
    """
    found = known_diagnosis(opened, spec, column)
    if found is None:
        found = _made(opened, spec, column, progress or Silent())
        path = _path(opened, spec, column)
        keep_answer(path, asdict(found))
    return found


def depth(items: int) -> int:
    """How many of the nearest are looked at: 100, of fewer items a tenth, at least 10: of most, chance finds most."""
    return min(K, items, max(LEAST_K, items // PART))


def material(opened: Opened, spec: str, column: str) -> Material:
    """The vectors and labels that are worked on, drawn by chance, always the same."""
    codes, vectors = column_codes(opened, column), opened.embeddings(spec)
    rows = usable(codes.codes, vectors.present)
    labels = len(np.unique(codes.codes[rows]))
    if labels < 2 or len(rows) < LEAST_ITEMS:
        raise InputError(
            f"Column {column}: expected two values or more that several items have, on {LEAST_ITEMS} items with a "
            f"vector, got {labels} on {len(rows)}. Choose a column of labels."
        )
    generator = default_rng(SEED)
    rows = at_most(rows, MOST_ITEMS + QUERIES, generator)
    asked = at_most(rows, min(QUERIES, len(rows) // SHARE), generator)
    kept = np.setdiff1d(rows, asked)
    asked = asked[np.isin(codes.codes[asked], codes.codes[kept])]
    if not len(asked):
        raise InputError(
            f"Column {column}: expected labels that several items have, got {labels} on {len(rows)} items."
        )
    norms = np.ones(len(vectors)) if vectors.norms is None else vectors.norms / vectors.norms[rows].max()
    both = [(widen(vectors.vectors[part]) * norms[part, None]).astype(np.float32) for part in (kept, asked)]
    return Material(both[0], codes.codes[kept], both[1], codes.codes[asked], norms[kept], codes.names)


def _made(opened: Opened, spec: str, column: str, progress: Progress) -> Diagnosis:
    work = material(opened, spec, column)
    alike = all_alike(work.norms)
    k = depth(len(work.items))
    wanted: list[Metric] = ["cosine"] if alike else list(METRICS)
    progress.start("Searching exactly by each metric", len(wanted) + 1)
    exact: dict[Metric, Rows] = {}
    for done, metric in enumerate(wanted, 1):
        exact[metric] = nearest(work.queries, work.items, k, metric)
        progress.advance(done)
    meta = meta_features(work.items, work.labels, work.queries)
    progress.finish()
    return Diagnosis(
        model=spec,
        column=column,
        alike=alike,
        known=opened.embeddings(spec).norms is not None,
        items=len(work.items),
        queries=len(work.queries),
        labels=len(np.unique(work.labels)),
        chance=chance_recall(work.labels, work.asked, k),
        metrics={metric: _by_metric(work, exact, metric, progress) for metric in wanted},
        meta=meta,
        by_words=_by_words(opened, spec, work, k),
    )


def _by_metric(work: Material, exact: dict[Metric, Rows], metric: Metric, progress: Progress) -> ByMetric:
    found = exact[metric]
    k, most = found.shape[1], possible(work.labels, work.asked, found.shape[1])
    less = _hits(work, found) - _hits(work, exact["cosine"])
    euclid = exact.get("euclid", found)
    return ByMetric(
        exact=task_scores(found, work.labels, work.asked),
        against=ratio_score(less, most),
        agrees=float(recalled(found, euclid).mean() / k),
        curve=_curve(work, found, metric, progress),
    )


def _curve(work: Material, truth: Rows, metric: Metric, progress: Progress) -> tuple[GraphPoint, ...]:
    progress.start(f"Building a graph by {METRICS[metric]}", len(work.items))
    graph = build_graph(work.items, metric, progress.advance)
    progress.finish()
    k, most = truth.shape[1], possible(work.labels, work.asked, truth.shape[1])
    points = []
    for ef, found, per_second in searches(graph, work.queries, k):
        recall = mean_score(recalled(found, truth) / k)
        points.append(GraphPoint(ef, recall, ratio_score(_hits(work, found), most), per_second))
    return tuple(points)


def _hits(work: Material, found: Rows) -> Rows:
    hits: Rows = (labels_of(found, work.labels) == work.asked[:, None]).sum(axis=1)
    return hits


def _by_words(opened: Opened, spec: str, work: Material, k: int) -> Score | None:
    """Label recall@k of the labels' own names, for a model that reads texts as well as what the items are."""
    with suppress(ModelError, WorkspaceError):
        encoder = opened.encoder(spec)
        if encoder.abilities.words_find_items:
            labels = np.unique(work.labels)
            texts = [encoder.template.format(work.names[label]) for label in labels]
            found = nearest(encoder.encode_texts(texts), work.items, k, "cosine")
            return task_scores(found, work.labels, labels).recall
    return None


def _path(opened: Opened, spec: str, column: str) -> Path:
    question = (spec, column, K, QUERIES, MOST_ITEMS, _FORMAT)
    return answer_path(opened, "diagnose/doctor", question, models_stamp(opened.workspace, spec))
