"""The search index of a workspace under one encoder: none where exact search is fast, else tuned and kept current."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.random import default_rng

from explorer.base.arrays import Rows
from explorer.base.errors import WorkspaceError
from explorer.base.half import widen
from explorer.base.progress import Progress, Silent
from explorer.index import (
    GraphIndex,
    HnswSettings,
    held_out,
    load_graph,
    save_graph,
)
from explorer.index.compressed import Compression
from explorer.index.exact import FAST
from explorer.index.milvus_servers import Unreachable
from explorer.index.store import can_wait, first_beside, lost_nodes, save_beside, saved_nodes
from explorer.io.atomic import atomic_folder, write_json
from explorer.io.sums import Sum, write_sums, wrong_sizes
from explorer.workspace.folder import Workspace
from explorer.workspace.index_kinds import Kind, chosen_kind, drop_left_behind, learning_of, new_index
from explorer.workspace.index_report import KIND, IndexReport, Measured, is_current, load_report
from explorer.workspace.index_tuning import Tuner
from explorer.workspace.item_keys import KEYS, item_keys
from explorer.workspace.layout import MANIFEST
from explorer.workspace.runs import kept_run

TARGET = 0.99
MOST_CHANGED = 0.2  # above this share of deleted nodes, or of added items, the graph is built anew
LEAST_QUERIES = 100  # fewer added items than this say too little to tune ef on them
FEW_ADDED = 0.01  # up to this share of added items changes nothing about the ef: what was measured holds
WAIT_FROM = 1 << 28  # bytes of a graph that takes longer to read and to write than new items to compare
MOST_WAITING = 2_000  # a query is compared with this many in about a millisecond


def build_index(
    ws: Workspace,
    spec: str,
    *,
    M: int = 16,  # noqa: N803 - the name that the method's authors gave it
    ef_construction: int = 200,
    target: float = TARGET,
    seed: int = 0,
    threads: int = -1,
    exact_up_to: int = FAST,
    engine: str = "",
    compression: Compression | None = None,
    uri: str = "",
    progress: Progress | None = None,
) -> IndexReport:
    """Bring the index of encoder `spec` up to date and return its report; nothing is done when nothing has changed.

    No graph is built for up to `exact_up_to` numbers (items times length of a vector): comparing all items misses
    nothing, and is as fast as the graph with the ef that words need (`benchmarks/bench_crossing.py`). Above, the graph
    is built anew when there is none, when it is damaged, its settings differ, or more than a fifth has changed;
    otherwise the items that are gone are marked deleted and the new ones inserted. Up to `MOST_WAITING` new ones wait
    beside a graph of `WAIT_FROM` bytes instead. Its ef is tuned for each kind of query. A stop or an error leaves the
    old index.
    engine, compression: "hnsw" or "usearch" for a graph by that library; "compressed", or a `Compression`, for a
    compressed index; "milvus" for one by Milvus, on the server `uri`, or embedded. All but the first are built however
    few the items are. What is left out is as in the index that there is; a graph by hnswlib where there is none.
    Raises WorkspaceError when there are no embeddings, another process writes, or a server does not answer, InputError
    for another engine.
    """
    settings = HnswSettings(M, ef_construction, seed)
    kind = chosen_kind(engine, compression, load_report(ws, spec), uri)
    made_with = {"M": M, "ef_construction": ef_construction, "target": target, "seed": seed, "threads": threads}
    how = {"exact_up_to": exact_up_to, "engine": kind.engine} | (asdict(kind.compression) if kind.compression else {})
    how |= {"uri": kind.uri} if kind.uri else {}
    with ws.lock(), kept_run(ws.path, "index", model=spec, **made_with, **how) as run:
        job = _Job(
            ws, spec, kind=kind, settings=settings, target=target, threads=threads, progress=progress or Silent()
        )
        few = kind.engine == "hnsw" and job.embeddings.vectors.size <= exact_up_to
        report = job.exact() if few else job.update() or job.build()
        run.result = str(report) if report.action in ("built", "updated") else ""
        return report


@dataclass(frozen=True, kw_only=True)
class _Changes:
    """What is new since the index was written. nodes: (n,) of each row now, -1 for none.

    removed: so many items went. gone: nodes of the graph that have no items any more. fresh: rows that came. waiting:
    rows that were there and are not in the graph yet.
    """

    nodes: Rows
    removed: int
    gone: Rows
    fresh: Rows
    waiting: Rows

    @property
    def none(self) -> bool:
        """Whether the items are the same."""
        return not self.removed and not len(self.fresh)

    @property
    def of_graph(self) -> Rows:
        """(n,) the node of each row in the graph, -1 for none."""
        nodes = self.nodes.copy()
        nodes[self.waiting] = -1
        return nodes


class _Job:
    """One call of `build_index`."""

    def __init__(
        self,
        ws: Workspace,
        spec: str,
        *,
        kind: Kind,
        settings: HnswSettings,
        target: float,
        threads: int,
        progress: Progress,
    ) -> None:
        self.ws, self.spec, self.kind, self.settings = ws, spec, kind, settings
        self.target, self.threads, self.progress = target, threads, progress
        self.folder = ws.folder(KIND, spec)
        self.embeddings = ws.embeddings(spec)
        self.keys = item_keys(self.embeddings, ws.dataset().ids)
        self.tuner = Tuner(
            ws=ws, spec=spec, embeddings=self.embeddings, target=target, seed=settings.seed, progress=self.progress
        )

    def exact(self) -> IndexReport:
        """Say that every item is compared; a graph that was there goes."""
        before = load_report(self.ws, self.spec)
        if before and before.action == "exact" and is_current(self.ws, self.spec):
            return before
        report = self._report("exact", added=0, removed=0, measured=())
        with atomic_folder(self.folder) as temporary:
            self._write_manifest(temporary, report)
        drop_left_behind(self.folder, before, None)
        return report

    def build(self) -> IndexReport:
        """Insert all but the held-out items, tune the search for items with those, insert them too, tune the rest."""
        rows = self.embeddings.rows
        queries = held_out(rows, default_rng(self.settings.seed))
        self.progress.start("Building the index", len(rows))
        first = np.setdiff1d(rows, queries)
        index = new_index(
            self.kind,
            self.embeddings,
            first,
            settings=self.settings,
            threads=self.threads,
            advance=self.progress.advance,
            learning=lambda: learning_of(self.ws.dataset(), self.tuner.encoder(), self.settings.seed),
            folder=self.folder,
        )
        items = self.tuner.one_kind(index, "item", widen(index.vectors[queries]))
        index.add(queries, self.threads)
        self.progress.finish()
        measured = self.tuner.with_others(index, items)
        return self._save(index, self._report("built", index, added=len(rows), removed=0, measured=measured))

    def update(self) -> IndexReport | None:
        """Delete what is gone and insert what is new; None when there is nothing to update or too much."""
        before = load_report(self.ws, self.spec)
        if before is None or not self.kind.same_as(before):
            return None
        if (before.M, before.ef_construction) != (self.settings.M, self.settings.ef_construction):
            return None
        try:
            changes = self._changes()
            if max(len(changes.gone), len(changes.fresh)) > MOST_CHANGED * max(1, before.items):
                return None
            same = before.target == self.target
            nothing = same and changes.none and is_current(self.ws, self.spec)
            waits = same and not nothing and self._may_wait(changes, before.items)
            index = None if waits else self._opened(changes.nodes if nothing else changes.of_graph)
        except Unreachable:
            raise
        except (WorkspaceError, OSError, EOFError, ValueError, TypeError):
            return None
        if index is None:
            return self._let_wait(changes, before)
        if nothing:
            return replace(before, action="unchanged", added=0, removed=0)
        return self._insert(index, changes, before)

    def _opened(self, nodes: Rows) -> GraphIndex:
        index = load_graph(self.folder, self.embeddings.vectors, nodes)
        index.check()
        return index

    def _changes(self) -> "_Changes":
        before = saved_nodes(self.folder)
        known = np.load(self.folder / KEYS, allow_pickle=False)
        rows = self.embeddings.rows
        place = pd.Index(self.keys[rows]).get_indexer(pd.Index(known))
        found = (before >= 0) & (place >= 0)
        nodes = np.full(len(self.embeddings.vectors), -1, dtype=np.int64)
        nodes[rows[place[found]]] = before[found]
        beside = first_beside(self.folder)
        return _Changes(
            nodes=nodes,
            removed=int((before >= 0).sum() - found.sum()),
            gone=lost_nodes(before[before < beside], nodes),
            fresh=rows[nodes[rows] < 0],
            waiting=np.flatnonzero(nodes >= beside),
        )

    def _may_wait(self, changes: "_Changes", items: int) -> bool:
        """Whether all that has changed is that so few items came that they can be compared with every query."""
        beside = len(changes.fresh) + len(changes.waiting)
        few = not len(changes.gone) and beside <= min(MOST_WAITING, FEW_ADDED * items)
        return few and can_wait(self.folder, WAIT_FROM) and not wrong_sizes(self.folder)

    def _let_wait(self, changes: "_Changes", before: IndexReport) -> IndexReport:
        beside = len(changes.fresh) + len(changes.waiting)
        report = replace(
            before,
            ids_hash=self.embeddings.ids_hash,
            action="updated",
            items=len(self.embeddings.rows),
            strays=before.strays - before.waiting + beside,
            waiting=beside,
            added=len(changes.fresh),
            removed=changes.removed,
        )
        with atomic_folder(self.folder) as temporary:
            self._write(temporary, report, save_beside(self.folder, temporary, changes.nodes, changes.fresh))
        return report

    def _insert(self, index: GraphIndex, changes: "_Changes", before: IndexReport) -> IndexReport:
        fresh = np.union1d(changes.fresh, changes.waiting)
        self.progress.start("Updating the index", len(fresh))
        measured = items = before.measured
        many = len(fresh) >= LEAST_QUERIES and len(fresh) > FEW_ADDED * before.items
        anew = many or before.target != self.target
        if anew:
            queries = fresh if len(fresh) <= 1000 else held_out(fresh, default_rng(self.settings.seed))
            if len(queries) < LEAST_QUERIES:
                return self.build()
            index.add(np.setdiff1d(fresh, queries), self.threads, self.progress.advance)
            items = self.tuner.one_kind(index, "item", widen(index.vectors[queries]))
        index.add(fresh, self.threads, self.progress.advance)
        self.progress.finish()
        if anew:
            measured = self.tuner.with_others(index, items)
        else:
            index.find_strays(among=fresh)
        added, removed = len(changes.fresh), changes.removed
        return self._save(index, self._report("updated", index, added=added, removed=removed, measured=measured))

    def _report(
        self,
        action: str,
        index: GraphIndex | None = None,
        *,
        added: int,
        removed: int,
        measured: tuple[Measured, ...],
    ) -> IndexReport:
        return IndexReport(
            encoder=self.spec,
            ids_hash=self.embeddings.ids_hash,
            action=action,
            items=len(self.embeddings.rows),
            copies=index.copies if index else 0,
            strays=len(index.strays) if index else 0,
            added=added,
            removed=removed,
            M=self.settings.M,
            ef_construction=self.settings.ef_construction,
            target=self.target,
            measured=measured,
            engine=self.kind.engine,
            compression=self.kind.compression,
            nbytes=index.nbytes if index else 0,
            uri=self.kind.uri,
        )

    def _save(self, index: GraphIndex, report: IndexReport) -> IndexReport:
        before = load_report(self.ws, self.spec)
        with atomic_folder(self.folder) as temporary:
            self._write(temporary, report, save_graph(index, temporary))
        drop_left_behind(self.folder, before, index)
        return report

    def _write(self, folder: Path, report: IndexReport, sums: dict[str, Sum]) -> None:
        np.save(folder / KEYS, self.keys)
        self._write_manifest(folder, report, sums)

    def _write_manifest(self, folder: Path, report: IndexReport, sums: dict[str, Sum] | None = None) -> None:
        write_json(folder / MANIFEST, asdict(report) | {"stamp": self.ws.embeddings_stamp(self.spec)})
        write_sums(folder, self.spec, known=sums)
