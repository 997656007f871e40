"""The Compare page in a real browser: clicks on a heatmap cell, a map point and a card reach the page."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer.features.compare.layers import collect_layers
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from tests.browser.conftest import App, serve, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SECOND = "histogram"
BRIGHT = "paths => paths.filter(path => Number(path.style.opacity || 1) > 0.5).length"


@pytest.fixture(scope="module")
def compared(scenes_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on a copy of the scenes, also under the colour histogram, with pocket's activations collected."""
    home = tmp_path_factory.mktemp("compared") / "home"
    shutil.copytree(scenes_home, home)
    ws = Workspace.open(home / "workspaces" / "scenes")
    embed(ws, SECOND)
    collect_layers(ws, "pocket", items=500)
    yield from serve(home, home)


def test_scores_and_a_changed_item(compared: App, page: Any) -> None:
    page.goto(f"{compared.url}/Compare?ws=scenes&n=500")
    page.get_by_text("How alike the two models are").wait_for()
    settled(page)
    expect(page.get_by_test_id("stMetric")).to_have_count(3)
    point = page.locator(".js-plotly-plot .points path").nth(5)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**item=scene-*")
    settled(page)
    item = page.url.split("item=")[1].split("&")[0]
    page.get_by_text(f"{item} · on average").wait_for()


def test_the_neighbours_under_both_models_come_first_and_in_the_window(compared: App, page: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{compared.url}/Compare?ws=scenes&n=500")
    page.get_by_role("button", name="Show me where they differ most").click()
    page.wait_for_url("**item=scene-*")
    settled(page)
    lists = [page.locator(f'.gallery[data-label="Nearest under {model}"]') for model in ("pocket", SECOND)]
    tops = [one.locator(".grid").bounding_box() for one in lists]
    assert tops[0]["y"] == tops[1]["y"] and tops[0]["x"] < tops[1]["x"]
    assert all(box["y"] + box["height"] <= 720 and box["height"] > 400 for box in tops)
    maps = page.locator(".js-plotly-plot").first.bounding_box()
    assert maps["x"] > tops[1]["x"] and maps["y"] + maps["height"] <= 720
    found = [[str(card.get_attribute("data-id")) for card in one.locator(".card").all()] for one in lists]
    marks = lists[0].locator(".change").all_inner_texts()
    assert len(found[0]) == 10 and [mark == "only here" for mark in marks] == [one not in found[1] for one in found[0]]


def test_a_lasso_around_points_follows_them_on_both_maps(compared: App, page: Any) -> None:
    page.goto(f"{compared.url}/Compare?ws=scenes&n=500")
    page.locator('.gallery[data-label="Nearest under pocket"] .card').first.wait_for()
    settled(page)
    plot = page.locator(".js-plotly-plot").first
    plot.scroll_into_view_if_needed()
    plot.locator('.modebar-btn[data-title="Lasso Select"]').click()
    area = plot.locator(".nsewdrag").first.bounding_box()
    corners = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3)]
    places = [(area["x"] + area["width"] * x, area["y"] + area["height"] * y) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()
    page.get_by_text("items selected: they keep").wait_for()
    settled(page)
    bright = [trace.locator("path").evaluate_all(BRIGHT) for trace in plot.locator(".points").all()]
    bright = [count for count in bright if count > 1]
    assert len(bright) == 2 and bright[0] == bright[1]
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("items selected: they keep")).to_have_count(0)


def test_a_click_on_a_cell_opens_its_items(compared: App, page: Any) -> None:
    page.goto(f"{compared.url}/Compare?ws=scenes&n=500&view=layers&b=pocket")
    page.get_by_text("Which items cause it: block 4 of A and output of B").wait_for()
    settled(page)
    plot = page.locator(".js-plotly-plot").first
    inner = plot.locator(".nsewdrag").first.bounding_box()
    cell = inner["width"] / 6, inner["height"] / 6
    page.mouse.click(inner["x"] + 1.5 * cell[0], inner["y"] + 0.5 * cell[1])
    page.wait_for_url("**cell=stem*")
    page.get_by_text("Which items cause it: stem of A and block 1 of B").wait_for()
    settled(page)


def test_layers_of_a_network_are_uploaded_and_compared(compared: App, page: Any, tmp_path: Path) -> None:
    ids = [str(one) for one in Workspace.open(compared.home / "workspaces" / "scenes").dataset().ids]
    x = np.random.default_rng(0).normal(size=(len(ids), 4)).astype(np.float32)
    np.savez(tmp_path / "mine.npz", first=x, second=x[:, :2], ids=np.array(ids))
    page.goto(f"{compared.url}/Compare?ws=scenes&n=500&view=layers&b=pocket")
    page.get_by_text("Bring layers of your own network").click()
    page.locator('input[type="file"]').set_input_files(str(tmp_path / "mine.npz"))
    page.get_by_role("button", name="Bring", exact=True).click()
    page.get_by_text("layers:mine: 2 layers of").first.wait_for(state="attached")
    page.goto(f"{compared.url}/Compare?ws=scenes&n=500&view=layers&a=layers:mine&b=layers:mine")
    page.get_by_text("Which items cause it: first of A and second of B").wait_for()
    settled(page)


def test_the_view_is_in_the_address_and_many_models_are_shown(compared: App, page: Any) -> None:
    page.goto(f"{compared.url}/Compare?ws=scenes&n=500&view=many")
    page.get_by_text("With two models there is only one distance").wait_for()
    settled(page)
    page.get_by_text("Two models", exact=True).click()
    page.get_by_text("How alike the two models are").wait_for()
    assert "view=many" not in page.url
