"""Tune's tabs for texts as people use them: columns are chosen, the link has them, and what does not do is told."""

from typing import Any

import pytest

from tests.browser.conftest import App, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_columns_stand_in_the_link_and_a_column_that_does_not_do_is_told(page: Any, app: App) -> None:
    page.goto(f"{app.url}/Tune?ws=scenes&tab=domains&first=caption&second=relation_caption&column=shape")
    page.get_by_text("Does every domain need a model of its own?").wait_for()
    page.get_by_role("radio", name="Questions").click()
    page.get_by_text("Do two questions ask the same?").wait_for()
    page.get_by_role("radio", name="Titles").click()
    page.get_by_text("Which entry of a closed list does a title mean").wait_for()
    settled(page)
    assert "tab=titles" in page.url
    page.goto(f"{app.url}/Tune?ws=scenes&tab=questions&first=caption&second=relation_caption&label=shape")
    page.get_by_role("button", name="Train and measure").click()
    app.wait_for_jobs()
    page.get_by_text("Labels of pairs: expected one of 1").first.wait_for()
