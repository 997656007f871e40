"""Two heaps of texts in a workspace, with vectors that are known."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.arrays import Floats, Mask, unit_rows
from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.embeddings import Embeddings
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.contents import item_hashes
from explorer.workspace.folder import create_workspace
from explorer.workspace.opened import Opened, open_shared

SPEC, ITEMS, DIM = "precomputed:known", 40, 8
IDS = [f"{kind}{number}" for kind in "ab" for number in range(ITEMS // 2)]
"""Items a0 to a19 lie in one heap, b0 to b19 in another."""


def items_of(ids: list[str]) -> Dataset:
    kinds = [one[0] for one in ids]
    columns = {
        ID: ids,
        PATH: [""] * len(ids),
        TEXT: [f"text {one}" for one in ids],
        HASH: [one.encode().hex().zfill(32) for one in ids],
        "kind": kinds,
    }
    return Dataset(pa.table({**columns, "own": [str(number) for number in range(len(ids))]}))


def known_vectors() -> Floats:
    rng = np.random.default_rng(0)
    centres = np.repeat(np.eye(DIM)[:2], ITEMS // 2, axis=0)
    return unit_rows(centres + 0.3 * rng.normal(size=(ITEMS, DIM)))


def workspace_of(folder: Path, ids: list[str], present: Mask) -> Opened:
    """Items with these ids and the known vectors, as far as they are present."""
    dataset = items_of(ids)
    ws = create_workspace(folder, folder.name, dataset, image_root=None, source="", kind="table")
    vectors = np.where(present[:, None], known_vectors()[: len(ids)], np.float32(0))
    found = Embeddings(vectors, present, SPEC, {}, dataset.ids_hash)
    save_embeddings(ws.folder("embeddings", SPEC), found, item_hashes(dataset), dataset.content_hash)
    return open_shared(ws.path)


@pytest.fixture
def heaps(tmp_path: Path) -> Opened:
    return workspace_of(tmp_path / "heaps", IDS, np.ones(ITEMS, dtype=bool))
