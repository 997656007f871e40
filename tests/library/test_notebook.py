"""Maps, galleries and cards in notebooks, without a browser: what goes to it, what comes back, what is drawn still."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import explorer as ex
from explorer.base.progress import Silent
from explorer.drawing.map.item_colours import rgb_of
from explorer.drawing.map.values import MapColours
from explorer.library.collection import Collection
from explorer.library.notebook import extra, widgets
from explorer.library.notebook.marks import combined
from explorer.library.notebook.still import placed, still_html, still_png
from explorer.workspace.preparing import prepare

NASTY = "<img src=x onerror=alert(1)> & 'quoted' \"twice\""
ALL = [[-1e6, -1e6], [1e6, -1e6], [1e6, 1e6], [-1e6, 1e6]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("home")
        patch.setenv("EXPLORER_HOME", str(root))
        yield root


@pytest.fixture(scope="module")
def made(home: Path) -> Collection:
    """Thirty items in two groups, the first twenty around one corner, with ids and texts that are markup."""
    rng = np.random.default_rng(0)
    vectors = np.eye(8)[[0] * 20 + [1] * 10] + rng.normal(scale=0.05, size=(30, 8))
    collection = ex.create(
        name="two groups",
        images=[np.full((24, 24, 3), 8 * n, np.uint8) for n in range(30)],
        texts=[f"{NASTY} {n}" for n in range(30)],
        ids=[f"{NASTY}{n}" for n in range(30)],
        vectors={"mine": vectors.astype(np.float32)},
        prepare=False,
    )
    return with_flat_map(collection, "precomputed:mine")


def with_flat_map(collection: Collection, model: str) -> Collection:
    """The same with vectors and a PCA map; UMAP takes a while to load."""
    prepare(collection.workspace, model, method="pca", progress=Silent())
    return collection


@pytest.fixture(scope="module")
def columns(home: Path) -> Collection:
    """Twelve pictures with columns, of which one is markup, under the colour histogram."""
    for n in range(12):
        Image.new("RGB", (20, 20), (20 * n, 90, 250 - 20 * n)).save(home / f"{n}.png")
    frame = pd.DataFrame(
        {
            "picture": [str(home / f"{n}.png") for n in range(12)],
            "words": [f"words {n}" for n in range(12)],
            "kind": ["a", "b", None] * 4,
            "year": range(12),
            NASTY: ["a", NASTY] * 6,
        }
    )
    return with_flat_map(ex.create(frame, "columns", image="picture", text="words", prepare=False), "histogram")


class Browser:
    """A small working model of the browser: it keeps what a widget sends, and does what a user does."""

    def __init__(self, widget: Any, patch: pytest.MonkeyPatch) -> None:
        self.widget, self._count = widget, 0
        self.messages: list[tuple[Any, Any]] = []
        patch.setattr(widget, "send", lambda content, buffers=None: self.messages.append((content, buffers)))

    def do(self, kind: str, **what: Any) -> None:
        self._count += 1
        self.widget._handle_custom_msg({"event": {"kind": kind, "sequence": f"s-{self._count}", **what}}, [])

    def ask(self, *questions: Any) -> tuple[Any, Any]:
        self.widget._handle_custom_msg({"ask": list(questions)}, [])
        return self.messages[-1]

    @property
    def selected(self) -> list[int]:
        bits = np.unpackbits(np.frombuffer(base64.b64decode(self.widget.selected), np.uint8), bitorder="little")
        return np.flatnonzero(bits).tolist()


def opened(drawn: Any, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(drawn.widget, monkeypatch)


def test_a_lasso_gives_ids_and_rows_and_adds_and_takes_away(made: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = made.map()
    browser = opened(drawn, monkeypatch)
    told: list[int] = []
    drawn.on_select(lambda ids: told.append(len(ids)))
    assert drawn.selected_ids == [] and len(drawn.selected) == 0 and browser.widget.selected is None
    coords = drawn.layout.coords
    x, y = coords[3]
    near = [[x - 0.01, y - 0.01], [x + 0.01, y - 0.01], [x + 0.01, y + 0.01], [x - 0.01, y + 0.01]]
    browser.do("select", op="replace", polygon=near)
    assert f"{NASTY}3" in drawn.selected_ids
    few = len(drawn.selected_ids)
    browser.do("select", op="add", polygon=ALL)
    assert drawn.selected_ids == list(made.items["id"]) == list(drawn.selected["id"])
    browser.do("select", op="subtract", polygon=near)
    assert len(drawn.selected_ids) == 30 - few
    assert browser.selected == [row for row in range(30) if f"{NASTY}{row}" in drawn.selected_ids]
    browser.do("clear", what="selection")
    assert told == [few, 30, 30 - few, 0]
    assert browser.widget.selected is None and browser.widget.acknowledged == "s-4"


def test_a_selection_a_filter_and_a_colour_from_python_reach_the_map(
    columns: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = columns.map(colour="kind", where={"year": (4, None)})
    browser = opened(drawn, monkeypatch)
    ids = list(columns.items["id"])
    assert browser.widget.data["colours"]["label"] == "kind"
    drawn.select(ids[:2])
    assert browser.selected == [0, 1] and drawn.selected_ids == ids[:2] and "2 selected" in repr(drawn)
    browser.do("select", op="replace", polygon=ALL)
    assert drawn.selected_ids == ids[4:]  # what does not pass the filter is not taken
    drawn.filter(None).select(columns.similar(ids[3], k=3))
    assert browser.widget.shown is None and set(drawn.selected_ids) == set(columns.similar(ids[3], k=3).ids)
    before = browser.widget.codes
    drawn.colour_by("year")
    assert browser.widget.data["colours"]["kind"] == "numbers" and browser.widget.codes != before
    drawn.colour_by(np.arange(12) % 3 == 0)
    assert sorted(browser.widget.data["colours"]["names"]) == ["false", "true"]
    assert drawn.colour_by("trust").colour_by("none").select().selected_ids == []


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda drawn: drawn.colour_by("wheels"), "no column 'wheels'"),
        (lambda drawn: drawn.colour_by([1, 2]), "a value for each of 12 items, got 2"),
        (lambda drawn: drawn.select(["nobody"]), "no item with the id 'nobody'"),
        (lambda drawn: drawn.pick("nobody"), "no item with the id 'nobody'"),
        (lambda drawn: drawn.filter({"wheels": 4}), "no column 'wheels'"),
        (lambda drawn: ex.link(drawn, drawn), "at least two maps"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(columns: Collection, act: Any, words: str) -> None:
    drawn = columns.map()
    marks, colours = drawn.state.marks, drawn.state.colours
    with pytest.raises(ex.InputError, match=words):
        act(drawn)
    assert drawn.state.marks is marks and drawn.state.colours is colours


def test_a_click_picks_and_marks_the_nearest_and_escape_lets_go(
    made: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = made.map()
    browser = opened(drawn, monkeypatch)
    told: list[str] = []
    drawn.on_pick(told.append)
    browser.do("pick", row=25)
    assert drawn.picked == f"{NASTY}25"
    highlight = browser.widget.highlight
    assert highlight["picked"] == 25 and set(highlight["neighbours"][:9]) == set(range(20, 30)) - {25}
    assert drawn.pick(f"{NASTY}1").picked == f"{NASTY}1"
    browser.do("clear", what="picked")
    assert told == [f"{NASTY}25", f"{NASTY}1", ""] and browser.widget.highlight["picked"] == -1
    for wrong in (99, -1, "1", True, None):
        browser.do("pick", row=wrong)
    browser.widget._handle_custom_msg("nothing", [])
    assert drawn.picked == ""


def test_the_browser_asks_for_pictures_and_gets_nothing_beside_the_items(
    made: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = opened(made.map(), monkeypatch)
    assert browser.widget.data["items"]["thumb"] is True
    content, pictures = browser.ask(["a", "thumb", 2], ["b", "item", 3], ["c", "thumb", 30], ["d", "path", 0], "x")
    assert content["answers"] == [
        ["a", None, 0],
        ["b", {"id": f"{NASTY}3", "caption": f"{NASTY} 3", "text": f"{NASTY} 3"}],
        ["c", None],
        ["d", None],
        ["", None],
    ]
    with Image.open(io.BytesIO(pictures[0])) as picture:
        assert picture.format == "WEBP" and picture.size == (24, 24)
    assert browser.widget.data["items"]["ids"] == list(made.items["id"])


def test_linked_maps_share_what_is_selected_picked_and_pointed_at_by_ids(
    made: Collection, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    half = ex.create(
        name="half",
        ids=[f"{NASTY}{n}" for n in range(29, 9, -1)],
        vectors={"own": rng.normal(size=(20, 4))},
        prepare=False,
    )
    with_flat_map(half, "precomputed:own")
    first, again, other = made.map(), made.map(colour="none"), half.map()
    first.select([f"{NASTY}11", f"{NASTY}2"])
    linked = ex.link(first, again, other)
    assert other.selected_ids == [f"{NASTY}11"] and again.selected_ids == first.selected_ids
    browsers = [opened(one, monkeypatch) for one in (first, again, other)]
    other.pick(f"{NASTY}29")
    assert first.picked == again.picked == f"{NASTY}29"
    first.pick(f"{NASTY}2")
    assert other.picked == "" and again.picked == f"{NASTY}2"
    browsers[0].do("hover", row=12)
    browsers[0].do("view", at="1_2_3")
    assert browsers[1].messages == [({"follow": {"pointed": 12}}, None), ({"follow": {"at": "1_2_3"}}, None)]
    assert browsers[2].messages == [({"follow": {"pointed": 17}}, None)]  # its points lie elsewhere
    assert all(one.widget.linked for one in browsers) and len(linked.widget.children) == 3
    linked.unlink()
    first.select()
    assert again.selected_ids and not browsers[0].widget.linked


def test_a_gallery_tells_which_card_was_clicked(made: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    found = made.similar(f"{NASTY}4", k=5)
    gallery, drawn = found.gallery(), made.map()
    gallery.on_pick(drawn.pick)
    assert [card["id"] for card in gallery.widget.data["cards"]] == found.ids
    assert all(card["picture"].startswith("data:image/webp;base64,") for card in gallery.widget.data["cards"])
    gallery.widget._handle_custom_msg({"event": {"action": "query", "id": found.ids[2]}}, [])
    assert gallery.picked == drawn.picked == gallery.widget.marked == found.ids[2]
    gallery.widget._handle_custom_msg({"event": {"action": "query", "id": "another"}}, [])
    assert gallery.picked == found.ids[2]


def test_a_notebook_gets_a_widget_and_a_picture_and_without_the_extra_the_picture_and_how_to_get_it(
    made: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, found = made.map(), made.similar(f"{NASTY}4", k=3)
    kinds = {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert set(drawn._repr_mimebundle_()) == kinds
    side = base64.b64decode(ex.link(drawn, made.map())._repr_mimebundle_()["image/png"])
    with Image.open(io.BytesIO(side)) as opened_file:
        file = opened_file.convert("RGBA")
        assert file.width == 1440
        assert all(file.crop((at, 0, at + 720, file.height)).getbbox() for at in (0, 720))
    assert "text/html" in found.gallery()._repr_mimebundle_()
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    still = made.map()._repr_mimebundle_()
    assert set(still) == {"text/html", "text/plain"}
    assert "pip install" in still["text/html"] and "similarity-explorer[notebook]" in still["text/html"]
    assert ex.link(made.map(), made.map())._repr_mimebundle_()["text/html"].count("data:image/png") == 2
    for need in (lambda: made.map().widget, found.gallery):
        with pytest.raises(ex.InputError, match=r"pip install 'similarity-explorer\[notebook\]'"):
            need()
    assert made.map().select([f"{NASTY}4"]).selected_ids == [f"{NASTY}4"]


def test_no_text_of_the_data_is_markup_in_what_draws_itself(made: Collection, columns: Collection) -> None:
    still = columns.map(colour=NASTY)
    drawn = [
        made.similar(f"{NASTY}4", k=3)._repr_html_(),
        columns._repr_html_(),
        columns.similar(columns.items["id"][0], under=NASTY, k=3)._repr_html_(),
        still_html("", still.state.colours, "a map"),
        ex.compare(made, made.models[0], made.models[0], measures=["cka"])._repr_html_(),
    ]
    for html in drawn:
        assert "<img src=x" not in html
        assert html.count("<div") == html.count("</div>") and html.count("<figure") == html.count("</figure>")
    assert all("&lt;img src=x" in html for html in drawn[:4])


def test_the_still_picture_has_the_points_where_they_lie_in_their_colours() -> None:
    coords = np.array([[0, 0], [2, 0], [2, 1], [np.nan, 0]], np.float32)
    colours = MapColours.categories(np.array([0, 1, 1, 0]), ["a", "b"], label="kind", colours=["#ff0000", "#0000ff"])
    with Image.open(
        io.BytesIO(base64.b64decode(still_png(coords, colours, np.array([True, False, True, True]))))
    ) as file:
        pixels = np.asarray(file)
    places = placed(coords[:3])[0].round().astype(int)
    assert [pixels[y, x].tolist() for x, y in places] == [[255, 0, 0, 255], [0, 0, 255, 70], [0, 0, 255, 255]]
    assert places[1][0] > places[0][0] and places[2][1] < places[1][1]
    assert (pixels[..., 3] > 0).sum() < 2_000
    numbers = MapColours.numbers(np.array([0.0, 1.0, np.nan]), label="n")
    assert rgb_of(numbers).tolist() == [[68, 1, 84], [253, 231, 37], [154, 160, 166]]


@pytest.mark.parametrize(
    ("before", "how", "after"),
    [
        (None, "replace", [0, 1, 1]),
        (None, "add", [0, 1, 1]),
        (None, "subtract", [0, 0, 0]),
        ([1, 1, 0], "replace", [0, 1, 1]),
        ([1, 1, 0], "add", [1, 1, 1]),
        ([1, 1, 0], "subtract", [1, 0, 0]),
    ],
)
def test_what_is_drawn_replaces_adds_or_takes_away(before: list[int] | None, how: str, after: list[int]) -> None:
    mask = None if before is None else np.array(before, bool)
    assert combined(mask, np.array([0, 1, 1], bool), how).tolist() == list(map(bool, after))


def test_the_scripts_have_their_styles_in_them_and_one_export(made: Collection) -> None:
    for script in (widgets.MapWidget._esm, widgets.GalleryWidget._esm):
        assert str(script).count("export default") == 1 and str(script).startswith("const STYLE = ")
