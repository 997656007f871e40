"""The MAP-Elites page in a real browser: a map is searched for, looked at, clicked, and taken away."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from explorer.features.elites import service
from explorer.features.elites.service import OpenRun
from explorer.workspace.opened import open_shared
from tests.browser.conftest import App, settled
from tests.browser.content import make_run

MAP = "root => root.map"
PIXEL_OF_CELL = """(root, cell) => {
  const map = root.map, box = map.canvas.getBoundingClientRect(), [x, y] = map.centre(cell)
  return [box.left + x, box.top + y]
}"""


@pytest.fixture(scope="module")
def run(app: App) -> OpenRun:
    """A map of the demo that was searched for before."""
    return make_run(open_shared(app.home / "workspaces" / "scenes"))


def shown(page: Any, app: App, address: str) -> None:
    page.goto(f"{app.url}/MAP-Elites?ws=scenes{address}")
    page.wait_for_selector(".elites[data-drawn]")
    settled(page)


def click_cell(page: Any, cell: int) -> None:
    x, y = page.locator(".elites").evaluate(PIXEL_OF_CELL, cell)
    page.mouse.click(x, y)
    page.wait_for_function(f"() => location.search.includes('cell={cell}')")
    settled(page)


def test_hover_click_and_switch(page: Any, app: App, run: OpenRun) -> None:
    shown(page, app, "&run=Seen+before")
    expect(page.locator(".elites")).to_have_attribute("data-drawn", str(len(run.archive.occupied)))
    page.wait_for_selector(".elites[data-pictures=ready]")
    filled = int(run.archive.occupied[0])
    x, y = page.locator(".elites").evaluate(PIXEL_OF_CELL, filled)
    page.mouse.move(x, y)
    tip = page.locator(".elites .tip")
    tip.wait_for(state="visible")
    expect(tip).to_contain_text(run.title(run.elite(filled)).split("/")[-1])
    picture = tip.locator("img")
    picture.evaluate("image => image.complete || new Promise((done) => { image.onload = done })")
    assert picture.evaluate("image => image.naturalWidth") > 0
    click_cell(page, filled)
    page.get_by_text("Nearest items of the data set").first.wait_for()
    settled(page)
    expect(page.get_by_text("Lineage:")).to_have_count(1)
    page.get_by_text("Whole pictures", exact=True).click()
    page.wait_for_url("**show=whole**")
    page.wait_for_function("map => map.atlas.src.includes('/whole?')", arg=page.locator(".elites").evaluate_handle(MAP))
    page.get_by_text("Colours", exact=True).click()
    page.get_by_text("symmetry:").wait_for()
    page.wait_for_url("**show=colours**")


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_the_map_fits_the_first_screen(page: Any, app: App, run: OpenRun, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    shown(page, app, "&run=Seen+before")
    box = page.locator(".elites").bounding_box()
    assert box["y"] < 0.36 * size[1] and box["y"] + box["height"] <= size[1]
    side = page.locator(".elites").evaluate("root => Math.min(root.map.box.w, root.map.box.h)")
    assert side >= min(440, 0.65 * size[0])  # nearly all of what the page leaves
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_empty_cell_says_what_there_is_nothing_of(page: Any, app: App, run: OpenRun) -> None:
    shown(page, app, "&run=Seen+before")
    empty = next(cell for cell in range(36) if run.elite(cell) < 0)
    click_cell(page, empty)
    page.get_by_text(f"Nothing {run.name_of(empty)}").first.wait_for()


def test_the_keyboard_walks_the_map(page: Any, app: App, run: OpenRun) -> None:
    shown(page, app, "&run=Seen+before&cell=0")
    page.locator(".elites canvas").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('cell=1')")
    settled(page)


def test_a_new_map_is_searched_for_and_exported(page: Any, app: App, run: OpenRun, tmp_path: Path) -> None:
    shown(page, app, "")
    page.get_by_role("button", name="New map").click()
    page.get_by_label("Name", exact=True).fill("From the browser")
    page.get_by_label("Evaluations", exact=True).fill("100")
    page.get_by_label("Evaluations", exact=True).press("Tab")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_function("() => location.search.includes('From+the+browser')")
    app.wait_for_jobs()
    shown(page, app, "&run=From+the+browser")
    page.get_by_text("evaluations all 100").wait_for()
    made = service.open_run(open_shared(app.home / "workspaces" / "scenes"), "From the browser")
    assert len(made.log) == 100
    assert made.settings.axes == ("pair:a dark picture|a bright picture", "pair:few objects|many objects")
    page.get_by_role("tab", name="Export").click()
    page.get_by_text("Web page (HTML)", exact=True).click()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the map").click()
    target = tmp_path / "map.html"
    download.value.save_as(target)
    alone = page.context.new_page()
    errors: list[str] = []
    alone.on("pageerror", lambda error: errors.append(str(error)))
    alone.goto(target.as_uri())
    alone.wait_for_selector(".elites[data-pictures=ready]")
    expect(alone.locator(".foot")).to_contain_text("of 400 cells filled")
    bottom = alone.locator(".foot").evaluate("foot => foot.getBoundingClientRect().bottom")
    assert bottom <= alone.viewport_size["height"]  # nothing is cut
    card = alone.get_by_role("complementary", name="The chosen cell")
    expect(card).to_contain_text(f"1 of {len(made.archive.occupied)}, the best first")
    expect(card.locator("img")).to_have_js_property("complete", True)
    assert card.locator("img").evaluate("image => image.naturalWidth") > 0
    first = card.locator("h2").inner_text()
    alone.get_by_role("button", name="The next best one").press("Enter")
    expect(card).to_contain_text(f"2 of {len(made.archive.occupied)}, the best first")
    expect(alone.get_by_role("button", name="The next best one")).to_be_focused()
    expect(card.locator("h2")).not_to_have_text(first)
    alone.emulate_media(color_scheme="dark")
    expect(alone.locator("body")).to_have_css("background-color", "rgb(20, 24, 29)")
    assert errors == []
    alone.close()
