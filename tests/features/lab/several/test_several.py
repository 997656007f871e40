"""Several vectors of a workspace's items: made, kept, asked, measured."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import Cancelled, InputError, ModelError, WorkspaceError
from explorer.base.progress import Silent
from explorer.encoders.histogram import HistogramEncoder
from explorer.features.lab.several import find, store
from explorer.features.lab.several.chamfer import VectorSets, best_first, chamfer
from explorer.features.lab.several.find import box_of, find_like, part_of, read_part, words_found, words_query
from explorer.features.lab.several.graph import FdeGraph, for_inner_products
from explorer.features.lab.several.material import detail, material, places_of
from explorer.features.lab.several.search import mean_vectors
from explorer.features.lab.several.service import kept_measure, measure_and_keep, sets_of
from explorer.features.lab.several.store import KeptSets, coarser, kept_sets, make_sets
from explorer.workspace.opened import Opened, open_shared
from tests.features.lab.conftest import few_items
from tests.features.lab.several.doubles import Letters, Quarters

SPEC = "histogram"


@pytest.fixture(scope="module")
def kept(shapes: Opened) -> KeptSets:
    assert make_sets(shapes, SPEC, encoder=Quarters()) == "480 vectors of patches for 120 items."
    return sets_of(shapes, SPEC)


def test_patches_are_kept_in_half_precision_beside_their_encodings(kept: KeptSets, shapes: Opened) -> None:
    assert (kept.of, kept.grid, kept.words, kept.cropped) == ("patches", 2, False, True)
    assert kept.sets.vectors.shape == (120, 4, 3) and kept.sets.vectors.dtype == np.float16
    assert kept.fde.encodings.shape == (120, 1280)
    np.testing.assert_array_equal(kept.rows, np.arange(120))


def test_vectors_of_other_items_are_not_used(kept: KeptSets, shapes: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept_sets(shapes, SPEC) is not None
    monkeypatch.setitem(vars(shapes.dataset), "content_hash", "another")
    assert kept_sets(shapes, SPEC) is None


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return few_items(tmp_path_factory.mktemp("few"))


def test_files_that_cannot_be_read_have_no_vectors(few: Opened) -> None:
    (few.workspace.image_path(3)).write_bytes(b"no picture")
    assert make_sets(few, SPEC, encoder=Quarters()) == "76 vectors of patches for 19 items; 1 items have none."
    found = sets_of(few, SPEC)
    assert not found.sets.counts[3]
    assert 3 not in [hit.row for hit in find_like(found, found.sets.of(4), 20).hits]
    with pytest.raises(InputError, match="row 3 has no vectors"):
        part_of(found, 3, (0, 0, 1, 1))
    with pytest.raises(InputError, match="at least 50 items with several vectors, got 19"):
        material(found, None)


def test_a_run_that_is_stopped_leaves_what_was_there(few: Opened) -> None:
    class Stop(Silent):
        def advance(self, done: int) -> None:
            raise Cancelled("Stopped.")

    make_sets(few, SPEC, encoder=Quarters())
    before = sets_of(few, SPEC).made
    with pytest.raises(Cancelled):
        make_sets(few, SPEC, encoder=Quarters(), progress=Stop())
    assert sets_of(few, SPEC).made == before
    assert [path.name for path in few.path.glob("several/*")] == [SPEC]


def test_vectors_that_are_not_there_are_told(few: Opened) -> None:
    with pytest.raises(WorkspaceError, match="explorer lab vectors discs --model pocket"):
        sets_of(few, "pocket")


def test_what_cannot_be_made_is_told(shapes: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="histogram gives no several vectors for pictures: choose pocket"):
        make_sets(shapes, SPEC, encoder=HistogramEncoder())
    monkeypatch.setattr(store, "MOST_BYTES", 1_000)
    with pytest.raises(InputError, match="4 vectors of 3 numbers for each of 120 items"):
        make_sets(shapes, SPEC, encoder=Quarters())


def test_a_finer_grid_is_averaged() -> None:
    fine = np.zeros((1, 14, 14, 2), dtype=np.float32)
    fine[..., 0] = 1
    fine[0, :2, :2] = [0, 1]
    found = coarser(fine.reshape(1, 196, 2))
    assert found.shape == (1, 49, 2)
    np.testing.assert_allclose(found[0, :2], [[0, 1], [1, 0]])
    assert coarser(fine[:, :7, :7].reshape(1, 49, 2)).shape == (1, 49, 2)
    assert coarser(np.ones((1, 81, 2), dtype=np.float32)).shape == (1, 49, 2)  # 9 does not go into 7


def test_a_part_of_a_picture_finds_it_and_its_likes(kept: KeptSets) -> None:
    query = part_of(kept, 9, (0, 1, 1, 2))
    np.testing.assert_array_equal(query, kept.sets.of(9)[[1]])
    found = find_like(kept, query, 5)
    assert found.all
    assert found.compared == 120
    assert found.hits[0].similarity == pytest.approx(1, abs=1e-2)
    assert found.hits[0].row % 4 == 9 % 4  # the same colour
    assert 9 not in [hit.row for hit in find_like(kept, query, 119, without=9).hits]


def test_many_items_are_found_by_their_encodings(kept: KeptSets, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = find_like(kept, kept.sets.of(7), 5)
    monkeypatch.setattr(find, "EXACT_NUMBERS", 10)
    monkeypatch.setattr(find, "CANDIDATES", 60)
    fast = find_like(kept, kept.sets.of(7), 5)
    assert 60 <= fast.compared < 120
    assert not fast.all
    assert [hit.similarity for hit in fast.hits] == pytest.approx([hit.similarity for hit in whole.hits], abs=1e-3)


def test_words_do_not_ask_what_lies_in_another_space(kept: KeptSets, shapes: Opened) -> None:
    with pytest.raises(InputError, match="Words do not find the patches of histogram"):
        words_query(shapes, SPEC, kept, "red")


def test_parts_are_read_and_checked(kept: KeptSets) -> None:
    assert read_part("0,1, 2,2", 2) == (0, 1, 2, 2)
    with pytest.raises(InputError, match="top,left,bottom,right with numbers from 0 to 2, got 'x'"):
        read_part("x", 2)
    for box in ((0, 0, 3, 1), (1, 0, 1, 1), (-1, 0, 1, 1)):
        with pytest.raises(InputError, match="Expected a part within 2 × 2 patches"):
            part_of(kept, 0, box)
    np.testing.assert_array_equal(places_of((1, 0, 2, 2), 2), [2, 3])
    assert box_of(np.array([1, 3]), 2) == (0, 1, 2, 2)


def test_details_are_rectangles_or_runs() -> None:
    generator = np.random.default_rng(0)
    for _ in range(50):
        places = detail(16, 4, generator)
        top, left, bottom, right = box_of(places, 4)
        np.testing.assert_array_equal(places, places_of((top, left, bottom, right), 4))
        assert max(bottom - top, right - left) <= 2
        run = detail(7, 0, generator)
        np.testing.assert_array_equal(run, np.arange(run[0], run[0] + len(run)))
        assert len(run) <= 4
        assert run[-1] < 7


def test_no_item_that_asks_is_searched(kept: KeptSets) -> None:
    found = material(kept, np.ones((90, 3), dtype=np.float32))
    assert len(found.sets) == 120 - 24
    assert [len(found.questions[kind]) for kind in ("item", "picture", "text")] == [24, 24, 60]
    assert found.questions["text"][0].shape == (1, 3)
    assert len(material(kept, None, most=30).sets) == 30


def test_what_is_measured_is_kept_and_right(kept: KeptSets, shapes: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, least in (("SECONDS", 0.0), ("ROUNDS", 1), ("LEAST", 1)):
        monkeypatch.setattr(f"explorer.features.lab.speed.{name}", least)
    found = measure_and_keep(shapes, SPEC)
    assert kept_measure(shapes, SPEC, kept) == found
    points = found.report.points
    assert {point.kind for point in points} == {"item", "picture"}
    assert {point.way for point in points} == {"chamfer-all", "one-vector", "fde", "fde-graph"}
    assert all(point.recall.value == 1 for point in points if point.way == "chamfer-all")
    for curve in found.curves:
        assert list(curve.recalls) == sorted(curve.recalls)
    deep = {point.way: point.recall.value for point in points if point.more.get("candidates") == 30}
    assert min(deep.values()) > 0.5  # of 96 items, after re-ranking 30; unranked by chance 0.1
    assert 0.5 < found.correlation <= 1


def test_the_graph_has_the_order_of_inner_products() -> None:
    vectors = np.random.default_rng(3).normal(size=(50, 6)).astype(np.float32)
    query = np.random.default_rng(4).normal(size=6).astype(np.float32)
    rows = for_inner_products(vectors)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(np.argsort(rows @ np.append(query, 0)), np.argsort(vectors @ query))


def test_the_graph_finds_what_the_product_with_all_finds(kept: KeptSets) -> None:
    fde = kept.fde
    rows, scores = FdeGraph.build(fde).search(kept.sets.of(5), 5, 60)
    exact = chamfer(kept.sets.of(5), kept.sets)
    np.testing.assert_allclose(scores, exact[best_first(exact, 5)], atol=1e-2)


def test_one_vector_an_item_is_the_mean_of_the_real_ones() -> None:
    vectors = np.array([[[1, 0], [0, 1], [1, 0]], [[0, 0], [0, 0], [0, 0]]], dtype=np.float32)
    found = mean_vectors(VectorSets(vectors, np.array([2, 0])))
    np.testing.assert_allclose(found, [[0.5**0.5, 0.5**0.5], [0, 0]], rtol=1e-6)


def test_tokens_of_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = _texts(tmp_path, ["a red sofa", "the blue couch by night", "sofas"])
    encoder = Letters()
    monkeypatch.setattr(Opened, "encoder", lambda self, spec: encoder)
    make_sets(few, SPEC, encoder=_wide(encoder))
    found = sets_of(few, SPEC)
    assert (found.of, found.grid, found.words) == ("tokens", 0, True)
    np.testing.assert_array_equal(found.sets.counts, [3, 5, 1])
    hits = find_like(found, words_query(few, SPEC, found, "sofa"), 3)
    assert [hit.row for hit in hits.hits][:2] == [0, 2]
    assert words_found(few, SPEC, hits)[:2] == ["sofa", "sofas"]
    with pytest.raises(InputError, match="at least one word"):
        words_query(few, SPEC, found, " , ")


def _wide(encoder: Letters) -> Letters:
    encoder.dim = 26
    return encoder


def _texts(folder: Path, texts: list[str]) -> Opened:
    import pyarrow as pa

    from explorer.base.dataset import Dataset
    from explorer.workspace.folder import create_workspace

    rows = [{"id": str(row), "path": "", "text": text, "hash": f"{row:032x}"} for row, text in enumerate(texts)]
    dataset = Dataset(pa.Table.from_pylist(rows))
    create_workspace(folder / "texts", "texts", dataset, image_root=folder, source="", kind="folder")
    return open_shared(folder / "texts")
