"""One collection of Milvus, on a server or in this process, asked through pymilvus. Optional: the extra `milvus`."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError, WorkspaceError
from explorer.index.graph_contract import HnswSettings
from explorer.index.milvus_filters import FIELD
from explorer.index.milvus_servers import TOKEN, Unreachable

MODULES = ("pymilvus", "milvus_lite")
VECTOR, METRIC = "vector", "IP"
ABOUT = "A search index of Similarity Explorer, which makes and drops it (explorer index)."
CONNECT, HOUR = 5.0, 3600.0  # seconds that are waited
NUMBERS = 1_000_000  # of vectors in one message, 4 MB
HITS = 200_000  # answers in one message
FEW = 16  # questions that a person waits for
NAMED = 1000  # labels in one expression that deletes
LITE = "lite"  # in what an embedded engine, or one that is served, says of its version
LONGEST = 300  # characters of what a server says that are passed on
MEANWHILE = "Nothing is lost, and search is exact meanwhile."
DOTENV = "PYTHON_DOTENV_DISABLED"


@cache
def library() -> Any:
    """Return pymilvus; InputError where it, or the embedded engine, is not installed.

    Without more it would read a file .env above its own folder into the environment of this process, and say every
    failed call a second time.
    """
    if any(find_spec(name) is None for name in MODULES):
        raise InputError("It takes the libraries pymilvus and milvus-lite: pip install 'similarity-explorer[milvus]'.")
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    before = os.environ.get(DOTENV)
    os.environ[DOTENV] = "1"
    try:
        import pymilvus
    finally:
        os.environ.pop(DOTENV) if before is None else os.environ.update({DOTENV: before})
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return pymilvus


@contextmanager
def told(where: str) -> Iterator[None]:
    """Within it a failure of Milvus is an Unreachable that says where and what to do."""
    import grpc

    failures = (library().MilvusException, grpc.RpcError, ValueError)  # ValueError: of a channel that was closed
    try:
        yield
    except failures as error:
        said = (error.details() if isinstance(error, grpc.RpcError) else getattr(error, "message", "")) or f"{error}"
        said = said.strip().split("\n")[0][:LONGEST]
        if refused(error):
            raise Unreachable(
                f"{where} refuses us: put its token, or NAME:PASSWORD, into the environment as {TOKEN}. {MEANWHILE}"
            ) from error
        raise Unreachable(
            f"{where} does not answer as expected ({said}): start it, or look at its log. {MEANWHILE}"
        ) from error


def refused(error: BaseException | None) -> bool:
    """Whether a server did not accept the token. pymilvus says the same of it as of one that is away; gRPC knows."""
    import grpc

    seen: list[BaseException] = []
    while error is not None and error not in seen:  # pymilvus names an error as its own cause
        seen.append(error)
        if isinstance(error, grpc.RpcError) and error.code() in (
            grpc.StatusCode.UNAUTHENTICATED,
            grpc.StatusCode.PERMISSION_DENIED,
        ):
            return True
        if "auth check failure" in f"{error}".lower():
            return True
        error = error.__cause__
    return False


@dataclass(frozen=True)
class Patience:
    """Seconds that are waited: for an answer to a question, and for something to be written, or for many answers."""

    answer: float = 10.0
    write: float = 120.0

    def of(self, queries: int) -> float:
        """Seconds for so many questions at once: nobody sits before more than a few."""
        return self.answer if queries <= FEW else self.write


class Collection:
    """Labelled vectors, compared by dot product. All failures are Unreachable.

    client: a MilvusClient. where: as people read it. scans: whether it compares all vectors, else it has a graph.
    """

    def __init__(self, client: Any, name: str, where: str, scans: bool, patience: Patience) -> None:
        self._client, self.name, self.where, self.scans, self._patience = client, name, where, scans, patience

    def create(self, dim: int, settings: HnswSettings) -> None:
        """Make it, empty, for vectors of length `dim`."""
        types = library().DataType
        with told(self.where):
            schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False, description=ABOUT)
            schema.add_field(FIELD, types.INT64, is_primary=True)
            schema.add_field(VECTOR, types.FLOAT_VECTOR, dim=dim)
            self._client.create_collection(
                self.name, schema=schema, consistency_level="Session", timeout=self._patience.write
            )
            kind = "FLAT" if self.scans else "HNSW"
            graph = {} if self.scans else {"M": settings.M, "efConstruction": settings.ef_construction}
            index = self._client.prepare_index_params()
            index.add_index(VECTOR, index_type=kind, metric_type=METRIC, params=graph)
            self._client.create_index(self.name, index, sync=False, timeout=self._patience.write)
            self._client.load_collection(self.name, timeout=self._patience.write)

    def load(self, dim: int) -> None:
        """Make it answer; WorkspaceError when it is not there, or its vectors are of another length."""
        with told(self.where):
            if not self._client.has_collection(self.name, timeout=self._patience.answer):
                raise WorkspaceError(f"{self.where} has no collection {self.name} (any more)")
            fields = self._client.describe_collection(self.name, timeout=self._patience.answer)["fields"]
            self._client.load_collection(self.name, timeout=self._patience.write)
        found = {field["name"]: int(field.get("params", {}).get("dim", 0)) for field in fields}
        if found.get(VECTOR) != dim or FIELD not in found:
            raise WorkspaceError(f"{self.where} has another collection under the name {self.name}")

    def insert(self, vectors: Floats, labels: Rows) -> None:
        """Put in the (m, d) vectors under labels that are not in it."""
        step = max(1, NUMBERS // vectors.shape[1])
        with told(self.where):
            for start in range(0, len(labels), step):
                part = slice(start, start + step)
                rows = [
                    {FIELD: int(label), VECTOR: vector}
                    for label, vector in zip(labels[part], vectors[part], strict=True)
                ]
                self._client.insert(self.name, rows, timeout=self._patience.write)

    def delete(self, labels: list[int]) -> None:
        """Take these out."""
        with told(self.where):
            for start in range(0, len(labels), NAMED):
                self._client.delete(self.name, ids=labels[start : start + NAMED], timeout=self._patience.write)

    def delete_from(self, label: int) -> None:
        """Take out all from this label on: what work that was stopped has left."""
        with told(self.where):
            self._client.delete(self.name, filter=f"{FIELD} >= {label}", timeout=self._patience.write)

    def count(self, below: int) -> int:
        """How many it has with a label below this one."""
        with told(self.where):
            found = self._client.query(
                self.name,
                filter=f"{FIELD} >= 0 and {FIELD} < {below}",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=self._patience.write,
            )
        return int(found[0]["count(*)"])

    def search(self, queries: Floats, k: int, ef: int, expression: str = "") -> tuple[Rows, NDArray[np.float32]]:
        """(q, k) labels near each query and their scores; -1 and NaN where fewer are found."""
        labels, scores = np.full((len(queries), k), -1), np.full((len(queries), k), np.nan, dtype=np.float32)
        step = max(1, min(NUMBERS // queries.shape[1], HITS // k))
        for start in range(0, len(queries), step):
            for place, hits in enumerate(self._hits(queries[start : start + step], k, ef, expression), start):
                labels[place, : len(hits)] = [hit[FIELD] for hit in hits]
                scores[place, : len(hits)] = [hit["distance"] for hit in hits]
        return labels, scores

    def _hits(self, queries: Floats, k: int, ef: int, expression: str) -> Any:
        with told(self.where):
            return self._client.search(
                self.name,
                data=list(queries),
                anns_field=VECTOR,
                limit=k,
                filter=expression,
                output_fields=[FIELD],
                search_params={"metric_type": METRIC, "params": {} if self.scans else {"ef": max(k, ef)}},
                timeout=self._patience.of(len(queries)),
            )

    def settle(self) -> None:
        """Wait until what was put in is kept and part of the graph: until then a server compares it one by one."""
        with told(self.where):
            self._client.flush(self.name, timeout=self._patience.write)
            until = time.monotonic() + HOUR
            while not self.scans and self._pending():
                if time.monotonic() > until:
                    raise WorkspaceError(f"{self.where} has not finished its graph within an hour: look at its log.")
                time.sleep(0.5)

    def _pending(self) -> bool:
        state = self._client.describe_index(self.name, VECTOR, timeout=self._patience.answer)
        return bool(int(state.get("pending_index_rows", 0)))

    def close(self) -> None:
        """Hang up."""
        with suppress(Exception):  # whatever is wrong with the connection
            self._client.close()
