"""The search index of a workspace under one encoder: built with ef tuned on held-out items, and kept up to date."""

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.random import default_rng
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.embeddings import Embeddings
from explorer.base.errors import WorkspaceError
from explorer.base.half import widen
from explorer.base.progress import Progress, Silent
from explorer.index import ExactIndex, HnswIndex, HnswSettings, Index, Tuning, held_out, load_hnsw, save_hnsw, tune_ef
from explorer.index.store import saved_slots
from explorer.io.atomic import atomic_folder, read_json, write_json
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MANIFEST

KIND, KEYS = "indexes", "keys.npy"
TARGET = 0.99
MOST_CHANGED = 0.2  # above this share of deleted labels, or of added items, the graph is built anew
LEAST_QUERIES = 100  # fewer added items than this say too little to tune ef on them


@dataclass(frozen=True, kw_only=True)
class IndexReport:
    """What `indexes/<encoder>/manifest.json` holds.

    action: "built", "updated" or "unchanged". items: that can be found. added, removed: by the last action.
    recall, low, high: recall@k over `queries` held-out items against exact search, with its 95 % interval, when
    `measured_on` items were in the index; None when there were too few items to hold any out (search is exact then).
    reached: the target was reached; curve: (ef, recall, low, high) of every ef that was tried.
    """

    encoder: str
    ids_hash: str
    action: str
    items: int
    added: int
    removed: int
    M: int
    ef_construction: int
    ef: int
    target: float
    reached: bool
    recall: float | None
    low: float | None
    high: float | None
    queries: int
    k: int
    measured_on: int
    curve: tuple[tuple[int, float, float, float], ...]

    @property
    def sentence(self) -> str:
        """Say the recall as people read it."""
        if self.recall is None or self.low is None or self.high is None:
            return f"{self.items} items: too few to measure recall on; search compares all of them."
        text = (
            f"Recall@{self.k} {self.recall:.3f} (95 % interval {self.low:.3f} to {self.high:.3f}) on {self.queries} "
            f"queries that were not in the index, against exact search, at ef {self.ef}."
        )
        return text if self.reached else f"{text} The target of {self.target} was not reached: use exact search."


def build_index(
    ws: Workspace,
    spec: str,
    *,
    M: int = 16,  # noqa: N803 - the name that the method's authors gave it
    ef_construction: int = 200,
    target: float = TARGET,
    seed: int = 0,
    threads: int = -1,
    progress: Progress | None = None,
) -> IndexReport:
    """Bring the index of encoder `spec` up to date and return its report; nothing is done when nothing has changed.

    Built anew when there is none, when it is damaged, its settings differ, or more than a fifth has changed; otherwise
    the items that are gone are marked deleted and the new ones inserted. A stop or an error leaves the old index.
    Raises WorkspaceError when there are no embeddings, or another process writes.
    """
    with ws.lock():
        settings = HnswSettings(M, ef_construction, seed)
        job = _Job(ws, spec, settings=settings, target=target, threads=threads, progress=progress or Silent())
        return job.update() or job.build()


def load_index(ws: Workspace, spec: str) -> HnswIndex:
    """Open the index of `spec`; WorkspaceError when there is none, it is damaged, or older than the embeddings."""
    return load_hnsw(_current_folder(ws, spec), ws.embeddings(spec).vectors)


def index_or_exact(ws: Workspace, spec: str) -> Index:
    """Open the index of `spec`, or exact search where there is no index that can be used."""
    try:
        return load_index(ws, spec)
    except WorkspaceError:
        embeddings = ws.embeddings(spec)
        return ExactIndex(embeddings.vectors, embeddings.present)


def load_report(ws: Workspace, spec: str) -> IndexReport | None:
    """Return the report of the last `build_index` of `spec`, None when there is none that can be read."""
    try:
        values = read_json(ws.folder(KIND, spec) / MANIFEST)
        curve = tuple(tuple(step) for step in values["curve"])
        return IndexReport(**{field.name: values[field.name] for field in fields(IndexReport)} | {"curve": curve})
    except (WorkspaceError, KeyError, TypeError):
        return None


def item_keys(embeddings: Embeddings, ids: pd.Index) -> NDArray[np.uint64]:
    """(n,) numbers that tell items with their vectors apart: a hash of the id mixed with one of the vector's bytes."""
    raw = np.ascontiguousarray(embeddings.vectors[:0]).view(np.uint16).shape[1]
    factors = default_rng(0).integers(0, 2**63, raw, dtype=np.uint64) * 2 + 1
    keys = pd.util.hash_array(np.asarray(ids, dtype=object))
    for start in range(0, len(keys), 4096):
        part = np.ascontiguousarray(embeddings.vectors[start : start + 4096]).view(np.uint16)
        keys[start : start + 4096] ^= part.astype(np.uint64) @ factors
    return keys


def _current_folder(ws: Workspace, spec: str) -> Path:
    folder = ws.folder(KIND, spec)
    if not (folder / MANIFEST).is_file():
        raise WorkspaceError(f"{ws.name} has no index of {spec}: run `explorer index --model {spec}`.")
    if ws.manifest_of(KIND, spec).get("stamp") != ws.embeddings_stamp(spec):
        raise WorkspaceError(f"The index of {spec} is older than its embeddings: run `explorer index --model {spec}`.")
    return folder


