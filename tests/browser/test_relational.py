"""The Relational page in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import expect

from explorer.heads.store import write_head
from tests.browser.conftest import App, settled
from tests.encoders.heads import random_relational


@pytest.fixture(scope="module")
def headed(app: App) -> App:
    """The app with a relational head of random numbers; its vectors are not made yet."""
    write_head(app.home / "heads" / "random", random_relational(), "")
    return app


def test_from_no_vectors_to_a_corner(headed: App, page: Any) -> None:
    page.goto(f"{headed.url}/Relational?ws=scenes&item=scene-0003")
    settled(page)
    page.get_by_role("button", name="Work out the logic of all images").click()
    page.wait_for_selector(".space .tile")
    settled(page)
    tiles = page.locator(".tile")
    tiles.nth(10).wait_for()
    width = "image => image.decode().then(() => image.naturalWidth)"
    assert page.locator(".tile img").first.evaluate(width) == 64
    tiles.nth(0).focus()
    expect(page.locator(".space .card")).to_contain_text(tiles.nth(0).get_attribute("data-id"))
    page.get_by_role("button", name="Looks alike, different logic").click()
    page.wait_for_url("**corner=lookalike**")
    settled(page)
    chosen = tiles.nth(1).get_attribute("data-id")
    tiles.nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**item={chosen}**")
    settled(page)
    expect(page.locator("[data-testid=stMain]")).to_contain_text(chosen)


def test_an_analogy_by_clicks(headed: App, page: Any) -> None:
    page.goto(f"{headed.url}/Relational?ws=scenes&part=analogy")
    settled(page)
    for name in ("A", "B", "C"):
        page.get_by_text(f"Pick {name}", exact=True).wait_for()
        settled(page)
        page.locator(".items button").nth({"A": 3, "B": 5, "C": 7}[name]).click()
    page.get_by_text("Vector offset (3CosAdd)").wait_for()
    settled(page)
    expect(page.locator(".items button")).to_have_count(3 + 3 * 6, timeout=60_000)
    page.reload()
    settled(page)
    page.get_by_text("Ratio (3CosMul)").wait_for()
    page.wait_for_selector(".items button")
    page.wait_for_url("**c=scene-**")
