"""Label by words as people use it: a keyword is added, and what it changes is seen at once."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.conftest import App

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_keyword_more_is_seen_at_once(page: Any, app: App) -> None:
    words = quote("round: circle\npointed: star")
    page.goto(f"{app.url}/Label?ws=scenes&tab=words&words={words}")
    page.get_by_text("Every one of").wait_for()
    page.get_by_label("a keyword").fill("triangle")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("“triangle” counts for round now:").wait_for()
    assert "triangle" in page.url, "it is part of the link"
    assert (
        page.get_by_role("textbox", name="Labels and their keywords").input_value()
        == "round: circle, triangle\npointed: star"
    )