class _Job:
    """One call of `build_index`."""

    def __init__(
        self, ws: Workspace, spec: str, *, settings: HnswSettings, target: float, threads: int, progress: Progress
    ) -> None:
        self.ws, self.spec, self.settings = ws, spec, settings
        self.target, self.threads, self.progress = target, threads, progress
        self.folder = ws.folder(KIND, spec)
        self.embeddings = ws.embeddings(spec)
        self.keys = item_keys(self.embeddings, ws.dataset().ids)

    def build(self) -> IndexReport:
        """Insert all but the held-out items, tune ef with those as queries, then insert them too."""
        rows = self.embeddings.rows
        queries = held_out(rows, default_rng(self.settings.seed))
        vectors = self.embeddings.vectors
        self.progress.start("Building the index", len(rows))
        first = np.setdiff1d(rows, queries)
        index = HnswIndex.build(vectors, first, self.settings, self.threads, self.progress.advance)
        tuning = self._tune(index, queries)
        index.add(queries, self.threads)
        self.progress.finish()
        report = self._report("built", index, tuning, added=len(rows), removed=0, measured_on=len(first))
        return self._save(index, report)

    def update(self) -> IndexReport | None:
        """Delete what is gone and insert what is new; None when there is nothing to update or too much."""
        before = load_report(self.ws, self.spec)
        if before is None or (before.M, before.ef_construction) != (self.settings.M, self.settings.ef_construction):
            return None
        try:
            slots, removed, fresh = self._match()
            if max(int((slots < 0).sum()), len(fresh)) > MOST_CHANGED * max(1, len(slots)):
                return None
            index = load_hnsw(self.folder, self.embeddings.vectors, slots)
        except (WorkspaceError, OSError, ValueError):
            return None
        if not removed and not len(fresh) and before.target == self.target and self._is_current():
            return replace(before, action="unchanged", added=0, removed=0)
        return self._insert(index, fresh, removed, before)

    def _is_current(self) -> bool:
        stamp: object = self.ws.manifest_of(KIND, self.spec).get("stamp")
        return stamp == self.ws.embeddings_stamp(self.spec)

    def _match(self) -> tuple[Rows, int, Rows]:
        """Return the row of each label now (-1 gone), the number of labels newly gone, and the rows without a label."""
        before = saved_slots(self.folder)
        known = np.load(self.folder / KEYS, allow_pickle=False)
        rows = self.embeddings.rows
        place = pd.Index(self.keys[rows]).get_indexer(pd.Index(known))
        found = (before >= 0) & (place >= 0)
        slots = np.where(found, rows[place] if len(rows) else -1, -1)
        return slots, int((before >= 0).sum() - found.sum()), np.setdiff1d(rows, slots)

    def _insert(self, index: HnswIndex, fresh: Rows, removed: int, before: IndexReport) -> IndexReport:
        self.progress.start("Updating the index", len(fresh))
        tuning, measured_on = None, len(index)
        if len(fresh) >= LEAST_QUERIES or before.target != self.target:
            queries = fresh if len(fresh) <= 1000 else held_out(fresh, default_rng(self.settings.seed))
            if len(queries) < LEAST_QUERIES:
                return self.build()
            index.add(np.setdiff1d(fresh, queries), self.threads, self.progress.advance)
            measured_on = len(index)
            tuning = self._tune(index, queries)
        index.add(fresh, self.threads, self.progress.advance)
        self.progress.finish()
        report = self._report("updated", index, tuning, added=len(fresh), removed=removed, measured_on=measured_on)
        if tuning is None:
            kept = ("ef", "reached", "recall", "low", "high", "queries", "k", "measured_on", "curve")
            report = replace(report, **{name: getattr(before, name) for name in kept})
        return self._save(index, report)

    def _tune(self, index: HnswIndex, queries: Rows) -> Tuning | None:
        if not len(queries):
            return None
        exact = ExactIndex(index.vectors, np.isin(np.arange(len(index.vectors)), index.slots))
        return tune_ef(index, exact, widen(index.vectors[queries]), self.target)

    def _report(
        self, action: str, index: HnswIndex, tuning: Tuning | None, *, added: int, removed: int, measured_on: int
    ) -> IndexReport:
        recall, settings = tuning.recall if tuning else None, index.settings
        return IndexReport(
            encoder=self.spec,
            ids_hash=self.embeddings.ids_hash,
            action=action,
            items=len(index),
            added=added,
            removed=removed,
            M=settings.M,
            ef_construction=settings.ef_construction,
            ef=settings.ef,
            target=self.target,
            reached=tuning.reached if tuning else True,
            recall=recall.value if recall else None,
            low=recall.low if recall else None,
            high=recall.high if recall else None,
            queries=recall.queries if recall else 0,
            k=recall.k if recall else 10,
            measured_on=measured_on,
            curve=tuning.curve if tuning else (),
        )

    def _save(self, index: HnswIndex, report: IndexReport) -> IndexReport:
        with atomic_folder(self.folder) as temporary:
            save_hnsw(index, temporary)
            slots = index.slots
            np.save(temporary / KEYS, np.where(slots >= 0, self.keys[slots], 0).astype(np.uint64))
            write_json(temporary / MANIFEST, asdict(report) | {"stamp": self.ws.embeddings_stamp(self.spec)})
        return report
