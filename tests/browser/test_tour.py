"""The tour of the demo as it is shown to an audience: by keyboard, on a projector, in the dark."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from explorer.base.progress import Silent
from explorer.library import demo_more
from explorer.library.demo_more import SEARCHES, Amount, make_more
from explorer.workspace.demo import create_notes_demo
from explorer.workspace.folder import Workspace
from explorer.workspace.tours_store import load_tour
from tests.browser.conftest import TIMEOUT, App, serve, settled

pytestmark = pytest.mark.browser
NOTES = 40
SMALL = Amount(people=2, questions=12, items=12, per_question=2, share=0.03)
ANSWERS = [
    "text=Where are stars in a spiral at night?",
    "canvas",
    "[data-label=Results] li >> nth=3",
    "[data-label=Results] li >> nth=3",
    "text=same shape: flower",
    "text=built the same way",
    "text=Relational head >> visible=true",
    "text=of the 10 nearest are the same under both",
    "text=0 is chance at any number of items",
    "text=cells filled",
    "text=24 of 24 answers",
    "text=share of people's answers given",
]
"""What each of the twelve stops shows once its answer is there."""
WRONG = "[data-testid=stException], [data-testid=stAlertContentError], [data-testid=stAlertContentWarning]"
FEW = "there are few items for this many dimensions"
"""Compare says so of the small demo of this test, and not of the whole one."""
LEFT = (
    "[sessionStorage['explorer-tour-dark'], localStorage['explorer-before-tour'], localStorage['stActiveTheme-/-v2']]"
)


@pytest.fixture(scope="module")
def demo(scenes_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on both demos of the tour, in small, with all that they make."""
    home = tmp_path_factory.mktemp("tour") / "home"
    shutil.copytree(scenes_home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(home))
        patch.setattr(demo_more, "FINER", "pca")
        patch.setattr(demo_more, "LAYERS_OF", ())
        patch.setattr(demo_more, "SEARCHES", SEARCHES[1:])  # the other one draws scenes, which takes long
        make_more(Workspace.open(home / "workspaces" / "scenes"), Silent(), SMALL)
        create_notes_demo(home / "workspaces", Silent(), NOTES)
    yield from serve(home, home)


def at_stop(page: Any, number: int) -> None:
    """Wait until the page shows this stop, whole."""
    page.locator(".count").get_by_text(f"{number} / 12", exact=True).wait_for()
    page.locator(ANSWERS[number - 1]).first.wait_for()


def test_the_tour_of_the_demo_is_walked_by_keyboard(browser: Any, demo: App) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme="light")
    context.set_default_timeout(TIMEOUT)
    page = context.new_page()
    stops = load_tour("demo").stops
    page.goto(f"{demo.url}/?tour=demo&stop=1")  # a short link
    for number, stop in enumerate(stops, 1):
        at_stop(page, number)
        settled(page)
        assert page.locator(".caption").inner_text() == stop.caption
        assert page.get_by_text("Back to the stop").is_hidden()
        assert [one for one in page.locator(WRONG).all_inner_texts() if FEW not in one] == [], number
        page.keyboard.press("PageDown" if number % 2 else "ArrowRight")
    assert page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme") == "dark"
    assert page.locator("[data-testid=stSidebar]").is_hidden()
    box = page.locator(".band").bounding_box()
    assert (box["x"], box["y"], box["width"]) == (0, 0, 1280) and box["height"] < 100
    assert page.locator("[data-testid=stMainBlockContainer]").get_by_role("heading").first.bounding_box()["y"] > 90
    leave_and_come_back(page, demo)
    context.close()


def leave_and_come_back(page: Any, demo: App) -> None:
    """Click away and back, load anew, jump to both ends, begin anew, end."""
    page.get_by_text("People with each other").click()
    page.get_by_text("Back to the stop").wait_for()
    page.reload()
    page.get_by_text("Back to the stop").click()
    at_stop(page, 12)
    page.get_by_text("Back to the stop").wait_for(state="hidden")
    page.keyboard.press("Home")
    at_stop(page, 1)
    page.keyboard.press("End")
    at_stop(page, 12)
    page.keyboard.press("PageUp")
    at_stop(page, 11)
    before = {path: path.stat().st_mtime_ns for path in demo.home.rglob("*.json")}
    page.get_by_role("button", name="From the beginning").click()
    at_stop(page, 1)
    assert {path: path.stat().st_mtime_ns for path in demo.home.rglob("*.json")} == before
    page.keyboard.press("Escape")
    page.locator("[data-testid=stSidebar]").wait_for()
    page.get_by_text("Show me around").wait_for()
    assert "tour=" not in page.url and page.locator(".band").count() == 0
    marked, kept, theme = page.evaluate(LEFT)
    assert (marked, kept) == (None, None) and theme in (None, '"System"'), "the theme is what it was before"
