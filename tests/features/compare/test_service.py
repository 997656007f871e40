"""Encoders of a workspace side by side: matched by id, scored, remembered, kept on disk."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.compare import service
from explorer.features.compare.comparison import load_comparison, save_comparison
from explorer.features.compare.contract import METHODS
from explorer.features.compare.kept import compare_folder
from explorer.features.compare.same_items import same_items
from explorer.features.compare.service import compare, matrix
from explorer.io.atomic import read_json, write_json
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.folder import create_workspace
from explorer.workspace.opened import Opened, open_shared

COUNT = 40


def make(
    folder: Path, ids: list[str], vectors: dict[str, NDArray[np.float32]], missing: tuple[int, ...] = ()
) -> Opened:
    """A workspace of texts with vectors of the first named encoder missing for some rows."""
    n = len(ids)
    dataset = Dataset(pa.table({"id": ids, "path": [""] * n, "text": ids, "hash": ids}))
    ws = create_workspace(folder, folder.name, dataset, image_root=None, source="", kind="table")
    for number, (spec, rows) in enumerate(vectors.items()):
        present = np.ones(n, bool)
        present[list(missing) if number == 0 else []] = False
        found = Embeddings(rows.astype(np.float16), present, spec, {}, dataset.ids_hash)
        save_embeddings(ws.folder("embeddings", spec), found, np.array(ids))
    return open_shared(ws.path)


@pytest.fixture
def vectors(rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    x = rng.normal(size=(COUNT, 6)).astype(np.float32)
    y = x @ rng.normal(size=(6, 4)).astype(np.float32) + rng.normal(size=(COUNT, 4)).astype(np.float32)
    return {"precomputed:x": x, "precomputed:y": y, "precomputed:z": rng.normal(size=(COUNT, 5)).astype(np.float32)}


IDS = [f"item {i}" for i in range(COUNT)]


def test_items_without_a_vector_on_one_side_are_dropped_and_counted(
    tmp_path: Path, vectors: dict[str, NDArray[np.float32]]
) -> None:
    opened = make(tmp_path / "w", IDS, vectors, missing=(3, 17))
    pair = same_items(opened, "precomputed:x", "precomputed:y")
    assert (pair.dropped, pair.common, len(pair.rows)) == (2, COUNT - 2, COUNT - 2)
    assert not {3, 17} & set(pair.rows.tolist())
    assert pair.x == pytest.approx(opened.embeddings("precomputed:x").vectors[pair.rows])
    assert pair.y == pytest.approx(opened.embeddings("precomputed:y").vectors[pair.rows])
    few = same_items(opened, "precomputed:x", "precomputed:y", items=12)
    assert len(few.rows) == 12 and few.common == COUNT - 2


def test_another_workspace_in_another_order_is_matched_by_id(
    tmp_path: Path, vectors: dict[str, NDArray[np.float32]]
) -> None:
    order = np.random.default_rng(4).permutation(COUNT)[:30]
    opened = make(tmp_path / "a", IDS, vectors)
    shuffled = {spec: rows[order] for spec, rows in vectors.items()}
    other = make(tmp_path / "b", [IDS[i] for i in order], shuffled)
    pair = same_items(opened, "precomputed:x", "precomputed:x", other=other)
    assert pair.x == pytest.approx(pair.y)
    assert (pair.common, pair.dropped) == (30, 10)
    report = compare(opened, "precomputed:x", "precomputed:x", measures=["cka"], replicates=5, other=other)
    assert report.scores[0].value == pytest.approx(1)


def test_too_few_items_in_common_are_told(tmp_path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    opened = make(tmp_path / "w", IDS, vectors, missing=tuple(range(32)))
    with pytest.raises(InputError, match="only 8 items in common, of 40; comparing needs at least 10"):
        same_items(opened, "precomputed:x", "precomputed:y")
    with pytest.raises(InputError, match="Only 8 items have a vector under all"):
        matrix(opened, "cka", encoders=tuple(vectors))


def test_reports_are_kept_until_the_vectors_change(tmp_path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    opened = make(tmp_path / "w", IDS, vectors)
    report = compare(opened, "precomputed:x", "precomputed:y", measures=["cka", "mutual_knn"], replicates=5)
    save_comparison(opened.workspace, report, 2_000)
    assert load_comparison(opened.workspace, "precomputed:x", "precomputed:y", 2_000) == report
    assert load_comparison(opened.workspace, "precomputed:x", "precomputed:y", 500) is None
    dataset = opened.dataset
    again = Embeddings(vectors["precomputed:y"], np.ones(COUNT, bool), "precomputed:y", {}, dataset.ids_hash)
    save_embeddings(opened.workspace.folder("embeddings", "precomputed:y"), again, np.array(IDS))
    assert load_comparison(opened.workspace, "precomputed:x", "precomputed:y", 2_000) is None


def test_the_matrix_is_symmetric_for_symmetric_measures_only(
    tmp_path: Path, vectors: dict[str, NDArray[np.float32]]
) -> None:
    opened = make(tmp_path / "w", IDS, vectors)
    found = matrix(opened, "procrustes_angle")
    assert found.values == pytest.approx(found.values.T)
    assert np.diag(found.values) == pytest.approx(np.zeros(3))
    assert found.values[0, 1] < found.values[0, 2]
    directed = matrix(opened, "pwcca_ab").values
    assert abs(directed[0, 1] - directed[1, 0]) > 1e-3


def test_a_comparison_says_what_it_stands_on(tmp_path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    opened = make(tmp_path / "w", IDS, vectors, missing=(3, 17))
    found = compare(opened, "precomputed:x", "precomputed:y", items=30, replicates=10)
    assert (found.a, found.b, found.items, found.common, found.dropped) == (
        "precomputed:x",
        "precomputed:y",
        30,
        COUNT - 2,
        2,
    )
    assert [one.measure for one in found.scores] == list(service.QUICK)
    near = found["mutual_knn"]
    assert near.low <= near.value <= near.high and near.shuffled < near.value and near.replicates == 10
    assert found.warnings and all(sentence.split(": ")[0] in METHODS for sentence in found.warnings)
    assert str(found).splitlines()[1].startswith("cka_debiased ") and found.warnings[0] in str(found)
    with pytest.raises(KeyError):
        found["cca"]


def test_the_same_question_is_answered_from_memory(tmp_path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    opened = make(tmp_path / "w", IDS, vectors)
    first = compare(opened, "precomputed:x", "precomputed:y", measures=["cka"], items=20, replicates=5)
    assert compare(opened, "precomputed:x", "precomputed:y", measures=["cka"], items=20, replicates=5) is first
    told = compare(
        opened, "precomputed:x", "precomputed:y", measures=["cka"], items=20, replicates=5, progress=Silent()
    )
    assert told == first and told is not first
    other = compare(opened, "precomputed:x", "precomputed:y", measures=["cka"], items=20, replicates=5, seed=1)
    assert other["cka"].value != first["cka"].value
    told = compare(
        opened, "precomputed:x", "precomputed:y", measures=["cka"], items=20, replicates=5, seed=1, progress=Silent()
    )
    assert told == other
    assert matrix(opened, "cka") is matrix(opened, "cka")


def test_an_unknown_measure_and_a_measure_that_is_no_metric_are_told(
    tmp_path: Path, vectors: dict[str, NDArray[np.float32]]
) -> None:
    opened = make(tmp_path / "w", IDS, vectors)
    with pytest.raises(InputError, match="measure: expected one of cka_debiased"):
        compare(opened, "precomputed:x", "precomputed:y", measures=["cosine"])
    with pytest.raises(InputError, match="metric: expected one of cka_angle, procrustes_length, procrustes_angle"):
        service.arrangement(opened, "cka")


def test_models_on_a_plane_keep_their_distances(tmp_path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    opened = make(tmp_path / "w", IDS, vectors)
    places = service.arrangement(opened, "procrustes_angle").places
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    assert apart == pytest.approx(matrix(opened, "procrustes_angle").values, abs=1e-6)


def test_items_that_moved_are_rows_of_the_workspace(tmp_path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    turned = {**vectors, "precomputed:y": vectors["precomputed:x"][:, ::-1].copy()}
    turned["precomputed:y"][7] *= -1
    opened = make(tmp_path / "w", IDS, turned, missing=(3,))
    found = service.moved_items(opened, "precomputed:x", "precomputed:y", 0)
    assert len(found.rows) == COUNT - 1 and 3 not in found.rows
    assert found.rows[found.movers.order[0]] == 7


def test_kept_comparisons_of_earlier_versions_are_read(tmp_path: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    """They hold the edge of the shuffled scores, which nobody reads."""
    opened = make(tmp_path / "w", IDS, vectors)
    found = compare(opened, "precomputed:x", "precomputed:y", measures=["cka"], replicates=5)
    save_comparison(opened.workspace, found, 500)
    path = next(compare_folder(opened.workspace).glob("scores-*-500.json"))
    values = read_json(path)
    write_json(path, values | {"scores": [one | {"edge": 0.5} for one in values["scores"]]})
    assert load_comparison(opened.workspace, "precomputed:x", "precomputed:y", 500) == found
