"""The Search lab as people use it: measure, look, come back by the address; small collections are told so."""

from typing import Any

import pytest

from tests.browser.conftest import App

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_ways_are_measured_in_a_job_and_the_address_shows_them_again(page: Any, app: App) -> None:
    page.goto(f"{app.url}/Search_lab?ws=scenes")
    page.get_by_role("radio", name="Batches").click()
    page.get_by_text("How can many filtered queries be answered together?").wait_for()
    page.get_by_role("button", name="Measure").click()
    page.get_by_text("The tree that was made for these queries").wait_for()
    app.wait_for_jobs()
    told = page.get_by_text("different filters").inner_text()
    assert "the same answers as one by one" in told
    again = page.context.new_page()
    again.goto(page.url)
    again.get_by_role("button", name="Measure again").wait_for()
    assert again.get_by_text("different filters").inner_text() == told, "what was measured is kept"
    again.close()
