"""A graph on disk: its library's own file, the node of each row, and a manifest with parameters and checksums.

The file of a large graph takes long to read and to write, so a few new items may wait beside it: they have nodes that
are not in the file, and are compared with every query, until the graph is next written.
"""

import json
from dataclasses import asdict, dataclass, field, replace
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
from explorer.io.copying import link_or_copy
from explorer.io.sums import Sum

FORMAT, READ = 3, (2, 3)
GRAPH, NODES, STRAYS, GRAPH_MANIFEST = "graph.bin", "nodes.npy", "strays.npy", "graph.json"
FILES = (GRAPH, NODES, STRAYS)
GRAPHS: dict[str, type[GraphIndex]] = {
    kind.name: kind for kind in (HnswIndex, UsearchIndex, CompressedIndex, MilvusIndex)
}


@dataclass(frozen=True, kw_only=True)
class GraphManifest:
    """What must be known to read a graph.

    rows: of the vectors when it was saved. labels: one above the highest of the graph; nodes from there on wait beside
    it. efs: of each kind of query. digests: by name of the file, since the libraries trust what they read. engine: name
    of the index. checksum: of all files together, in place of `digests` and without `labels`, in format 2.
    """

    format: int
    dim: int
    rows: int
    settings: dict[str, int]
    efs: dict[QueryKind, int]
    labels: int = -1
    digests: dict[str, str] = field(default_factory=dict)
    engine: str = HnswIndex.name
    checksum: str = ""


def save_graph(index: GraphIndex, folder: Path) -> dict[str, Sum]:
    """Write `index` into the existing `folder`, without the vectors' own file; give it a temporary folder to rename.

    Returns the sums of its files by name.
    """
    index.graph.save(folder / GRAPH)
    manifest = GraphManifest(
        format=FORMAT,
        dim=int(index.vectors.shape[1]),
        rows=len(index.nodes),
        settings=asdict(index.settings),
        efs=dict(index.efs),
        labels=index.graph.labels,
        engine=index.name,
    )
    return _save(folder, manifest, Sum.of(folder / GRAPH), index.nodes, index.strays)


def can_wait(folder: Path, least: int) -> bool:
    """Whether new items may wait beside the index in `folder`: its graph has `least` bytes and is known well enough."""
    try:
        manifest, size = _manifest(folder), (folder / GRAPH).stat().st_size
    except (OSError, ValueError, TypeError):
        return False
    return size >= least and manifest.format == FORMAT and GRAPHS[manifest.engine].whole_file


def first_beside(folder: Path) -> int:
    """The first node that waits beside the graph in `folder`; above all nodes where none can, as in an earlier format.

    OSError, ValueError or TypeError when its manifest cannot be read.
    """
    labels = _manifest(folder).labels
    return labels if labels >= 0 else int(np.iinfo(np.int64).max)


def save_beside(before: Path, folder: Path, nodes: Rows, fresh: Rows) -> dict[str, Sum]:
    """Write into `folder` the index in the folder `before`, with the `fresh` rows beside its graph, which is not read.

    nodes: (n,) the node of each row now, -1 for the fresh ones; no node of the graph may have gone. Returns as
    `save_graph`. Ask `can_wait` first.
    """
    manifest, nodes = _manifest(before), nodes.copy()
    known = saved_nodes(before)[_rows(before, STRAYS)]
    strays = np.union1d(np.flatnonzero(np.isin(nodes, known)), fresh)
    nodes[fresh] = max(manifest.labels, int(nodes.max(initial=-1)) + 1) + np.arange(len(fresh))
    link_or_copy(before / GRAPH, folder / GRAPH)
    graph = Sum((folder / GRAPH).stat().st_size, manifest.digests[GRAPH])
    return _save(folder, replace(manifest, rows=len(nodes)), graph, nodes, strays)


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


def lost_nodes(before: Rows, now: Rows) -> Rows:
    """The nodes that any of the (n,) rows had `before`, and none of the (m,) rows has `now`, ascending; -1 is none."""
    there = np.zeros((2, int(max(before.max(initial=-1), now.max(initial=-1))) + 2), dtype=bool)
    there[0, before] = there[1, now] = True
    return np.flatnonzero(there[0, :-1] & ~there[1, :-1])


def _rows(folder: Path, name: str) -> Rows:
    try:
        return np.asarray(np.load(folder / name, allow_pickle=False), dtype=np.int64)
    except (OSError, EOFError, ValueError, TokenError) as error:  # numpy reads a header as Python source
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: Exception) -> WorkspaceError:
    return WorkspaceError(f"The index in {folder} cannot be used ({error}): build it again with `explorer index`.")


def _save(folder: Path, manifest: GraphManifest, graph: Sum, nodes: Rows, strays: Rows) -> dict[str, Sum]:
    np.save(folder / NODES, nodes)
    np.save(folder / STRAYS, strays)
    sums = {GRAPH: graph} | {name: Sum.of(folder / name) for name in (NODES, STRAYS)}
    told = replace(manifest, digests={name: one.digest for name, one in sums.items()})
    (folder / GRAPH_MANIFEST).write_text(json.dumps(asdict(told), indent=1))
    return sums


def _manifest(folder: Path) -> GraphManifest:
    return GraphManifest(**json.loads((folder / GRAPH_MANIFEST).read_text()))


def _load(folder: Path, vectors: NDArray[Any], nodes: Rows | None) -> GraphIndex:
    manifest = _manifest(folder)
    before, strays = saved_nodes(folder), _rows(folder, STRAYS)
    now = before if nodes is None else nodes
    _check(manifest, before, now, vectors)
    if not _as_written(folder, manifest):
        raise WorkspaceError("one of its files is not what was written")
    kind, settings = GRAPHS[manifest.engine], HnswSettings(**manifest.settings)
    graph = kind.read_graph(folder / GRAPH, manifest.dim, settings)
    gone = lost_nodes(before, now)
    for label in gone[gone < graph.labels]:
        graph.remove(int(label))
    index = kind(vectors, settings, graph, now)
    index.efs = manifest.efs
    index.strays = np.flatnonzero(np.isin(now, before[strays])) if len(strays) else strays
    return index


def _check(manifest: GraphManifest, before: Rows, now: Rows, vectors: NDArray[Any]) -> None:
    if manifest.format not in READ:
        raise WorkspaceError(f"expected format {FORMAT}, got {manifest.format}")
    if manifest.dim != vectors.shape[1]:
        raise WorkspaceError(f"expected vectors of length {manifest.dim}, got {vectors.shape[1]}")
    if len(before) != manifest.rows:
        raise WorkspaceError(f"expected {manifest.rows} rows, got {len(before)}")
    if len(now) != len(vectors):
        raise WorkspaceError(f"expected {len(now)} vectors, got {len(vectors)}")


def _as_written(folder: Path, manifest: GraphManifest) -> bool:
    if manifest.format == FORMAT:
        return all(Sum.of(folder / name).digest == manifest.digests.get(name) for name in FILES)
    digest = blake2b(digest_size=16)
    for name in FILES:
        with (folder / name).open("rb") as file:
            file_digest(file, lambda: digest)
    return digest.hexdigest() == manifest.checksum
