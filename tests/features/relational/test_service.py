"""What the page asks of a workspace of scenes: the same answers as plain code over all vectors gives."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.encoders.pool import POOL
from explorer.features.relational import service
from explorer.features.relational.contract import methods_of
from explorer.heads.head import heads_root
from explorer.heads.store import write_head
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.embedding import embed
from explorer.workspace.opened import Opened, open_shared
from tests.encoders.heads import random_relational

COUNT, HEAD, SPEC = 30, "random", "relational:random"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(root))
        ws = create_scenes_demo(root / "workspaces", Silent(), COUNT)
        embed(ws, "pocket")
        write_head(heads_root() / HEAD, random_relational(), "")
        embed(ws, SPEC)
        POOL.forget(SPEC)
        yield root
        POOL.forget(SPEC)


@pytest.fixture
def opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    return open_shared(home / "workspaces" / "scenes")


def wide(opened: Opened, spec: str) -> Floats:
    return np.asarray(opened.embeddings(spec).vectors, np.float32)


def test_what_there_is(opened: Opened) -> None:
    found = service.relations_of(opened, SPEC)
    assert (found.base, found.ready) == ("pocket", (HEAD,))
    assert set(found.heads) == {HEAD, "pocket-relational"}
    assert "relation_caption" in found.anonymous
    assert not set(found.anonymous) & set(found.captions)


@pytest.mark.parametrize("spec", ["pocket", SPEC])
def test_a_text_finds_what_a_full_sort_of_all_vectors_finds(opened: Opened, spec: str) -> None:
    rows, values = service.text_search(opened, spec, "{things} in a spiral", 12)
    scores = wide(opened, spec) @ POOL.get(spec).encode_texts(["{things} in a spiral"])[0]
    np.testing.assert_allclose(values, np.sort(scores)[::-1][:12], atol=1e-5)
    np.testing.assert_allclose(scores[rows], values, atol=1e-5)
    assert len(set(rows.tolist())) == 12


def test_the_plane_holds_all_others_with_their_cosines(opened: Opened) -> None:
    found = service.plane(opened, "pocket", HEAD, 3)
    assert found.rows.tolist() == [row for row in range(COUNT) if row != 3]
    for spec, values in (("pocket", found.looks), (SPEC, found.logic)):
        vectors = wide(opened, spec)
        np.testing.assert_allclose(values, (vectors @ vectors[3])[found.rows], atol=1e-5)
    assert (found.x.min(), found.x.max(), found.y.min(), found.y.max()) == (0, 1, 0, 1)
    assert set(found.shown.tolist()) <= set(range(COUNT - 1))
    assert service.plane(opened, "pocket", HEAD, 3) is found


@pytest.mark.parametrize("method", methods_of("analogy"))
def test_analogies_leave_the_question_out(opened: Opened, method: str) -> None:
    rows, scores = service.analogy(opened, "pocket", HEAD, method=method, pairs=((0, 1),), third=2, count=COUNT)
    assert sorted(rows.tolist()) == list(range(3, COUNT))
    assert np.all(np.diff(scores) <= 0)


def test_the_offset_by_plain_code(opened: Opened) -> None:
    rows, scores = service.analogy(opened, "pocket", HEAD, method="offset", pairs=((0, 1),), third=2, count=5)
    vectors = wide(opened, "pocket")
    aim = unit_rows((vectors[2] + vectors[1] - vectors[0])[None])[0]
    np.testing.assert_allclose(scores, (vectors @ aim)[rows], atol=1e-5)
    others = np.delete(vectors @ aim, [0, 1, 2])
    np.testing.assert_allclose(scores, np.sort(others)[::-1][:5], atol=1e-5)


def test_an_example_is_a_question(opened: Opened) -> None:
    for seed in range(5):
        assert len(set(service.example(opened, "pocket", HEAD, seed))) == 3
    assert service.example(opened, "pocket", HEAD, 0) == service.example(opened, "pocket", HEAD, 0)


def test_items_without_a_vector_are_said(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Opened(opened.workspace, opened.key)
    present = np.ones(COUNT, dtype=bool)
    present[4] = False
    monkeypatch.setattr(service, "_present", lambda *_: (present, present))
    with pytest.raises(InputError, match="no look and no logic"):
        service.plane(fresh, "pocket", HEAD, 4)
    with pytest.raises(InputError, match="no picture that could be read"):
        service.analogy(fresh, "pocket", HEAD, method="offset", pairs=((0, 4),), third=2, count=5)
    assert 4 not in service.plane(fresh, "pocket", HEAD, 3).rows
    rows, _ = service.analogy(fresh, "pocket", HEAD, method="offset", pairs=((0, 1),), third=2, count=COUNT)
    assert 4 not in rows


def test_texts_of_rows_in_their_order(opened: Opened) -> None:
    column = opened.dataset.table.column("relation_caption").to_pylist()
    assert service.texts_at(opened, "relation_caption", (7, 2)) == [column[7], column[2]]
    assert service.texts_at(opened, "relation_caption", ()) == []


def test_random_items_are_the_same_for_a_seed(opened: Opened) -> None:
    first, again, other = (service.some_items(opened, "pocket", seed, 9).tolist() for seed in (1, 1, 2))
    assert first == again != other
    assert len(set(first)) == 9


def test_a_head_trained_again_is_told_and_loaded_anew(opened: Opened, home: Path) -> None:
    assert service.outdated(opened, "pocket", HEAD) == ""
    POOL.get(SPEC)
    write_head(heads_root() / HEAD, random_relational(seed=5), "")
    assert "has been trained again since its vectors were made" in service.outdated(opened, "pocket", HEAD)
    embed(opened.workspace, SPEC)
    again = open_shared(opened.path)
    assert again is not opened and service.outdated(again, "pocket", HEAD) == ""
    service.begin_to_load(HEAD)
    assert len(service.text_search(again, SPEC, "{things} in a row", 5)[0]) == 5
