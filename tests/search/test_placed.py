"""A query on a map lies where its like lie."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.arrays import unit_rows
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.io.embedding_store import save_embeddings
from explorer.search.find import placed
from explorer.search.query import QueryPart
from explorer.workspace.folder import create_workspace
from explorer.workspace.mapping import build_map
from explorer.workspace.opened import Opened, open_shared

SPEC, COUNT = "precomputed:vector", 60


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    ids = [f"item {row}" for row in range(COUNT)]
    table = pa.table({"id": ids, "path": [""] * COUNT, "text": [""] * COUNT, "hash": ids})
    folder: Path = tmp_path_factory.mktemp("placed") / "ws"
    ws = create_workspace(folder, "ws", Dataset(table), image_root=None, source="", kind="table")
    noise = np.random.default_rng(0).normal(size=(COUNT, 8))
    vectors = unit_rows(np.eye(3, 8)[np.arange(COUNT) % 3] + 0.1 * noise)
    made = Embeddings(vectors, np.ones(COUNT, dtype=bool), SPEC, {}, ws.dataset().ids_hash)
    save_embeddings(ws.folder("embeddings", SPEC), made, np.array(["h"] * COUNT))
    build_map(ws, SPEC, method="pca")
    return open_shared(folder)


@pytest.mark.parametrize("row", [0, 7, 59])
def test_an_item_is_placed_on_itself(opened: Opened, row: int) -> None:
    point = placed(opened, SPEC, "pca", (QueryPart("item", f"item {row}"),))
    np.testing.assert_allclose(np.array(point), opened.map(SPEC, "pca").coords[row], atol=0.02)


def test_two_items_of_a_group_are_placed_in_it(opened: Opened) -> None:
    point = placed(opened, SPEC, "pca", (QueryPart("item", "item 1"), QueryPart("item", "item 4")))
    coords = opened.map(SPEC, "pca").coords
    nearest = np.argsort(np.linalg.norm(coords - np.array(point), axis=1))[:5]
    assert (nearest % 3 == 1).all()
