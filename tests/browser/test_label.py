"""Label as people use it: keys give labels and take them back; sure guesses become a column and go away again."""

from typing import Any

import pytest

from explorer.features.label.service import labels_of
from explorer.workspace.opened import open_shared
from tests.browser.conftest import App

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_keys_label_items_and_undo_and_accepted_guesses_go_away(page: Any, app: App) -> None:
    folder = app.home / "workspaces" / "scenes"
    page.goto(f"{app.url}/Label?ws=scenes&labelling=keys&method=neighbours&sure=0.5")
    field = page.get_by_label("Label: type it and press Enter")
    for name in ("first", "second"):
        field.fill(name)
        field.press("Enter")
        page.get_by_role("button", name=f"Give {name}").wait_for()
    grid = page.get_by_role("list", name="Items to label")
    cards = grid.get_by_role("listitem")
    began = [cards.nth(place).get_attribute("data-id") for place in range(3)]
    for key in ("1", "2", "s"):
        page.keyboard.press(key)
    page.get_by_text("Saved: 1 item skipped").wait_for()
    assert not {card.get_attribute("data-id") for card in cards.all()} & set(began), "others take their place"
    found = labels_of(open_shared(folder), "keys")
    assert found.counts.tolist() == [1, 1]

    page.keyboard.press("u")
    page.keyboard.press("Control+z")
    page.get_by_text("Saved: “first” given to 1 item").wait_for()
    now = grid.locator(".card.now")
    assert now.get_attribute("data-id") == began[1] and labels_of(open_shared(folder), "keys").counts.tolist() == [1, 0]
    page.keyboard.press("ArrowRight")
    assert now.get_attribute("data-id") != began[1]
    page.keyboard.press("2")
    page.get_by_text("Saved: “second” given to 1 item").wait_for()

    page.get_by_role("radio", name="By examples").click()
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("is a column of these items now").wait_for()
    assert "keys accepted" in open_shared(folder).dataset.attributes
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("was taken away").wait_for()
    assert "keys accepted" not in open_shared(folder).dataset.attributes
