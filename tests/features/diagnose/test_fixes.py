"""Fixes: what each does to planted hubs, cones and gaps, what is told of it, and the models and searches it makes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError
from explorer.encoders.base import Abilities, BaseEncoder
from explorer.encoders.tuned import SHIFT, TunedEncoder, apply_head
from explorer.features.diagnose.fixes import service
from explorer.features.diagnose.fixes.contract import FIXES, Shift
from explorer.features.diagnose.fixes.effects import Material, label_recall, look, moved_rows, nearest_others, shifted
from explorer.features.diagnose.fixes.service import LEAVE, apply, known_report, model_name, report
from explorer.features.diagnose.fixes.words import change_words, verdict
from explorer.heads.head import Head
from explorer.index.graph import item_neighbours
from explorer.search.find import find
from explorer.search.query import QueryPart
from explorer.workspace.folder import Workspace
from explorer.workspace.item_hubs import item_nearness
from explorer.workspace.opened import open_shared
from tests.pages.visits import make_discs

LABELS, EACH, DIM = 12, 25, 64


def planted(cone: float = 2.0, gap: float = 1.0, texts: bool = True) -> Material:
    """Twelve labels in a narrow cone, their names apart from them by a gap."""
    rng = np.random.default_rng(5)
    centres = rng.normal(size=(LABELS, DIM))
    labels = np.repeat(np.arange(LABELS), EACH)
    axis, side = np.eye(DIM)[:2] * DIM**0.5
    pictures = centres[labels] + 1.6 * rng.normal(size=(len(labels), DIM)) + cone * axis
    words = rng.normal(size=(200, DIM)) + cone * axis - gap * side
    names = centres + cone * axis - gap * side

    def unit(rows: np.ndarray) -> Floats:
        return unit_rows(rows.astype(np.float32))

    none = np.empty((0, DIM), np.float32)
    return Material(
        vectors=unit(pictures),
        texts=np.zeros(len(labels), dtype=bool),
        labels=labels,
        words=unit(words) if texts else none,
        background=unit(words) if texts else none,
        asked=unit(names) if texts else none,
        asked_labels=np.arange(LABELS) if texts else np.empty(0, np.int64),
    )


def near(material: Material, taken_off: Floats | None = None) -> np.ndarray:
    return nearest_others(material.vectors, 10, lambda _: None, taken_off)[0]


def moved(material: Material, fix: str) -> Material:
    shift = FIXES[fix].shift
    assert shift is not None
    return shifted(material, shift(material.means()))


def test_each_fix_mends_what_it_is_for() -> None:
    plain = planted()
    before = look(plain, near(plain))
    centred, closed, each = (look(m, near(m)) for m in (moved(plain, one) for one in ("centre", "gap", "each")))
    assert before.mean_cosine > 0.5 and abs(centred.mean_cosine) < 0.02 and abs(each.mean_cosine) < 0.02
    assert before.gap is not None and closed.gap is not None and each.gap is not None
    assert before.gap / 2 > closed.gap > each.gap and each.gap < 0.05
    assert closed.items.tolist() == before.items.tolist(), "pictures stay where they are"
    assert centred.items.mean() > before.items.mean() + 0.02, "a cone hides the labels"


def test_csls_takes_places_from_hubs() -> None:
    rng = np.random.default_rng(6)
    material = planted(texts=False)
    vectors = unit_rows(rng.normal(size=(600, 80)).astype(np.float32) + np.float32(0.6))
    plain = replace(material, vectors=vectors, labels=np.zeros(600, int), texts=np.zeros(600, bool))
    _, cosines = nearest_others(vectors, 10, lambda _: None)
    before, after = look(plain, near(plain)), look(plain, near(plain, cosines.mean(axis=1) / 2))
    assert after.hubness < 0.6 * before.hubness and after.never < before.never
    assert after.mean_cosine == before.mean_cosine and before.gap is None, "vectors stay as they are"


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_neighbours_are_those_of_a_plain_sort(spread: float) -> None:
    rng = np.random.default_rng(7)
    vectors = unit_rows(rng.normal(size=(1500, 5)).astype(np.float32))
    off = (spread * rng.random(1500)).astype(np.float32)
    rows, cosines = nearest_others(vectors, 4, lambda _: None, off)
    scores = vectors @ vectors.T - off
    np.fill_diagonal(scores, -np.inf)
    np.testing.assert_allclose(np.take_along_axis(scores, rows, 1), -np.sort(-scores, 1)[:, :4], atol=1e-6)
    np.testing.assert_allclose(cosines, np.take_along_axis(vectors @ vectors.T, rows, 1), atol=1e-6)


def test_label_recall_counts_at_most_the_items_that_there_are() -> None:
    labels = np.array([0, 0, 0, 1, 1, 2, -1])
    others = np.array([[1, 2, 3], [0, 3, 4], [3, 4, 5], [4, 0, 1], [0, 1, 2], [0, 1, 2], [0, 1, 2]])
    assert label_recall(others, labels).tolist() == [1.0, 0.5, 0.0, 1.0, 0.0], "item 5 is alone, item 6 has no label"


def test_a_vector_of_which_nothing_is_left_is_refused() -> None:
    equal = np.tile(unit_rows(np.ones((1, 8), np.float32)), (5, 1))
    with pytest.raises(InputError, match="5 of 5 vectors lie where the shift leads to 0"):
        moved_rows(equal, Shift(-equal[0], -equal[0]), False)


def test_a_shift_moves_pictures_and_texts_each_their_own_way() -> None:
    rng = np.random.default_rng(8)
    x, b, c = (rng.normal(size=shape).astype(np.float32) for shape in ((4, 6), (6,), (6,)))
    head = Head(kind=SHIFT, encoder="", fingerprint="", weights={"pictures": b, "texts": c})
    np.testing.assert_allclose(apply_head(head, x), unit_rows(x + b), atol=1e-6)
    np.testing.assert_allclose(apply_head(head, x, texts=True), unit_rows(x + c), atol=1e-6)
    mixed = apply_head(head, x, np.array([True, False, True, False]))
    np.testing.assert_allclose(mixed, unit_rows(x + np.stack([c, b, c, b])), atol=1e-6)


class Words(BaseEncoder):
    """Reads texts of numbers, "1 0 2", as vectors."""

    spec, dim, template, fingerprint = "words", 3, "a photo of {}", "w"
    abilities = Abilities(texts=True, images=True, joint=True)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        return unit_rows(np.array([text.split() for text in texts], np.float32))


def test_texts_go_through_the_shift_of_texts_and_are_asked_as_below() -> None:
    weights = {"pictures": np.zeros(3, np.float32), "texts": np.array([0, 0, 1], np.float32)}
    made = TunedEncoder("mine", Words(), Head(kind=SHIFT, encoder="words", fingerprint="w", weights=weights))
    np.testing.assert_allclose(made.encode_texts(["1 0 0"]), [[0.5**0.5, 0, 0.5**0.5]], atol=1e-6)
    assert (made.dim, made.template, made.abilities.joint) == (3, "a photo of {}", True)


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    home = tmp_path_factory.mktemp("fixes")
    (home / "files").mkdir()

    def columns(number: int) -> dict[str, object]:
        return {"label": ("red", "green", "blue", "orange")[number % 4]}

    return make_discs(home / "workspaces" / "discs", home / "files", 48, lambda number: 5 + number % 24, columns)


@pytest.fixture(autouse=True)
def at_home(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(ws.path.parents[1]))


def test_a_report_is_kept_and_says_what_cannot_be_had(ws: Workspace) -> None:
    opened = open_shared(ws.path)
    assert known_report(opened, "histogram", "label") is None
    found = report(opened, "histogram", "label")
    assert known_report(opened, "histogram", "label") == found
    assert [one.fix for one in found.effects] == ["", "centre", "csls"] and found.items == found.of == 48
    assert (
        set(found.refused) == {"gap", "each"} and "needs pictures, and a model that reads texts" in found.refused["gap"]
    )
    first = found.effects[0]
    assert first.items is not None and first.items.items == 48 and first.words is None
    assert verdict(first.items_change) == "no clear change" and len(change_words(first)) == 1
    assert found.effects[1].mean_cosine < first.mean_cosine


def test_centring_makes_a_model_whose_pictures_go_the_same_way(ws: Workspace) -> None:
    from PIL import Image

    from explorer.encoders import load_encoder
    from explorer.workspace.embedding import embed

    opened = open_shared(ws.path)
    name = model_name(opened, "histogram", "centre")
    assert name == "discs-histogram-centred"
    assert service.write_model(opened, "histogram", "centre") == name
    kept = embed(ws, f"tuned:{name}")
    assert (kept.done, kept.reused) == (0, 48), "the vectors come from those of the model below"
    plain, made = (np.asarray(ws.embeddings(one).vectors, np.float32) for one in ("histogram", f"tuned:{name}"))
    np.testing.assert_allclose(made, unit_rows(plain - plain.mean(axis=0)), atol=2e-3)
    file = ws.image_path(opened.dataset.table.column("path")[3].as_py())
    picture = load_encoder(f"tuned:{name}").encode_images([Image.open(file).convert("RGB")])
    np.testing.assert_allclose(picture[0], made[3], atol=3e-3)


def test_csls_is_a_setting_of_search_that_goes_again(ws: Workspace) -> None:
    opened = open_shared(ws.path)
    parts = (QueryPart("item", "disc-5"),)
    plain = find(opened, "histogram", parts, "", 10)
    assert "corrected for hubs from now on" in apply(opened, "histogram", "csls")
    after = open_shared(ws.path)
    assert after.key != opened.key, "no page shows an order from before"
    vectors = ws.embeddings("histogram")
    near = item_nearness(ws, "histogram")
    cosines = item_neighbours(after.index("histogram"), vectors.vectors, vectors.rows, 10).similarities
    assert near is not None
    np.testing.assert_allclose(near, cosines.mean(axis=1), atol=1e-6)
    found = find(after, "histogram", parts, "", 10)
    scores = np.asarray(vectors.vectors, np.float32) @ np.asarray(vectors.vectors[5], np.float32) - near / 2
    np.testing.assert_allclose(scores[found.rows], np.sort(scores)[::-1][:10], atol=1e-5)
    assert found.evened and not plain.evened
    apply(after, "histogram", LEAVE)
    again = find(open_shared(ws.path), "histogram", parts, "", 10)
    assert again.rows.tolist() == plain.rows.tolist() and not again.evened


def test_what_does_not_fit_is_said(ws: Workspace) -> None:
    opened = open_shared(ws.path)
    with pytest.raises(InputError, match="Fix: expected one of centre, gap, each, csls, no-csls; got 'rotate'"):
        apply(opened, "histogram", "rotate")
    with pytest.raises(InputError, match="came with the data.*import the result"):
        apply(opened, "precomputed:mine", "centre")
    with pytest.raises(InputError, match="Closing the gap needs pictures"):
        apply(opened, "histogram", "gap")
