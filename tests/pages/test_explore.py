"""The Explore page, run as Streamlit runs it: from app.py, then switched to; widgets are found by key."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.explore.result_panel import explain_numbers, results_of
from explorer.app.explore.solid_panel import solid_figure
from explorer.app.explore.state import Context
from explorer.app.explore.view import ADDRESS
from explorer.workspace.finding import workspace_folder
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.jobs import read_job, start
from explorer.workspace.opened import open_shared
from explorer.workspace.saved import load_views
from tests.pages.visits import COLOURS, charts, component, count_reads, disc, make_discs, opened, texts, visit

COUNT = 80


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EXPLORER_HOME with 80 pictures of discs under the colour histogram, which reads no texts."""
    root, files = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("pictures")

    def columns(number: int) -> dict[str, object]:
        return {"colour": COLOURS[number % 4], "width": 2 * (4 + number // 4), "note": f"disc number {number}"}

    make_discs(root / "workspaces" / "discs", files, COUNT, lambda number: 4 + number // 4, columns)
    return root


@pytest.fixture
def explore(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page, not yet run."""
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    with visit("1_Explore", "discs") as test:
        yield test


def param(test: AppTest, name: str) -> list[str]:
    value = test.query_params[name]
    return [value] if isinstance(value, str) else list(value)


def panels(test: AppTest) -> list[str]:
    """What can be shown beside the map now."""
    return list(test.button_group(key="explore.tool").options)


def test_without_a_query_it_says_how_to_begin(explore: AppTest) -> None:
    shown = texts(opened(explore))
    assert "Start anywhere" in shown
    assert "All 80 items pass" in shown
    assert any("PCA shows the two directions" in one.help for one in explore.markdown)


def test_items_without_vectors_say_what_to_do_or_how_far_it_is(
    explore: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(disc("red", 9))
    ws = import_source(tmp_path / "in", tmp_path / "workspaces" / "new")
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    assert "press “Prepare for search”" in texts(opened(explore, ws="new"))
    job = start(ws.path, ["prepare", str(ws.path), "--model", "histogram"], "Prepare new")
    assert "being prepared" in texts(explore.run())
    deadline = time.monotonic() + 120
    while read_job(job.folder).state == "running" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert read_job(job.folder).state == "done"
    assert "Start anywhere" in texts(explore.run())


def test_an_item_of_the_link_is_answered_with_words_on_the_numbers(explore: AppTest) -> None:
    test = opened(explore, q="item:1:disc-3")
    assert panels(test) == ["Results · 24"]
    context = Context(open_shared(workspace_folder("discs")), "histogram", ADDRESS.read({"q": ["item:1:disc-3"]})[0])
    found = results_of(context)
    assert found is not None
    words = explain_numbers(context, found)
    assert "Similarity = cosine" in words
    assert "A typical item has" in words


def test_a_filter_of_the_link_changes_the_answer_and_the_counts_of_the_other_columns(explore: AppTest) -> None:
    test = opened(explore, q="item:1:disc-3", f="colour:values:red")
    assert "20 of 80 items pass. All of these were compared with the query (exact on the subset)." in texts(test)
    assert len(component(test, "explorer_gallery")["cards"]) == 20
    found = charts(test)
    assert [(bar["count"], bar["picked"]) for bar in found["colour"]["bars"]] == [
        (20, name == "red") for name in sorted(COLOURS)
    ]
    assert sum(bar["count"] for bar in found["width"]["bars"]) == 20
    assert component(test, "explorer_bars")["chips"] == [{"column": "colour", "words": "red"}]


def test_a_selection_narrows_what_the_charts_count(explore: AppTest) -> None:
    test = opened(explore, sel="replace:pca:0_-9_9_-9_9_9_0_9:histogram", f="width:range:,30.0")
    selected = len(component(test, "explorer_gallery")["cards"])
    found = charts(test)
    assert 0 < selected < 48
    assert sum(bar["count"] for bar in found["colour"]["bars"]) == selected
    assert sum(bar["count"] for bar in found["width"]["bars"]) > selected  # its own filter does not count for it


def test_a_range_and_a_text_filter(explore: AppTest) -> None:
    test = opened(explore, f="width:range:,20.0;note:contains:number%201")
    assert "11 of 80 items pass" in texts(test) and "compared with the query" not in texts(test)
    assert panels(test) == ["Passing · 11"]
    assert "11 of 80 items that pass the filters" in texts(test)
    assert len(component(test, "explorer_gallery")["cards"]) == 11
    assert charts(test)["note"]["text"] == "number 1"


def test_undo_and_redo_walk_through_the_views(explore: AppTest) -> None:
    test = opened(explore)
    assert test.button(key="explore.undo").disabled
    test.selectbox(key="explore.colour").set_value("column:colour").run()
    assert param(test, "color") == ["column:colour"]
    test.button(key="explore.undo").click().run()
    assert "color" not in test.query_params
    assert test.selectbox(key="explore.colour").value == ""
    test.button(key="explore.redo").click().run()
    assert param(test, "color") == ["column:colour"]


def test_moving_the_map_is_no_step_that_undo_takes_back(explore: AppTest) -> None:
    test = opened(explore, at="0_0_2")
    test.query_params["at"] = "1_1_4"
    test.run()
    assert test.button(key="explore.undo").disabled
    test.query_params["at"] = "somewhere"
    assert "at='somewhere'" in texts(test.run())


def test_a_drawn_region_is_counted_explained_and_saved(explore: AppTest, home: Path) -> None:
    everything = "replace:pca:-9_-9_9_-9_9_9_-9_9:histogram"
    test = opened(explore, sel=everything)
    assert "80 of 80 items selected" in texts(test)
    opened(test, sel=[everything, "subtract:pca:0_-9_9_-9_9_9_0_9:histogram"])
    shown = texts(test)
    assert "80 of 80" not in shown
    assert "items selected" in shown
    assert panels(test)[1].startswith("Selection · ")
    assert "more or less common here" in texts(opened(test, **{"as": "apart"}))
    opened(test, tool="views")
    test.text_input(key="explore.save_view.name").set_value("left half").run()
    test.button(key="explore.save_view.button").click().run()
    saved = load_views(Workspace.open(home / "workspaces" / "discs"))[-1]
    assert (saved.name, 0 < len(saved.ids) < 80) == ("left half", True)
    test.button(key="explore.view.left half.select").click().run()
    assert f"{len(saved.ids)} of 80 items selected" in texts(test)


def test_a_picture_is_searched_by_and_kept_for_the_link(explore: AppTest) -> None:
    test = opened(explore)
    test.chat_input(key="explore.line").upload("mine.png", disc("green", 9), "image/png").run()
    assert param(test, "q")[0].startswith("image:1:")
    test.chat_input(key="explore.line").upload("broken.png", b"no picture", "image/png").run()
    assert "broken.png" in texts(test)


def test_a_text_for_a_model_without_texts_is_refused_in_words(explore: AppTest) -> None:
    test = opened(explore)
    test.chat_input(key="explore.line").set_value("a red disc").run()
    assert param(test, "q") == ["text:1:a red disc"]
    for _ in range(50):
        if "cannot make vectors of texts" in texts(test):
            break
        test.run()
    assert "cannot make vectors of texts" in texts(test)


def test_an_empty_line_is_answered_in_words(explore: AppTest) -> None:
    test = opened(explore)
    test.chat_input(key="explore.line").set_value("   ").run()
    assert "Type some words" in texts(test)
    assert "q" not in test.query_params


def test_the_items_can_be_turned_in_three_dimensions(explore: AppTest) -> None:
    test = opened(explore, tool="solid", color="column:colour", f="colour:values:red,green")
    assert "40 items under histogram, by PCA" in texts(test)
    figure = json.loads(test.get("plotly_chart")[0].proto.spec)
    points = figure["data"][0]
    assert points["type"] == "scatter3d" and len(points["text"]) == 40
    assert len(set(points["marker"]["color"])) == 2, "the colours of the map"
    many = solid_figure(np.zeros((20_000, 3), dtype=np.float32), [], []).data[0]
    assert points["marker"]["size"] > 4 * many.marker.size, "more points are smaller"


def test_duplicates_and_outliers(explore: AppTest) -> None:
    test = opened(explore, tool="duplicates", dup="0.999")
    assert "keeping one of each would remove" in texts(test)
    assert "weakest pair" in texts(test)
    assert "tenth nearest neighbour" in texts(opened(test, tool="outliers"))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"q": "text:much:water"}, "The link holds something"),
        ({"q": "item:1:nobody"}, "There is no item with the id 'nobody'"),
        ({"q": "image:1:" + "0" * 32}, "no longer in the workspace"),
        ({"q": "item:0:disc-1"}, "have weight 0"),
        ({"f": "wheels:values:4"}, "A filter of this link was left out"),
        ({"f": "%%%"}, "The filters of this link were left out"),
        ({"sel": "add:umap:0_0_1_1_1_0:gone"}, "drawn on a map that is not there"),
        ({"view": "nothing"}, "no saved view named “nothing”"),
        ({"map": "globe"}, "map='globe' (expected one of umap, pca)"),
    ],
)
def test_damaged_links_end_in_a_message(explore: AppTest, params: dict[str, str], words: str) -> None:
    assert words in texts(opened(explore, **params))


def test_one_run_opens_the_workspace_once_and_reads_the_address_once(
    explore: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = count_reads(monkeypatch)
    opened(explore, q="item:1:disc-3", f="colour:values:red", tool="outliers")
    assert counts == {"opens": 1, "addresses": 1}
