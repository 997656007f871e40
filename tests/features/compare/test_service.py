"""Encoders of a workspace side by side: matched by id, scored, layer by layer, kept on disk."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from PIL import Image

from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError, WorkspaceError
from explorer.encoders.base import Abilities, BaseEncoder
from explorer.features.compare.layers import collect_layers, common_items, layer_pair, layer_scores, load_layers
from explorer.features.compare.service import (
    aligned,
    compare_folder,
    load_report,
    save_report,
    score_encoders,
    score_matrix,
)
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace, create_workspace

COUNT = 40


def make(
    folder: Path, ids: list[str], vectors: dict[str, NDArray[np.float32]], missing: tuple[int, ...] = ()
) -> Workspace:
    """A workspace of texts with vectors of the first named encoder missing for some rows."""
    n = len(ids)
    dataset = Dataset(pa.table({"id": ids, "path": [""] * n, "text": ids, "hash": ids}))
    ws = create_workspace(folder, folder.name, dataset, None, "", "table")
    for number, (spec, rows) in enumerate(vectors.items()):
        present = np.ones(n, bool)
        present[list(missing) if number == 0 else []] = False
        found = Embeddings(rows.astype(np.float16), present, spec, {}, dataset.ids_hash)
        save_embeddings(ws.folder("embeddings", spec), found, np.array(ids))
    return ws


@pytest.fixture
def vectors(rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    x = rng.normal(size=(COUNT, 6)).astype(np.float32)
    y = x @ rng.normal(size=(6, 4)).astype(np.float32) + rng.normal(size=(COUNT, 4)).astype(np.float32)
    return {"precomputed:x": x, "precomputed:y": y, "precomputed:z": rng.normal(size=(COUNT, 5)).astype(np.float32)}


IDS = [f"item {i}" for i in range(COUNT)]


def test_items_without_a_vector_on_one_side_are_dropped_and_counted(
    tmp_path: Path, vectors: dict[str, NDArray[np.float32]]
) -> None:
    ws = make(tmp_path / "w", IDS, vectors, missing=(3, 17))
    pair = aligned(ws, "precomputed:x", "precomputed:y")
    assert (pair.dropped, pair.common, len(pair.rows)) == (2, COUNT - 2, COUNT - 2)
    assert not {3, 17} & set(pair.rows.tolist())
    assert pair.x == pytest.approx(ws.embeddings("precomputed:x").vectors[pair.rows])
    assert pair.y == pytest.approx(ws.embeddings("precomputed:y").vectors[pair.rows])
    few = aligned(ws, "precomputed:x", "precomputed:y", most=12)
    assert len(few.rows) == 12 and few.common == COUNT - 2


def test_another_workspace_in_another_order_is_matched_by_id(
    tmp_path: Path, vectors: dict[str, NDArray[np.float32]]
) -> None:
    order = np.random.default_rng(4).permutation(COUNT)[:30]
    ws = make(tmp_path / "a", IDS, vectors)
    shuffled = {spec: rows[order] for spec, rows in vectors.items()}
    other = make(tmp_path / "b", [IDS[i] for i in order], shuffled)
    pair = aligned(ws, "precomputed:x", "precomputed:x", other=other)
    assert pair.x == pytest.approx(pair.y)
    assert (pair.common, pair.dropped) == (30, 10)
    report = score_encoders(ws, "precomputed:x", "precomputed:x", measures=["cka"], replicates=5, other=other)
    assert report.scores[0].value == pytest.approx(1)


def test_too_few_items_in_common_are_told(tmp_path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    ws = make(tmp_path / "w", IDS, vectors, missing=tuple(range(32)))
    with pytest.raises(InputError, match="only 8 items in common, of 40; comparing needs at least 10"):
        aligned(ws, "precomputed:x", "precomputed:y")
    with pytest.raises(InputError, match="Only 8 items have a vector under all"):
        score_matrix(ws, list(vectors), "cka")


def test_reports_are_kept_until_the_vectors_change(tmp_path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    ws = make(tmp_path / "w", IDS, vectors)
    report = score_encoders(ws, "precomputed:x", "precomputed:y", measures=["cka", "mutual_knn"], replicates=5)
    save_report(ws, report, 2_000)
    assert load_report(ws, "precomputed:x", "precomputed:y", 2_000) == report
    assert load_report(ws, "precomputed:x", "precomputed:y", 500) is None
    dataset = ws.dataset()
    again = Embeddings(vectors["precomputed:y"], np.ones(COUNT, bool), "precomputed:y", {}, dataset.ids_hash)
    save_embeddings(ws.folder("embeddings", "precomputed:y"), again, np.array(IDS))
    assert load_report(ws, "precomputed:x", "precomputed:y", 2_000) is None


def test_the_matrix_is_symmetric_for_symmetric_measures_only(
    tmp_path: Path, vectors: dict[str, NDArray[np.float32]]
) -> None:
    ws = make(tmp_path / "w", IDS, vectors)
    found = score_matrix(ws, list(vectors), "procrustes_angle")
    assert found.values == pytest.approx(found.values.T)
    assert np.diag(found.values) == pytest.approx(np.zeros(3))
    assert found.values[0, 1] < found.values[0, 2]
    directed = score_matrix(ws, list(vectors), "pwcca_ab").values
    assert abs(directed[0, 1] - directed[1, 0]) > 1e-3


class Blocks(BaseEncoder):
    """Three blocks that see less and less of an image's mean colours."""

    spec, dim, image_side = "pocket", 3, 8
    abilities = Abilities(images=True, layers=True)

    def layers(self, images):  # type: ignore[no-untyped-def]
        colours = np.array([np.asarray(image, dtype=np.float32).mean((0, 1)) for image in images])
        return {"block 1": colours, "block 2": colours[:, :2], "dead": np.ones_like(colours), "output": colours[:, :1]}


