"""Each kind of query is searched as its kind needs, and its own recall is shown."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.random import default_rng

from explorer.base.arrays import unit_rows
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.index import ExactIndex, HnswIndex
from explorer.io.embedding_store import save_embeddings
from explorer.search.find import compose_query, find
from explorer.search.query import QueryPart, kind_of
from explorer.workspace.folder import create_workspace
from explorer.workspace.index_report import EXACT
from explorer.workspace.indexing import build_index
from explorer.workspace.opened import Opened, open_shared

SPEC = "precomputed:vectors"
ITEM, LESS, TEXT, PICTURE = (
    QueryPart("item", "7"),
    QueryPart("item", "8", -0.5),
    QueryPart("text", "red"),
    QueryPart("image", "kept.png"),
)


def test_the_only_part_names_the_kind() -> None:
    assert [kind_of((part,)) for part in (ITEM, TEXT, PICTURE)] == ["item", "text", "picture"]
    assert kind_of((ITEM, LESS)) == kind_of((TEXT, ITEM)) == kind_of((LESS,)) == "composed"
    assert kind_of((TEXT, QueryPart("item", "7", 0))) == "text"


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """1,500 items with a graph."""
    ids = [str(number) for number in range(1500)]
    texts = pa.table({"id": ids, "path": [""] * 1500, "text": ids, "hash": ids})
    ws = create_workspace(tmp_path / "ws", "ws", Dataset(texts), image_root=None, source="", kind="table")
    vectors = unit_rows(default_rng(0).standard_normal((1500, 24))).astype(np.float16)
    whole = Embeddings(vectors, np.ones(1500, dtype=bool), SPEC, {}, ws.dataset().ids_hash)
    save_embeddings(ws.folder("embeddings", SPEC), whole, np.array(ids))
    build_index(ws, SPEC, M=8, ef_construction=40, target=0.5, exact_up_to=0, threads=1)
    return open_shared(ws.path)


def missed(opened: Opened, parts: tuple[QueryPart, ...]) -> int:
    """How many of the true ten nearest of a query are not found."""
    exact = ExactIndex(opened.embeddings(SPEC).vectors)
    truth = exact.query(compose_query(opened, SPEC, parts).vector[None], 10).rows[0]
    return len(np.setdiff1d(truth, find(opened, SPEC, parts, "", 10).rows))


def test_a_query_is_searched_as_its_kind_needs(opened: Opened) -> None:
    index = opened.index(SPEC)
    assert isinstance(index, HnswIndex)
    index.efs = {"item": 10, "composed": 0}
    items = [QueryPart("item", str(number)) for number in range(40)]
    assert sum(missed(opened, (item,)) for item in items) > 0
    assert sum(missed(opened, (item, LESS)) for item in items) == 0


def test_the_recall_shown_is_that_of_the_kind(opened: Opened) -> None:
    words = {kind: opened.recall_words(SPEC, kind) for kind in ("item", "text", "composed")}
    assert "queries by an item" in words["item"] and "put together from several parts" in words["composed"]
    assert words["text"] == EXACT
