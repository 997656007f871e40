"""Pictures and words as people use it: choose labels, train, see all states on one axis, go on with the model."""

from typing import Any

import pytest

from tests.browser.conftest import App

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_pictures_are_tuned_in_a_job_and_all_states_are_shown(page: Any, app: App) -> None:
    page.goto(f"{app.url}/Tune?ws=scenes&tab=pictures&column=shape&setting=head")
    page.get_by_text("Can pictures be tuned by labels so that words still find them?").wait_for()
    page.get_by_role("button", name="Train and measure").click()
    page.get_by_text("Pictures and words, before and after").wait_for(timeout=240_000)
    page.get_by_role("button", name="Train again").wait_for()
    assert page.get_by_text("MCArcMargin, the loss of MCIP on captions, is a reconstruction").is_visible()
    assert "tuned:scenes-shape-head-mcip" in page.get_by_role("link", name="MCIP: labels and captions").inner_text()