@pytest.fixture
def pictures(tmp_path: Path, rng: np.random.Generator) -> Workspace:
    """Thirty plain pictures; the fifth cannot be read."""
    from explorer.workspace.importing import import_source

    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(30):
        Image.new("RGB", (16, 16), tuple(int(v) for v in rng.integers(0, 256, 3))).save(folder / f"{i:02d}.png")
    ws = import_source(folder, tmp_path / "workspaces" / "plain")
    for spec in ("histogram",):
        embed(ws, spec)
    embeddings = Embeddings(np.ones((30, 3), np.float32), np.ones(30, bool), "pocket", {}, ws.dataset().ids_hash)
    save_embeddings(ws.folder("embeddings", "pocket"), embeddings, np.arange(30))
    (folder / "04.png").write_bytes(b"no picture")
    return ws


def test_activations_are_made_once_on_the_same_sample_for_all_models(pictures: Workspace) -> None:
    blocks = collect_layers(pictures, "pocket", items=20, encoder=Blocks())
    histogram = collect_layers(pictures, "histogram", items=20)
    assert list(blocks.blocks) == ["block 1", "block 2", "dead", "output"]
    assert list(histogram.blocks) == ["output"]
    assert 4 not in blocks.rows and len(histogram.rows) == 20
    kept = load_layers(pictures, "pocket", 20)
    assert kept is not None and kept.block("block 2") == pytest.approx(blocks.block("block 2"))
    assert load_layers(pictures, "pocket", 25) is None
    rows, left, right = common_items(blocks, histogram)
    assert (blocks.rows[left] == rows).all() and (histogram.rows[right] == rows).all()
    table = layer_scores(blocks, blocks, "cka")
    assert np.isnan(table[2]).all() and np.isnan(table[:, 2]).all()
    assert table[0, 0] == pytest.approx(1) and table[0, 3] < 1
    rows, x, y = layer_pair(blocks, histogram, "block 1", "output")
    assert x.shape == (len(rows), 3) and y.shape == (len(rows), 512)


def test_a_layer_that_is_not_there_lists_those_that_are(pictures: Workspace) -> None:
    found = collect_layers(pictures, "pocket", items=20, encoder=Blocks())
    with pytest.raises(
        InputError, match="layer of pocket: expected one of block 1, block 2, dead, output; got 'block 9'"
    ):
        layer_pair(found, found, "block 9", "output")


def test_damaged_activations_name_their_folder(pictures: Workspace) -> None:
    collect_layers(pictures, "pocket", items=20, encoder=Blocks())
    for path in compare_folder(pictures).glob("layers-*/0.npy"):
        path.write_bytes(b"short")
    with pytest.raises(WorkspaceError, match="damaged"):
        load_layers(pictures, "pocket", 20)


def test_samples_without_common_items_are_told(pictures: Workspace) -> None:
    left = collect_layers(pictures, "pocket", items=20, encoder=Blocks())
    right = type(left)("other", left.rows[:5], left.blocks)
    with pytest.raises(InputError, match="have 5 items in common; expected 10"):
        common_items(left, right)
