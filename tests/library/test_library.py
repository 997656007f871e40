"""The library from a script: collections from what people hold, search, maps, results as tables and in notebooks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import explorer as ex
from explorer.library.collection import Collection
from explorer.search.find import find
from explorer.search.query import QueryPart
from explorer.workspace.folder import Workspace
from explorer.workspace.managing import rename_workspace
from explorer.workspace.opened import open_shared
from tests.conftest import COLOURS, DrawPicture


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An EXPLORER_HOME of this module's own."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("home")
        patch.setenv("EXPLORER_HOME", str(root))
        yield root


@pytest.fixture(scope="module")
def discs(home: Path) -> Collection:
    """Twelve pictures in six colours from arrays, with texts, under the colour histogram."""
    pictures = [np.asarray(Image.new("RGB", (32 + n // 6, 32), colour)) for n, colour in enumerate(COLOURS * 2)]
    texts = [f"{colour} <b>{n}</b>" for n, colour in enumerate(COLOURS * 2)]
    return ex.create(name="discs", images=pictures, texts=texts, ids=[f"d{n}" for n in range(12)], model="histogram")


@pytest.fixture(scope="module")
def years(home: Path) -> Collection:
    """Forty texts with a year, a kind and a score."""
    frame = pd.DataFrame(
        {
            "text": ["a red car", "a blue car", "a brown dog", "a black cat"] * 10,
            "year": range(1980, 2020),
            "kind": ["car", "car", "animal", None] * 10,
            "sold": [True, False] * 20,
        }
    )
    return ex.create(frame, "years")


def test_the_public_names_are_there_and_nothing_heavy_is_loaded_for_them() -> None:
    for name in ex.__all__:
        assert getattr(ex, name) is not None
    assert set(ex.__all__) <= set(dir(ex))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ex.nothing  # noqa: B018


def test_arrays_become_a_collection_and_an_item_is_nearest_to_itself(discs: Collection) -> None:
    found = discs.search(item="d3", k=2)
    assert found.ids == ["d3", "d9"]
    assert found.scores[0] == pytest.approx(1, abs=1e-3)
    assert len(discs) == 12
    assert discs.models == ("histogram",)


def test_the_pages_and_the_library_share_one_engine(discs: Collection) -> None:
    found = find(open_shared(discs.path), "histogram", (QueryPart("item", "d3"),), "", 2)
    assert discs.search(item="d3", k=2).rows is found.rows


def test_results_are_a_table_and_a_gallery_without_markup_of_the_items(discs: Collection) -> None:
    found = discs.search(item="d1", minus=(), k=3)
    frame = found.to_pandas()
    assert list(frame.columns[:3]) == ["rank", "id", "score"]
    assert list(frame["rank"]) == [1, 2, 3]
    html = found._repr_html_()
    assert html.count("data:image/webp;base64,") == 3
    assert "<b>1</b>" not in html
    assert "&lt;b&gt;1&lt;/b&gt;" in html
    assert "d1" in repr(found)


def test_a_picture_of_the_users_own_is_a_query(discs: Collection, tmp_path: Path) -> None:
    picture = Image.new("RGB", (50, 20), "blue")
    picture.save(tmp_path / "mine.png")
    for shown in (picture, tmp_path / "mine.png", str(tmp_path / "mine.png"), (tmp_path / "mine.png").read_bytes()):
        assert discs.search(image=shown, k=1).ids[0] in ("d2", "d8")
    with pytest.raises(ex.InputError, match="expected an image file"):
        discs.search(image="nowhere.png")


def test_texts_are_found_by_words_within_ranges_values_and_dates(years: Collection) -> None:
    found = years.search("an animal", where={"year": (2000, 2009)}, k=50)
    assert set(found.items["year"]) == set(range(2000, 2010))
    assert "dog" in found.items["text"].iloc[0] or "cat" in found.items["text"].iloc[0]
    assert set(years.search("car", where={"kind": ["animal"]}, k=50).items["kind"]) == {"animal"}
    assert len(years.search("car", where={"kind": None}, k=50)) == 10
    assert len(years.search("car", where={"sold": True}, k=50)) == 20
    assert len(years.search("car", where={"year": (None, 1981)}, k=50)) == 2


def test_parts_add_up_and_minus_takes_away(years: Collection) -> None:
    found = years.search("a car", minus="red", k=3)
    assert "blue" in found.items["text"].iloc[0]
    assert found.labels == ("a car", "red")
    assert found.parts.sum(axis=1) == pytest.approx(found.scores, abs=2e-3)
    assert [name for name in found.to_pandas().columns if name.startswith("part: ")] == ["part: a car", "part: red"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda ws: ws.search(), "Expected something to search for"),
        (lambda ws: ws.search(minus="red"), "Expected something to search for"),
        (lambda ws: ws.search("car", k=0), "expected at least 1"),
        (lambda ws: ws.search("car", where={"wheels": 4}), "no column 'wheels'"),
        (lambda ws: ws.search("car", where={"year": (1, 2, 3)}), r"expected a pair \(low, high\)"),
        (lambda ws: ws.search("car", where={"year": ("soon", None)}), "expected numbers or dates"),
        (lambda ws: ws.search(item="nobody"), "no item with the id 'nobody'"),
        (lambda ws: ws.map(method="globe"), "There is no map 'globe'"),
        (lambda ws: ws.map().plot("wheels"), "no column 'wheels'"),
    ],
)
def test_what_cannot_be_answered_is_said(years: Collection, call: object, words: str) -> None:
    with pytest.raises(ex.InputError, match=words):
        call(years)  # type: ignore[operator]


def test_the_map_is_a_table_and_a_figure(years: Collection) -> None:
    drawn = years.map()
    frame = drawn.to_pandas()
    assert list(frame.columns) == ["id", "x", "y", "cluster", "trust", "continuity"]
    assert len(frame) == 40
    assert sum(len(trace.x) for trace in drawn.plot("kind").data) == 40
    assert {trace.name for trace in drawn.plot("kind").data} == {"car", "animal", "(no value)"}


def test_duplicates_outliers_and_export(years: Collection, tmp_path: Path) -> None:
    groups = years.duplicates(0.999)
    assert [len(group) for group in groups] == [10, 10, 10, 10]
    assert len(years.outliers(3)) == 3
    lonely = years.outliers(50, where={"kind": "car"})
    assert len(lonely) == 20 and set(lonely.items["kind"]) == {"car"}
    path = years.export(tmp_path / "cars.csv", where={"kind": "car"})
    assert len(pd.read_csv(path)) == 20


def test_vectors_alone_and_a_collection_opened_by_name(home: Path, rng: np.random.Generator) -> None:
    vectors = rng.normal(size=(30, 8)).astype(np.float32)
    made = ex.create(name="own", vectors={"mine": vectors})
    assert made.models == ("precomputed:mine",)
    assert ex.open("own").search(item="7", k=1).ids == ["7"]
    assert "own" in [one.name for one in ex.list_workspaces()]


def test_files_in_a_frame_and_a_folder(home: Path, tmp_path: Path, draw: DrawPicture) -> None:
    paths = [draw(tmp_path / name / "a.png", name) for name in ("red", "blue")]
    made = ex.create(pd.DataFrame({"picture": [str(path) for path in paths], "n": [1, 2]}), "frame", model="histogram")
    assert len(made.search(item=made.items["id"][0], k=2)) == 2
    again = ex.create(tmp_path, "folder", model="histogram")
    assert sorted(again.items["folder"]) == ["blue", "red"]
    assert len(ex.create(tmp_path, "folder", model="histogram")) == 2


def test_lengths_that_differ_and_no_source_are_refused(home: Path) -> None:
    with pytest.raises(ex.InputError, match="2 texts, 1 vectors"):
        ex.create(name="x", texts=["a", "b"], vectors=np.ones((1, 3), np.float32))
    with pytest.raises(ex.InputError, match="either a source"):
        ex.create(name="x")


def test_items_are_alike_under_a_condition(years: Collection) -> None:
    first = years.items["id"][0]
    plain = years.similar(first, k=3)
    assert first not in plain.ids
    assert set(plain.items["text"]) == {"a red car"}
    under = years.similar(first, under="kind", k=15)
    assert set(under.items["kind"].dropna()) == {"car"}
    assert under.parts.sum(axis=1) == pytest.approx(under.scores, abs=1e-5)
    assert under.note.startswith("Compared by: ") and plain.note == ""
    half = years.similar(first, under="kind", strength=0.5, k=5)
    assert half.parts.sum(axis=1) == pytest.approx(half.scores, abs=1e-5)
    assert "animal" in set(years.similar(first, under="kind", to="animal", k=5).items["kind"])
    with pytest.raises(ex.InputError):
        years.similar(first, under="kind", method="magic")


def test_models_are_compared_with_intervals(discs: Collection, years: Collection) -> None:
    found = ex.compare(years, years.models[0], years.models[0], measures=["cka"])
    frame = found.to_pandas()
    assert frame["value"].tolist() == pytest.approx([1.0])
    assert frame["label"].tolist() == ["Linear CKA, biased"]
    assert found["cka"].value == frame["value"][0]
    assert "Linear CKA" in repr(found) and "calibrated" in str(found)
    html = found._repr_html_()
    assert "Linear CKA, biased" in html and "<b>1.000</b>" in html and "width:" in html
    with pytest.raises(ex.InputError, match="expected one of"):
        ex.compare(discs, "histogram", "histogram", measures=["magic"])


def test_judgments_and_elites(years: Collection) -> None:
    assert len(years.judgments()) == 0
    made = years.elites("few", ["column:year"], "prompt:a car", evaluations=30, cells=(5,))
    frame = made.to_pandas()
    assert len(frame) == len(made) == 5
    assert years.elites("few").to_pandas()["quality"].tolist() == frame["quality"].tolist()
    with pytest.raises(ex.WorkspaceError, match="no"):
        years.elites("nothing")


def test_a_new_collection_leaves_the_pictures_of_a_renamed_one_alone(home: Path) -> None:
    def made(colour: str) -> Collection:
        return ex.create(
            name="swatches", images=[np.asarray(Image.new("RGB", (16, 16), colour))] * 2, model="histogram"
        )

    first = rename_workspace(Workspace.open(made("red").path), "old swatches")
    made("blue")
    made("blue")  # again: the same collection, its pictures in the same place
    assert sorted(path.name for path in (home / "tables").glob("swatches*")) == ["swatches", "swatches-2"]
    with Image.open(first.image_path(0)) as picture:
        assert picture.convert("RGB").getpixel((8, 8)) == (255, 0, 0)
