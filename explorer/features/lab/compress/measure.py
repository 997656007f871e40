"""Recall@10 of small vectors against size and speed, by projection, dimensions and bits, with and without re-rank."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.blas import single_threaded
from explorer.base.progress import Progress, Silent
from explorer.base.sampling import at_most
from explorer.features.lab.compress.small import CANDIDATES, Small, small
from explorer.features.lab.queries import Held, held_queries
from explorer.features.lab.report import LabReport, Point, Span, keep_report, report_path
from explorer.features.lab.speed import per_second
from explorer.index import ExactIndex, Neighbours, QueryKind, recall_of
from explorer.index.compressed import Compression, learn_projection
from explorer.index.projections import PROJECTINGS, Projection
from explorer.workspace.opened import Opened

TAB, K = "compress", 10
DIMS = (16, 32, 64, 96, 128, 192, 256)
BITS = (0, 8, 4)
MOST_ITEMS = 50_000
MEGA = 1e6
DIMENSIONS, NUMBER_BITS, RE_RANKED = "numbers", "bits a number", "re-ranked"
"""Names of what a point was measured with."""
Asked = tuple[QueryKind, Floats, Neighbours]


@dataclass(frozen=True)
class Shape:
    """dims: numbers of a vector; bits: of a number, 0 for single precision."""

    dims: int
    bits: int
    re_ranked: bool

    @property
    def words(self) -> str:
        """As people read it."""
        again = f", {CANDIDATES} re-ranked" if self.re_ranked else ""
        return f"{self.dims} numbers of {self.bits or 32} bits{again}"

    @property
    def more(self) -> Mapping[str, float]:
        """As further numbers of a point."""
        return {DIMENSIONS: self.dims, NUMBER_BITS: self.bits or 32, RE_RANKED: float(self.re_ranked)}


def compress_path(opened: Opened, spec: str) -> Path:
    """Where the report is kept."""
    return report_path(opened, TAB, spec)


def compress(opened: Opened, spec: str, progress: Progress | None = None) -> LabReport:
    """Measure all ways with all dimensions and bits, and keep the report; InputError for fewer than 50 items."""
    told, vectors = progress or Silent(), opened.embeddings(spec)
    held = held_queries(opened, spec, k=K)
    chosen = at_most(held.searched, MOST_ITEMS, default_rng(0))
    rows = np.asarray(vectors.vectors[chosen])
    dims = [number for number in DIMS if number < vectors.dim]
    told.start("Making vectors small and asking them", 1 + len(dims) * len(PROJECTINGS))
    with single_threaded():
        points = list(_points(rows, held, dims, told))
    told.finish()
    notes = _notes(held, len(rows), rows.nbytes)
    report = LabReport(tab=TAB, model=spec, items=len(rows), dim=vectors.dim, points=tuple(points), notes=notes)
    keep_report(compress_path(opened, spec), report)
    return report


def learning_queries(held: Held) -> Floats | None:
    """Texts to learn from, none of which is measured; None where the model reads no texts."""
    return next((trial.learning for trial in held.trials if trial.kind == "text"), None)


def _points(rows: NDArray[Any], held: Held, dims: list[int], told: Progress) -> Iterator[Point]:
    exact, size = ExactIndex(rows), rows.shape[1]
    asked = [(trial.kind, trial.queries, exact.query(trial.queries, K)) for trial in held.trials]
    everything = per_second(lambda query: exact.query(query, K), asked[0][1])
    costs = {"per_second": everything, "megabytes": Span.exactly(rows.nbytes / MEGA)}
    for kind, _, truth in asked:
        more = {DIMENSIONS: size, NUMBER_BITS: 8 * rows.itemsize, RE_RANKED: 0.0}
        yield Point(way="exact", setting="as stored", kind=kind, recall=recall_of(truth, truth), costs=costs, more=more)
    speeds: dict[Shape, Span] = {}
    for bits in BITS[1:]:
        yield from _asked("lvq", small(rows, None, bits), Shape(size, bits, False), asked, speeds)
    told.advance(1)
    done, learning = 1, learning_queries(held)
    for number in dims:
        for way in PROJECTINGS:
            if way == "leanvec-ood" and learning is None:
                continue
            projection = learn_projection(rows, Compression(number, projecting=way), learning)
            yield from _projected(way, rows, projection, asked, speeds)
            done += 1
            told.advance(done)


def _projected(
    way: str, rows: NDArray[Any], projection: Projection, asked: list[Asked], speeds: dict[Shape, Span]
) -> Iterator[Point]:
    for bits in BITS:
        made = small(rows, projection, bits)
        yield from _asked(way, made, Shape(projection.dims, bits, False), asked, speeds)


def _asked(way: str, made: Small, shape: Shape, asked: list[Asked], speeds: dict[Shape, Span]) -> Iterator[Point]:
    """Points without and with re-ranking; ways with vectors of one shape take the same time, which is measured once."""
    for again in (False, True):
        this = Shape(shape.dims, shape.bits, again)
        if this not in speeds:
            ask = (lambda query: made.answer(query, K, True)) if again else (lambda query: made.candidates(query, K))
            speeds[this] = per_second(ask, asked[0][1])
        for kind, queries, truth in asked:
            yield Point(
                way=way,
                setting=this.words,
                kind=kind,
                recall=recall_of(made.answer(queries, K, again), truth),
                costs={"per_second": speeds[this], "megabytes": Span.exactly(made.nbytes / MEGA)},
                more=this.more,
            )


def _notes(held: Held, items: int, stored: int) -> tuple[str, ...]:
    some = f" Measured on {items:,} items drawn at random." if items < len(held.searched) else ""
    notes = [
        "Every item is compared with a query by its small vector, so that what is lost is lost by making it small; the "
        f"index that is built from it compares some of them.{some}",
        f"Re-ranked: the {CANDIDATES} best by small vectors are compared as they are stored ({stored / MEGA:,.1f} MB "
        "on disk, which are needed in any case). Speed depends on the shape of the vectors alone, so it is measured "
        "once for each and holds for all ways that make vectors of it.",
    ]
    if learning_queries(held) is None:
        notes.append("LeanVec-OOD learns from texts, which this model does not read.")
    return tuple(notes)
