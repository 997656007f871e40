"""The Conditional page in a real browser, on 160 scenes."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from explorer.workspace.folder import Workspace
from tests.browser.conftest import App, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def conditional(page: Any, app: App) -> Any:
    """The page under "same background" and "same colour", drawn; no script may fail."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{app.url}/Conditional?ws=scenes&a=focus:aspect:background&b=focus:aspect:colour")
    ids(page, "Under condition B")
    settled(page)
    yield page
    settled(page)
    assert errors == []


def ids(page: Any, label: str) -> list[str]:
    cards = page.locator(f'.gallery[data-label="{label}"] .card')
    cards.first.wait_for()
    return [str(card.get_attribute("data-id")) for card in cards.all()]


def picked(page: Any, app: App) -> str:
    """Id of the item whose picture stands at the top."""
    address = page.locator("img.picked-item").get_attribute("src")
    dataset = Workspace.open(app.home / "workspaces" / "scenes").dataset()
    return str(dataset.ids[int(urlsplit(address).path.split("/")[-1])])


def moved(page: Any, before: str) -> None:
    page.wait_for_function("before => location.href !== before", arg=before)
    page.wait_for_timeout(300)
    settled(page)


def param(page: Any, name: str) -> str:
    return str(parse_qs(urlsplit(page.url).query).get(name, [""])[-1])


def shares(app: App, column: str, item: str, found: list[str]) -> float:
    """How many of the found items have the item's value in a column of known answers."""
    dataset = Workspace.open(app.home / "workspaces" / "scenes").dataset()
    values = dataset.column(column).to_numpy()
    rows = dataset.rows_of([item, *found])
    return float((values[rows[1:]] == values[rows[0]]).mean())


def test_lists_follow_their_conditions_and_a_click_asks_about_another_item(conditional: Any, app: App) -> None:
    item = picked(conditional, app)
    plain = ids(conditional, "Without a condition")
    behind, coloured = ids(conditional, "Under condition A"), ids(conditional, "Under condition B")
    assert item not in plain + behind + coloured
    assert shares(app, "background", item, behind) > max(0.5, shares(app, "background", item, plain))
    assert behind != coloured
    marks = conditional.locator('.gallery[data-label="Under condition A"] .change').all_inner_texts()
    assert marks and all(re.fullmatch(r"=|new|[▲▼]\d+", mark) for mark in marks)
    before = conditional.url
    conditional.locator('.gallery[data-label="Under condition A"] .open').nth(1).click()
    moved(conditional, before)
    assert param(conditional, "item") == behind[1]
    assert picked(conditional, app) == behind[1]
    explore = conditional.locator("[data-testid=stMain]").get_by_role("link", name="Explore from it")
    assert parse_qs(urlsplit(explore.get_attribute("href")).query)["q"] == [f"item:1:{behind[1]}"]


def test_picture_answers_and_map_stand_in_a_small_window_without_scrolling(conditional: Any) -> None:
    conditional.set_viewport_size({"width": 1280, "height": 720})
    conditional.locator(".map[data-drawn]").wait_for()
    settled(conditional)
    main = conditional.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollHeight - main.clientHeight") <= 1
    parts = ["img.picked-item", '[data-label="Without a condition"] .grid', '[data-label="Under condition A"] .grid']
    for part in [*parts, '[data-label="Under condition B"] .grid', ".map"]:
        box = conditional.locator(part).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 720, (part, box)
        assert box["height"] >= (90 if part == "img.picked-item" else 400), (part, box)
    fit = conditional.locator("img.picked-item").evaluate("image => getComputedStyle(image).objectFit")
    assert fit == "contain"


def test_the_map_is_drawn_anew_and_the_slider_leads_back(conditional: Any) -> None:
    conditional.locator(".map[data-drawn]").wait_for()
    conditional.locator(".map canvas").first.wait_for()
    before = conditional.url
    conditional.get_by_role("radiogroup", name="Map of").get_by_text("B", exact=True).click()
    moved(conditional, before)
    expect(conditional.locator("[data-testid=stMain]")).to_contain_text("Map under condition B")
    slider = conditional.get_by_role("slider").first
    for _ in range(20):
        before = conditional.url
        slider.press("ArrowLeft")
        moved(conditional, before)
        if param(conditional, "s") == "0.9":
            break
    assert param(conditional, "s") == "0.9"
    conditional.goto(re.sub(r"&s=[\d.]+", "&s=0", conditional.url))
    plain = ids(conditional, "Without a condition")
    settled(conditional)
    assert ids(conditional, "Under condition A") == plain
