"""Tune as people use it: train a head on the scenes, see its curve and its numbers, go on with it on Explore."""

from typing import Any

import pytest

from tests.browser.conftest import App

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_head_is_trained_with_its_curve_and_explored_with(page: Any, app: App) -> None:
    page.goto(f"{app.url}/Tune?ws=scenes&from=column:shape")
    page.get_by_text("How does a model learn what you call alike?").wait_for()
    page.get_by_label("Name of the result").fill("shapes")
    page.get_by_label("Name of the result").press("Enter")
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".js-plotly-plot").first.wait_for(timeout=90_000)
    app.wait_for_jobs(240)
    page.get_by_text("Before and after").wait_for()
    page.get_by_text("Held-out item 1").wait_for()
    page.get_by_role("link", name="Explore with tuned:shapes").click()
    page.wait_for_url("**/Explore?**")
    assert "model=tuned%3Ashapes" in page.url or "model=tuned:shapes" in page.url
    page.get_by_text("Similarity").first.wait_for()
