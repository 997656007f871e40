"""Stitching lab, bridge, compatibility and merging in a real browser, on 160 scenes under pocket."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def opened(page: Any, app: App, view: str) -> Any:
    page.goto(f"{app.url}/Compare?ws=scenes&view={view}")
    page.get_by_text("Two models", exact=True).wait_for()
    settled(page)
    return page


def test_guided_example_says_what_the_numbers_say(page: Any, app: App) -> None:
    opened(page, app, "stitch").get_by_text("A good accuracy does not say that layers are alike").wait_for()
    settled(page)
    expect(page.locator("[data-testid=stAlert]")).to_contain_text("at a relative distance of")
    bars = page.locator("[data-testid=stPlotlyChart] .bars .point")
    expect(bars).to_have_count(10)
    expect(page.locator("[data-testid=stDataFrame]")).to_have_count(1)


def test_second_model_is_made_and_asks_the_old_gallery(page: Any, app: App) -> None:
    opened(page, app, "bridge").get_by_role("button", name="Make a second model").click()
    page.get_by_role("button", name="Fit", exact=True).click(timeout=240_000)
    page.get_by_text("Search the old gallery with the new model").wait_for(timeout=240_000)
    page.reload()
    page.get_by_text("Search the old gallery with the new model").wait_for()
    settled(page)
    results = page.locator(".gallery .card")
    expect(results).to_have_count(24)
    page.get_by_label("Text", exact=True).fill("a green house")
    page.get_by_label("Text", exact=True).press("Enter")
    settled(page)
    expect(page.get_by_text("of the first 12 results are the same")).to_have_count(1)


def test_merging_and_compatibility_train_and_draw_and_survive_a_reload(page: Any, app: App) -> None:
    opened(page, app, "merging").get_by_label("Seed of B").fill("3")
    page.get_by_label("Seed of B").press("Enter")
    page.wait_for_url("**seed-b=3**")
    page.get_by_role("button", name="Match", exact=True).click()
    page.get_by_text("Alignment R(0.5)").wait_for(timeout=240_000)
    page.reload()
    page.get_by_text("Alignment R(0.5)").wait_for()
    settled(page)
    expect(page.get_by_label("Seed of B")).to_have_value("3")
    expect(page.locator("[data-testid=stPlotlyChart]")).to_have_count(3)
    opened(page, app, "compatibility&labels=fill&versions=3").get_by_role("button", name="Train both kinds").click()
    page.locator("[data-testid=stMetric]").first.wait_for(timeout=240_000)
    page.reload()
    page.locator("[data-testid=stMetric]").first.wait_for()
    settled(page)
