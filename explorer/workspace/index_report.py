"""What is known about the search index of a workspace: for each kind of query, how much of the true answer it finds."""

from dataclasses import dataclass, fields
from typing import Literal

from explorer.base.errors import InputError, WorkspaceError
from explorer.index import QueryKind, Tuning
from explorer.index.compressed import Compression
from explorer.io.atomic import read_json
from explorer.io.sums import wrong_sizes
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MANIFEST

KIND = "indexes"
Engine = Literal["hnsw", "usearch", "compressed", "milvus"]
EXACT = "Every item was compared with the query (exact search)."
PLURALS: dict[QueryKind, str] = {
    "item": "queries by an item",
    "text": "queries by words",
    "picture": "queries by a picture from elsewhere",
    "composed": "queries put together from several parts",
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Recall@k of one kind of query against exact search, with its 95 % interval, over `queries` of them.

    measured_on: items in the index then. ef: candidates kept; 0 where the target was not reached, so that these queries
    are answered exactly. curve: (ef, recall, low, high) of every ef that was tried.
    """

    kind: QueryKind
    ef: int
    recall: float
    low: float
    high: float
    queries: int
    k: int
    measured_on: int
    curve: tuple[tuple[int, float, float, float], ...]

    @classmethod
    def of(cls, kind: QueryKind, tuning: Tuning, measured_on: int) -> "Measured":
        """From what tuning found."""
        found = tuning.recall
        return cls(
            kind=kind,
            ef=tuning.ef,
            recall=found.value,
            low=found.low,
            high=found.high,
            queries=found.queries,
            k=found.k,
            measured_on=measured_on,
            curve=tuning.curve,
        )

    @property
    def sentence(self) -> str:
        """Say the recall as people read it."""
        if not self.ef:
            return (
                f"{EXACT} By the index alone, recall@{self.k} for {PLURALS[self.kind]} was {self.recall:.3f} (95 % "
                f"interval {self.low:.3f} to {self.high:.3f}), which does not reach the target."
            )
        return (
            f"Recall@{self.k} {self.recall:.3f} (95 % interval {self.low:.3f} to {self.high:.3f}) on {self.queries} "
            f"{PLURALS[self.kind]} that are not in the index, against exact search, at ef {self.ef}."
        )


@dataclass(frozen=True, kw_only=True)
class IndexReport:
    """What `indexes/<encoder>/manifest.json` holds.

    action: "exact" (so few numbers that all items are compared, there is no graph), "built", "updated" or "unchanged".
    items: that can be found; copies: those with the same vector as another; strays: that the graph does not lead to,
    compared with every query; waiting: those of them that are new and not in the graph yet. added, removed: by the last
    action. measured: by kind of query; a kind that was not
    measured is answered exactly. engine: the kind of index; compression: of a compressed one. nbytes: of memory that it
    takes besides the vectors; 0 where that is not known. uri: of the Milvus server that has it, "" for none.
    """

    encoder: str
    ids_hash: str
    action: str
    items: int
    copies: int
    strays: int
    added: int
    removed: int
    M: int
    ef_construction: int
    target: float
    measured: tuple[Measured, ...]
    engine: Engine = "hnsw"
    compression: Compression | None = None
    nbytes: int = 0
    uri: str = ""
    waiting: int = 0

    def of(self, kind: QueryKind) -> Measured | None:
        """What was measured for a kind of query; None where such queries are answered exactly, unmeasured."""
        return next((one for one in self.measured if one.kind == kind), None)

    def sentence(self, kind: QueryKind) -> str:
        """How complete the answer to a query of this kind is."""
        found = self.of(kind)
        return found.sentence if found else EXACT

    @property
    def lines(self) -> list[str]:
        """All that was measured, as people read it."""
        if not self.measured:
            return [f"{self.items:,} items: every query is compared with all of them (exact search)."]
        return [*self._compressed, *self._milvus, *self._waiting, *(one.sentence for one in self.measured)]

    @property
    def _compressed(self) -> list[str]:
        if self.compression is None:
            return []
        return [
            f"Compressed index: {self.compression.words}; {self.nbytes / 1e6:,.1f} MB for {self.items:,} items. "
            "Answers are ranked by the vectors themselves."
        ]

    @property
    def _waiting(self) -> list[str]:
        if not self.waiting:
            return []
        return [f"{self.waiting:,} new items are compared with every query until the graph is next written."]

    @property
    def _milvus(self) -> list[str]:
        if self.engine != "milvus":
            return []
        where = f"on the server {self.uri}" if self.uri else "embedded, which compares all items"
        return [f"Milvus, {where}; {self.items:,} items. Answers are ranked by the vectors themselves."]


def load_report(ws: Workspace, spec: str) -> IndexReport | None:
    """Return the report of the last `build_index` of `spec`, None when there is none that can be read."""
    try:
        values = read_json(ws.folder(KIND, spec) / MANIFEST)
        measured = tuple(_measured(one) for one in values["measured"])
        known = {field.name: values[field.name] for field in fields(IndexReport) if field.name in values}
        compression = Compression(**known["compression"]) if known.get("compression") else None
        return IndexReport(**known | {"measured": measured, "compression": compression})
    except (WorkspaceError, InputError, KeyError, TypeError):
        return None


def is_current(ws: Workspace, spec: str) -> bool:
    """Whether there is an index that belongs to the embeddings of `spec` as they are now."""
    try:
        same: bool = ws.manifest_of(KIND, spec).get("stamp") == ws.embeddings_stamp(spec)
    except WorkspaceError:  # a damaged manifest
        return False
    return same and load_report(ws, spec) is not None and not wrong_sizes(ws.folder(KIND, spec))


def _measured(values: dict[str, object]) -> Measured:
    return Measured(**values | {"curve": tuple(tuple(step) for step in values["curve"])})  # type: ignore[arg-type, attr-defined]
