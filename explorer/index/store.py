"""A graph on disk: its library's own file, the node of each row, and a manifest with parameters and checksum."""

import json
from dataclasses import asdict, dataclass
from hashlib import blake2b, file_digest
from pathlib import Path
from tokenize import TokenError
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.errors import ExplorerError, WorkspaceError
from explorer.index.compressed import CompressedIndex
from explorer.index.contract import QueryKind
from explorer.index.graph_contract import HnswSettings
from explorer.index.graph_index import GraphIndex
from explorer.index.hnsw import HnswIndex
from explorer.index.milvus import MilvusIndex
from explorer.index.usearch import UsearchIndex

FORMAT = 2
GRAPH, NODES, STRAYS, GRAPH_MANIFEST = "graph.bin", "nodes.npy", "strays.npy", "graph.json"
GRAPHS: dict[str, type[GraphIndex]] = {
    kind.name: kind for kind in (HnswIndex, UsearchIndex, CompressedIndex, MilvusIndex)
}


@dataclass(frozen=True)
class GraphManifest:
    """What must be known to read a graph.

    rows: of the vectors when it was saved. efs: of each kind of query. checksum: blake2b of the files, since the
    libraries trust what they read. engine: name of the index.
    """

    format: int
    dim: int
    rows: int
    settings: dict[str, int]
    efs: dict[QueryKind, int]
    checksum: str
    engine: str = HnswIndex.name


def save_graph(index: GraphIndex, folder: Path) -> None:
    """Write `index` into the existing `folder`, without the vectors' own file; give it a temporary folder to rename."""
    index.graph.save(folder / GRAPH)
    np.save(folder / NODES, index.nodes)
    np.save(folder / STRAYS, index.strays)
    manifest = GraphManifest(
        format=FORMAT,
        dim=int(index.vectors.shape[1]),
        rows=len(index.nodes),
        settings=asdict(index.settings),
        efs=dict(index.efs),
        checksum=_checksum(folder),
        engine=index.name,
    )
    (folder / GRAPH_MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))


def load_graph(folder: Path, vectors: NDArray[Any], nodes: Rows | None = None) -> GraphIndex:
    """Read the index in `folder`; its rows are those of `vectors` ((n, d), in the order of now).

    nodes: (n,) the node of each row now, -1 for none, when rows have moved or gone; what was saved when None.
    Raises WorkspaceError, which says to build it again, when a file is missing, damaged or of another format.
    """
    try:
        return _load(folder, vectors, nodes)
    except (OSError, EOFError, ValueError, TypeError, KeyError, RuntimeError, ExplorerError, BadZipFile) as error:
        raise _unusable(folder, error) from error


def saved_nodes(folder: Path) -> Rows:
    """(n,) node of each row when the index was saved, -1 for none; WorkspaceError when unreadable."""
    return _rows(folder, NODES)


def _rows(folder: Path, name: str) -> Rows:
    try:
        return np.asarray(np.load(folder / name, allow_pickle=False), dtype=np.int64)
    except (OSError, EOFError, ValueError, TokenError) as error:  # numpy reads a header as Python source
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: Exception) -> WorkspaceError:
    return WorkspaceError(f"The index in {folder} cannot be used ({error}): build it again with `explorer index`.")


def _load(folder: Path, vectors: NDArray[Any], nodes: Rows | None) -> GraphIndex:
    manifest = GraphManifest(**json.loads((folder / GRAPH_MANIFEST).read_text()))
    before, strays = saved_nodes(folder), _rows(folder, STRAYS)
    now = before if nodes is None else nodes
    _check(manifest, before, now, vectors)
    if _checksum(folder) != manifest.checksum:
        raise WorkspaceError("one of its files is not what was written")
    kind, settings = GRAPHS[manifest.engine], HnswSettings(**manifest.settings)
    graph = kind.read_graph(folder / GRAPH, manifest.dim, settings)
    for label in np.setdiff1d(before[before >= 0], now, assume_unique=True):
        graph.remove(int(label))
    index = kind(vectors, settings, graph, now)
    index.efs = manifest.efs
    index.strays = np.flatnonzero(np.isin(now, before[strays])) if len(strays) else strays
    return index


def _check(manifest: GraphManifest, before: Rows, now: Rows, vectors: NDArray[Any]) -> None:
    if manifest.format != FORMAT:
        raise WorkspaceError(f"expected format {FORMAT}, got {manifest.format}")
    if manifest.dim != vectors.shape[1]:
        raise WorkspaceError(f"expected vectors of length {manifest.dim}, got {vectors.shape[1]}")
    if len(before) != manifest.rows:
        raise WorkspaceError(f"expected {manifest.rows} rows, got {len(before)}")
    if len(now) != len(vectors):
        raise WorkspaceError(f"expected {len(now)} vectors, got {len(vectors)}")


def _checksum(folder: Path) -> str:
    digest = blake2b(digest_size=16)
    for name in (GRAPH, NODES, STRAYS):
        with (folder / name).open("rb") as file:
            file_digest(file, lambda: digest)
    return digest.hexdigest()
