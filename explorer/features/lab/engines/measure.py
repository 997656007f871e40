"""Recall@k of every engine that is installed, against its speed, memory and time to build."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

from explorer.base.progress import Progress, Silent
from explorer.features.lab.queries import Held, Trial, held_queries
from explorer.features.lab.report import LabReport, Point, Span, keep_report, report_path
from explorer.features.lab.speed import per_second
from explorer.index import GraphIndex, Index, recall_of
from explorer.index.engines import ENGINES, Engine
from explorer.workspace.opened import Opened

TAB, K = "engines", 10
EFS = (16, 32, 64, 128, 256, 512)
MEGA = 1e6


def engines_path(opened: Opened, spec: str) -> Path:
    """Where the report is kept; another one once another engine is installed."""
    return report_path(opened, TAB, spec, *(engine.name for engine in usable()))


def usable() -> list[Engine]:
    """The engines whose libraries are there."""
    return [engine for engine in ENGINES.values() if not engine.missing]


def engines(opened: Opened, spec: str, progress: Progress | None = None) -> LabReport:
    """Measure every engine that is installed, and keep the report; InputError for fewer than 50 items."""
    told, vectors = progress or Silent(), opened.embeddings(spec)
    held, there = held_queries(opened, spec, k=K), usable()
    told.start("Building and asking engines", len(there))
    points: list[Point] = []
    for done, engine in enumerate(there, 1):
        start = perf_counter()
        index = engine.build(vectors.vectors, held.searched)
        if isinstance(index, GraphIndex):
            index.find_strays()
        points += engine_points(index, held, perf_counter() - start)
        told.advance(done)
    told.finish()
    report = LabReport(
        tab=TAB,
        model=spec,
        items=len(held.searched),
        dim=vectors.dim,
        points=tuple(points),
        notes=(
            _memory_note(len(held.searched) * vectors.vectors[0].nbytes),
            *(one.missing for one in ENGINES.values() if one.missing),
        ),
    )
    keep_report(engines_path(opened, spec), report)
    return report


def engine_points(index: Index, held: Held, build_seconds: float, efs: Sequence[int] = EFS) -> Iterator[Point]:
    """A point for each ef of what keeps candidates, and one of what compares all items, for each kind of query."""
    for trial in held.trials:
        if not isinstance(index, GraphIndex) or not index.approximate:
            yield _point(index, trial, "every item", build_seconds)
            continue
        for ef in efs:
            index.efs = {**index.efs, trial.kind: ef}
            yield _point(index, trial, f"ef {ef}", build_seconds)


def _point(index: Index, trial: Trial, setting: str, build_seconds: float) -> Point:
    found = index.query(trial.queries, K, kind=trial.kind)
    speed = per_second(lambda query: index.query(query, K, kind=trial.kind), trial.queries)
    return Point(
        way=index.name,
        setting=setting,
        kind=trial.kind,
        recall=recall_of(found, trial.truth),
        costs={
            "per_second": speed,
            "megabytes": Span.exactly(index.nbytes / MEGA),
            "build_seconds": Span.exactly(build_seconds),
        },
    )


def _memory_note(stored: int) -> str:
    return (
        f"Memory is what an engine holds besides the stored vectors ({stored / MEGA:,.1f} MB), which all of them score "
        "their answers against. Time to build is that of one build with all cores."
    )
