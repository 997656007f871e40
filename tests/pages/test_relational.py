"""The Relational page, run as Streamlit runs it: from app.py, then switched to; widgets are found by key."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.base.progress import Silent
from explorer.encoders.pool import POOL
from explorer.features.relational.contract import methods_of
from explorer.features.relational.plane import CORNERS
from explorer.heads.head import heads_root
from explorer.heads.store import write_head
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.embedding import embed
from explorer.workspace.preparing import prepare
from tests.encoders.heads import random_relational
from tests.pages.visits import count_reads, opened, texts, visit

COUNT = 48


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An EXPLORER_HOME with 48 scenes under pocket, the histogram and a relational head of random numbers."""
    root = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(root))
        ws = create_scenes_demo(root / "workspaces", Silent(), COUNT)
        prepare(ws, "histogram", method="pca", progress=Silent())
        write_head(heads_root() / "random", random_relational(), "")
        embed(ws, "relational:random")
        yield root


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page, not yet run."""
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    with visit("3_Relational", "scenes") as test:
        yield test


def shown(test: AppTest, kind: str) -> list[dict[str, object]]:
    """The data of the components of one kind, in order."""
    found = []
    for one in test.get("bidi_component"):
        proto = one.proto
        if proto.component_name.endswith(kind):
            found.append(json.loads(proto.json))
    return found


@pytest.mark.parametrize("address", [{"item": "scene-0003"}, {"part": "analogy", "a": "scene-0001"}])
def test_one_run_opens_the_workspace_once_and_reads_the_address_once(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, address: dict[str, str]
) -> None:
    counts = count_reads(monkeypatch)
    opened(page, **address)
    assert counts == {"opens": 1, "addresses": 1}


def test_what_cannot_be_read_in_the_address_is_told(page: AppTest) -> None:
    opened(page, corner="north", part="nowhere")
    assert "corner='north' (expected one of analogous, alike, lookalike, unrelated)" in texts(page)
    assert "part='nowhere'" in texts(page)
    assert "Pick an item to begin with" in texts(page)


def test_begins_with_items_to_pick(page: AppTest) -> None:
    opened(page)
    assert "Pick an item to begin with" in texts(page)
    assert len(shown(page, "items")[0]["items"]) == 18  # type: ignore[arg-type]


def test_a_picked_item_is_set_against_all_others(page: AppTest) -> None:
    opened(page, item="scene-0003")
    text = texts(page)
    assert "Picked item" in text and "`{" in text
    assert any(f"all {COUNT - 1} items" in one.help for one in page.caption)
    data = shown(page, "space")[0]
    tiles = data["tiles"]
    assert isinstance(tiles, list) and 5 < len(tiles) < COUNT
    assert "scene-0003" not in [tile["id"] for tile in tiles]
    assert all(0 <= tile["x"] <= 1 and 0 <= tile["y"] <= 1 for tile in tiles)
    assert all("{" in tile["words"] for tile in tiles)
    assert data["corner"] == "analogous"


def test_the_corner_is_in_the_address(page: AppTest) -> None:
    opened(page, item="scene-0003", corner="lookalike")
    assert page.selectbox(key="relational.corner").value == "lookalike"
    page.selectbox(key="relational.corner").set_value("alike").run()
    assert page.query_params["corner"] in ("alike", ["alike"])
    assert shown(page, "space")[0]["corner"] == "alike"
    assert {one["name"] for one in shown(page, "space")[0]["corners"]} == set(CORNERS)  # type: ignore[attr-defined]


def test_an_unknown_item_is_told(page: AppTest) -> None:
    opened(page, item="nothing")
    assert "There is no item with the id “nothing”" in texts(page)
    assert "Pick an item to begin with" in texts(page)


def test_items_are_found_by_their_logic_and_by_id(page: AppTest) -> None:
    POOL.forget("relational:random")
    POOL.get("relational:random")
    opened(page)
    page.text_input(key="relational.pick.text").set_value("{things} in a spiral").run()
    found = shown(page, "items")[0]["items"]
    assert isinstance(found, list) and len(found) == 12
    assert "by its logic; cosine under relational:random" in texts(page)
    page.text_input(key="relational.pick.text").set_value("scene-0007").run()
    assert [one["id"] for one in shown(page, "items")[0]["items"]] == ["scene-0007"]  # type: ignore[attr-defined]


def test_an_analogy_is_answered_by_every_method(page: AppTest) -> None:
    asked = ["scene-0001", "scene-0002", "scene-0003"]
    opened(page, part="analogy", a=[asked[0]], b=[asked[1]], c=asked[2])
    text = texts(page)
    assert all(name in text for name in ("Vector offset (3CosAdd)", "Ratio (3CosMul)", "Relational head"))
    question, *answers = shown(page, "items")
    assert [one["id"] for one in question["items"]] == asked  # type: ignore[attr-defined]
    assert len(answers) == len(methods_of("analogy")) == 3
    for one in answers:
        ids = [item["id"] for item in one["items"]]  # type: ignore[attr-defined]
        assert len(ids) == 6 and not set(ids) & set(asked)


def test_an_analogy_says_what_is_missing(page: AppTest) -> None:
    opened(page, part="analogy")
    assert "**Pick A**" in texts(page)
    opened(page, a=["scene-0001"])
    assert "**Pick B**" in texts(page)
    opened(page, b=["gone"])
    assert "no item with the id “gone”" in texts(page)


def test_an_example_fills_the_question(page: AppTest) -> None:
    opened(page, part="analogy")
    page.button(key="relational.example").click().run()
    assert page.query_params["c"]
    assert len(shown(page, "items")) == 4


def test_captions_are_made_anonymous_by_the_rules(page: AppTest) -> None:
    opened(page, part="own")
    assert "anonymous captions in the column “relation_caption”" in texts(page)
    page.text_input(key="relational.try").set_value("Two red dogs chasing a zorgle").run()
    assert "`{Animals}` chasing a zorgle" in texts(page)
    assert "May still name something: zorgle" in texts(page)
    assert not page.button(key="relational.train").disabled


def test_a_model_without_a_head_says_what_to_do(page: AppTest) -> None:
    opened(page, model="histogram", item="scene-0001")
    assert "no relational head for the model histogram" in texts(page)
    assert "train one from captions" in texts(page)


def test_a_head_trained_again_asks_for_new_vectors(page: AppTest, home: Path) -> None:
    write_head(heads_root() / "random", random_relational(seed=5), "")
    try:
        opened(page, item="scene-0002")
        assert "has been trained again since its vectors were made" in texts(page)
        assert page.button(key="relational.again")
    finally:
        write_head(heads_root() / "random", random_relational(), "")
