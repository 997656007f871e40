"""A graph on disk: hnswlib's own file, the row of each label, and a manifest with parameters and checksum."""

import json
from dataclasses import asdict, dataclass
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.errors import ExplorerError, WorkspaceError
from explorer.index.hnsw import HnswIndex, HnswSettings, new_graph

FORMAT = 1
GRAPH, SLOTS, GRAPH_MANIFEST = "graph.bin", "slots.npy", "graph.json"


@dataclass(frozen=True)
class GraphManifest:
    """What must be known to read a graph. checksum: blake2b of both files, since hnswlib trusts what it reads."""

    format: int
    dim: int
    labels: int
    settings: dict[str, int]
    checksum: str


def save_hnsw(index: HnswIndex, folder: Path) -> None:
    """Write `index` into the existing `folder`, without the vectors' own file; give it a temporary folder to rename."""
    index.graph.save_index(str(folder / GRAPH))
    np.save(folder / SLOTS, index.slots)
    dim = int(index.vectors.shape[1])
    manifest = GraphManifest(FORMAT, dim, len(index.slots), asdict(index.settings), _checksum(folder))
    (folder / GRAPH_MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))


def load_hnsw(folder: Path, vectors: NDArray[Any], slots: Rows | None = None) -> HnswIndex:
    """Read the index in `folder`; its rows are those of `vectors` ((n, d), in the order of now).

    slots: (labels,) the row of each label now, -1 where its item is gone; what was saved when None.
    Raises WorkspaceError, which says to build it again, when a file is missing, damaged or of a newer format.
    """
    try:
        return _load(folder, vectors, slots)
    except (OSError, EOFError, ValueError, TypeError, KeyError, RuntimeError, ExplorerError) as error:
        raise _unusable(folder, error) from error


def saved_slots(folder: Path) -> Rows:
    """(labels,) row of each label when the index was saved, -1 where deleted; WorkspaceError when unreadable."""
    try:
        return np.asarray(np.load(folder / SLOTS, allow_pickle=False), dtype=np.int64)
    except (OSError, EOFError, ValueError) as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: Exception) -> WorkspaceError:
    return WorkspaceError(f"The index in {folder} cannot be used ({error}): build it again with `explorer index`.")


def _load(folder: Path, vectors: NDArray[Any], slots: Rows | None) -> HnswIndex:
    manifest = GraphManifest(**json.loads((folder / GRAPH_MANIFEST).read_text()))
    before = saved_slots(folder)
    now = before if slots is None else slots
    _check(manifest, before, now, vectors)
    if _checksum(folder) != manifest.checksum:
        raise WorkspaceError(f"{GRAPH} or {SLOTS} is not what was written")
    graph = new_graph(manifest.dim)
    graph.load_index(str(folder / GRAPH))
    for label in np.flatnonzero((before >= 0) & (now < 0)):
        graph.mark_deleted(int(label))
    return HnswIndex(vectors, HnswSettings(**manifest.settings), graph, np.where(before >= 0, now, -1))


def _check(manifest: GraphManifest, before: Rows, now: Rows, vectors: NDArray[Any]) -> None:
    if manifest.format != FORMAT:
        raise WorkspaceError(f"expected format {FORMAT}, got {manifest.format}")
    if manifest.dim != vectors.shape[1]:
        raise WorkspaceError(f"expected vectors of length {manifest.dim}, got {vectors.shape[1]}")
    if not len(before) == len(now) == manifest.labels:
        raise WorkspaceError(f"expected {manifest.labels} labels, got {len(before)} and {len(now)}")
    if len(now) and now.max() >= len(vectors):
        raise WorkspaceError(f"expected at least {now.max() + 1} vectors, got {len(vectors)}")


def _checksum(folder: Path) -> str:
    digest = blake2b(digest_size=16)
    for name in (GRAPH, SLOTS):
        with (folder / name).open("rb") as file:
            file_digest(file, lambda: digest)
    return digest.hexdigest()
