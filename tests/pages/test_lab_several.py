"""Search lab: several vectors an item, and expensive scorers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.explore import state
from explorer.features.lab.scorers.measure import ScorerSettings
from explorer.features.lab.scorers.service import measure_and_keep
from explorer.features.lab.several.store import make_sets
from explorer.workspace.opened import open_shared
from tests.features.lab.several.doubles import Quarters
from tests.pages.visits import component, make_discs, opened, texts, visit

SPEC = "histogram"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lab-pages")
    (root / "files").mkdir()
    make_discs(root / "workspaces" / "discs", root / "files", 60, lambda number: 6 + number // 3, lambda _: {})
    return root


@pytest.fixture
def lab(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    with visit("9_Search_lab", "discs") as test:
        yield test


def test_a_model_without_patches_says_which_has_them(lab: AppTest) -> None:
    shown = texts(opened(lab, tab="several"))
    assert "How are items found by their details" in shown
    assert "histogram gives no several vectors for pictures: choose pocket" in shown


def test_a_marked_part_finds_items_and_outlines_them(lab: AppTest, home: Path) -> None:
    ws = open_shared(home / "workspaces" / "discs")
    make_sets(ws, SPEC, encoder=Quarters())
    shown = opened(lab, tab="several", item="disc-9", part="0,1,1,2")
    assert component(shown, "explorer_part")["box"] == [0, 1, 1, 2]
    cards = component(shown, "explorer_gallery")["cards"]
    assert "disc-9" not in [card["id"] for card in cards]
    assert all(len(card["boxes"]) == 1 and card["boxes"][0][2:] == [0.5, 0.5] for card in cards)
    assert "All items were compared, by Chamfer similarity. Outlined" in texts(shown)
    shown.button(key="lab.detail.whole").click().run()
    assert component(shown, "explorer_part")["box"] == [0, 0, 2, 2]
    assert not any(card["boxes"] for card in component(shown, "explorer_gallery")["cards"])
    assert component(opened(lab, part="9,9,9,9"), "explorer_part")["box"] == [0, 0, 2, 2]  # the middle of so few
    assert "nothing" in texts(opened(lab, item="nothing"))


def test_scorers_are_offered_and_what_was_measured_is_shown(lab: AppTest, home: Path) -> None:
    shown = opened(lab, tab="scorers", setting="ssim")
    assert "Edit distance of texts: The items have no texts." in texts(shown)
    assert shown.selectbox(key="lab.scorer").value == "ssim"
    settings = ScorerSettings(anchor_questions=20, anchor_items=8, rescored=8, items=100)
    found = measure_and_keep(open_shared(home / "workspaces" / "discs"), SPEC, "ssim", settings)
    for name, value in (("anchor_questions", 20), ("anchor_items", 8), ("rescored", 8), ("items", 100)):
        shown.number_input(key=f"lab.scorers.{name}").set_value(value)
    shown.run()
    assert f"All in all the scorer was called {found.asked:,} times" in texts(shown)


def test_an_enlarged_picture_leads_to_its_details(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    make_sets(open_shared(home / "workspaces" / "discs"), SPEC, encoder=Quarters())
    with visit("1_Explore", "discs") as test:
        test.session_state[state.DETAILS] = ("disc-5", [])
        assert opened(test).button(key="explore.details.part").label == "Find a detail"
