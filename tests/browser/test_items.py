"""Items in a real browser: enlarged, as a table, on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUERY = "ws=scenes&q=item:1:scene-0003&k=12"
CARDS = ".gallery[data-label=Results] .card"


def open_results(page: Page, app: App, more: str = "") -> None:
    page.goto(f"{app.url}/Explore?{QUERY}{more}")
    page.locator(".map[data-drawn]").wait_for()
    settled(page)


def test_an_enlarged_item_fills_the_window_and_arrows_go_on(page: Any, app: App) -> None:
    open_results(page, app)
    card = page.locator(CARDS).nth(1)
    card.hover()
    card.get_by_role("button", name="Enlarge").click()
    dialog = page.get_by_role("dialog")
    picture = dialog.locator("img.large")
    expect(picture).to_be_visible()
    expect(dialog).to_contain_text("2 of 12")
    first = picture.get_attribute("src")
    assert picture.get_attribute("alt")
    assert picture.bounding_box()["height"] > 0.75 * page.viewport_size["height"]
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("3 of 12")
    expect(picture).not_to_have_attribute("src", first)
    dialog.get_by_role("button", name="Conditional").click()
    page.wait_for_url("**/Conditional?**item=scene-*")


def test_a_table_has_pictures_reaches_the_end_of_the_window_and_marks_its_row_on_the_map(page: Any, app: App) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_results(page, app, "&as=table")
    canvas = page.locator(".st-key-explore-table canvas").first
    canvas.wait_for()
    page.wait_for_function(
        "() => { const box = document.querySelector('.st-key-explore-table').getBoundingClientRect();"
        " return box.bottom <= innerHeight && innerHeight - box.bottom <= 24 }"
    )
    search = page.locator("[class*='st-key-explore-table-results-query']").get_by_role("button")
    expect(search).to_be_disabled()
    canvas.click(force=True, position={"x": 16, "y": 35 + 64 * 2 + 32})
    expect(search).to_be_enabled()
    assert any("/thumbs/scenes/" in url and "size=128" in url for url in asked)
    search.click()
    page.wait_for_function("() => !decodeURIComponent(location.search).includes('scene-0003')")


def test_buttons_of_cards_are_large_enough_for_a_thumb_and_hide_no_picture(browser: Any, app: App) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_results(page, app)
    card = page.locator(CARDS).first
    picture = card.locator("img").bounding_box()
    for button in card.locator(".tools button").all():
        box = button.bounding_box()
        assert box["width"] >= 32 and box["height"] >= 32
        assert box["y"] >= picture["y"] + picture["height"] - 1
    context.close()
