"""The Explore page in a real browser, on 160 scenes under two models."""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from explorer.base.progress import Silent
from explorer.workspace.folder import Workspace
from explorer.workspace.preparing import prepare
from tests.browser.conftest import App, serve, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CARDS = ".gallery[data-label=Results] .card"


@pytest.fixture(scope="module")
def explore_app(scenes_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on a copy of the scenes that has a second model, the colour histogram."""
    home = tmp_path_factory.mktemp("explore")
    shutil.copytree(scenes_home, home, dirs_exist_ok=True)
    prepare(Workspace.open(home / "workspaces" / "scenes"), "histogram", method="pca", progress=Silent())
    yield from serve(home, tmp_path_factory.mktemp("explore-data"))


@pytest.fixture
def explore(page: Any, explore_app: App) -> Any:
    """The Explore page, drawn, and a check at the end that no script failed."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_view(page, explore_app, "")
    yield page
    settled(page)
    assert errors == []


def open_view(page: Any, app: App, query: str) -> None:
    page.goto(f"{app.url}/Explore?ws=scenes&{query}")
    page.locator(".map[data-drawn]").wait_for()
    page.locator(".gallery .card").first.wait_for()
    settled(page)


def ask(page: Any, text: str) -> None:
    """Type on the query line, and wait until the address has changed and the page is drawn."""
    before = page.url
    box = page.locator("[data-testid=stChatInputTextArea]")
    box.fill(text)
    box.press("Enter")
    moved(page, before)


def moved(page: Any, before: str) -> None:
    page.wait_for_function("before => location.href !== before", arg=before)
    page.wait_for_timeout(200)
    settled(page)


def params(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def results(page: Any) -> list[str]:
    """Ids of the results, in order; waits for the first."""
    page.locator(CARDS).first.wait_for()
    return [str(card.get_attribute("data-id")) for card in page.locator(CARDS).all()]


def show(page: Any, way: str) -> None:
    """Show results or selection in another way, such as "Table"."""
    before = page.url
    page.get_by_role("radiogroup", name="Shown as").get_by_text(way, exact=True).click()
    moved(page, before)


def lasso(page: Any, corners: list[tuple[float, float]]) -> None:
    before, box = page.url, page.locator(".map .front").bounding_box()
    page.locator("[data-action=lasso]").click()
    for number, (x, y) in enumerate(corners):
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=4)
        if number == 0:
            page.mouse.down()
    page.mouse.up()
    moved(page, before)


HALF = [(0.02, 0.02), (0.5, 0.02), (0.5, 0.98), (0.02, 0.98)]


def selected_count(page: Any) -> int:
    words = page.get_by_text(re.compile(r"of 160 items selected")).first
    words.wait_for()
    return int(words.inner_text().split()[0])


def test_a_text_finds_items_and_shows_how_far_to_trust_them(explore: Any) -> None:
    ask(explore, "a red star")
    found = results(explore)
    assert len(found) == 24
    assert params(explore)["q"] == ["text:1:a red star"]
    first = explore.locator(CARDS).first
    expect(first).to_contain_text(re.compile(r"1\s+0\.\d{3}"), use_inner_text=True)
    explore.locator(".st-key-explore-about button").first.click()
    expect(explore.get_by_text("Similarity = cosine of query and item")).to_be_visible()
    assert explore.locator(".map .front").get_attribute("aria-label")


def test_a_negative_part_splits_the_score(explore: Any) -> None:
    ask(explore, "a star")
    before = results(explore)
    ask(explore, "- water")
    assert params(explore)["q"] == ["text:1:a star", "text:-1:water"]
    assert results(explore) != before
    split = explore.locator(CARDS).first.locator(".part").all_inner_texts()
    assert [text.split("\n")[0] for text in split] == ["a star", "water"]
    explore.get_by_role("button", name="Remove water").click()
    explore.wait_for_function("() => !location.href.includes('water')")
    expect(explore.locator(CARDS).first.locator(".part")).to_have_count(0)
    settled(explore)
    assert results(explore) == before


def test_an_uploaded_picture_finds_itself(explore: Any, explore_app: App) -> None:
    files = sorted((explore_app.home / "workspaces" / "scenes" / "files").glob("*.webp"))
    before = explore.url
    explore.locator("[data-testid=stChatInput] input[type=file]").set_input_files(files[5])
    explore.get_by_text(files[5].name).wait_for()
    explore.locator("[data-testid=stChatInputSubmitButton]").click()
    moved(explore, before)
    assert results(explore)[0] == files[5].stem
    assert params(explore)["q"][0].startswith("image:1:")


def test_a_lasso_selects_and_the_selection_is_explained(explore: Any) -> None:
    lasso(explore, HALF)
    count = selected_count(explore)
    assert 0 < count < 160
    assert len(params(explore)["sel"]) == 1
    expect(explore.locator(".gallery[data-label='Selected items'] .card")).to_have_count(min(count, 120))
    show(explore, "Profile")
    explore.get_by_text("Values that are more or less common here").wait_for()


def test_hovering_a_point_shows_its_thumbnail(explore: Any) -> None:
    explore.locator(".map .front").focus()
    box = explore.locator(".map .front").bounding_box()
    picture = explore.locator(".map img[src*='/thumbs/scenes/']")
    for step in range(400):
        x, y = 0.1 + 0.8 * (step % 20) / 20, 0.1 + 0.8 * (step // 20) / 20
        explore.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        explore.wait_for_timeout(15)
        if picture.count() and picture.first.is_visible():
            break
    picture.first.wait_for()
    explore.wait_for_function("image => image.naturalWidth > 0", arg=picture.first.element_handle())


def chart(page: Any, column: str) -> Any:
    return page.get_by_role("group", name=column, exact=True)


def test_bars_filter_by_click_and_find_values_by_typing(explore: Any) -> None:
    ask(explore, "a star")
    before = explore.url
    box = chart(explore, "shape").get_by_role("combobox")
    box.fill("moo")
    chart(explore, "shape").get_by_role("option", name=re.compile("^moon")).click()
    moved(explore, before)
    assert params(explore)["f"] == ["shape:values:moon"]
    passing = int(explore.get_by_text(re.compile(r"\d+ of 160 items pass")).inner_text().split("\n")[-1].split()[0])
    assert 0 < passing < 40
    assert len(results(explore)) == min(24, passing)
    counts = chart(explore, "size").locator(".count").all_inner_texts()
    assert sum(map(int, counts)) == passing
    for modifiers, wanted in (([], "size:values:small"), (["Shift"], "size:values:small,large")):
        before = explore.url
        name = wanted.split(":")[-1].split(",")[-1]
        chart(explore, "size").get_by_role("button", name=re.compile(f"^{name}:")).click(modifiers=modifiers)
        moved(explore, before)
        assert params(explore)["f"] == [f"shape:values:moon;{wanted}"]
    before = explore.url
    names = chart(explore, "size").locator(".label").all_inner_texts()
    explore.keyboard.press("ArrowUp")  # the bar that was clicked has the focus still
    explore.keyboard.press("Enter")
    moved(explore, before)
    assert params(explore)["f"] == [f"shape:values:moon;size:values:{names[names.index('large') - 1]}"]
    before = explore.url
    explore.get_by_role("button", name="Clear all").click()
    moved(explore, before)
    assert "f" not in params(explore)


def test_a_drag_over_a_histogram_is_a_range_and_its_ends_can_be_typed(explore: Any) -> None:
    before = explore.url
    box = chart(explore, "count").locator(".bins")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    bins, y = box.locator(".bin").count(), place["y"] + 20
    explore.mouse.move(place["x"] + 2.5 * place["width"] / bins, y)
    explore.mouse.down()
    explore.mouse.move(place["x"] + 4.5 * place["width"] / bins, y, steps=5)
    explore.mouse.up()
    moved(explore, before)
    assert params(explore)["f"] == ["count:range:3.0,5.0"]
    before = explore.url
    field = explore.get_by_role("textbox", name="count from")
    expect(field).to_have_value("3")
    field.fill("4")
    field.press("Enter")
    moved(explore, before)
    assert params(explore)["f"] == ["count:range:4.0,5.0"]


def test_a_bar_of_the_home_page_opens_explore_with_that_filter(explore: Any, explore_app: App) -> None:
    explore.goto(f"{explore_app.url}/?ws=scenes")
    chart(explore, "size").get_by_role("button", name=re.compile("^large:")).click()
    explore.locator(".map[data-drawn]").wait_for()
    settled(explore)
    assert params(explore)["f"] == ["size:values:large"]
    expect(explore.get_by_role("button", name="Take away the filter size: large")).to_be_visible()


def test_a_selection_is_exported(explore: Any) -> None:
    lasso(explore, HALF)
    count = selected_count(explore)
    show(explore, "Save")
    button = explore.get_by_role("button", name=f"Download {count} items")
    with explore.expect_download() as waiting:
        button.click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"))))
    assert len(rows) == count
    assert {"id", "shape", "colour"} <= set(rows[0])


def test_a_tag_is_put_on_a_selection_filtered_by_and_exported(explore: Any) -> None:
    lasso(explore, HALF)
    count = selected_count(explore)
    show(explore, "Tag")
    box = explore.get_by_role("combobox", name=f"Tag {count} items")
    box.fill("left half")
    box.press("Enter")
    explore.get_by_role("button", name="Put it on").click()
    bar = explore.get_by_role("group", name="tag").get_by_role("button", name="left half")
    before = explore.url
    bar.click()
    moved(explore, before)
    explore.get_by_text(f"{count} of 160 items pass").wait_for()
    show(explore, "Save")
    with explore.expect_download() as waiting:
        explore.get_by_role("button", name=f"Download {count} items").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"))))
    assert {row["tag"] for row in rows} == {'["left half"]'}


def test_a_link_shows_the_same_view_to_somebody_else(explore: Any, browser: Any) -> None:
    ask(explore, "a red star - water")
    lasso(explore, HALF)
    count = selected_count(explore)
    explore.get_by_role("radiogroup", name="Shown beside the map").get_by_text("Results").click()
    found = results(explore)
    box = explore.locator(".map .front").bounding_box()
    explore.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    explore.mouse.wheel(0, -400)
    explore.wait_for_function("() => location.search.includes('at=')")
    explore.get_by_role("button", name="Share").click()
    code = explore.locator("[data-testid=stCode]")
    expect(code).to_contain_text(f"at={params(explore)['at'][0]}")
    url = code.inner_text().strip()
    other = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    other.goto(url)
    other.locator(".map[data-drawn]").wait_for(timeout=60_000)
    settled(other)
    assert results(other) == found
    assert params(other)["at"] == params(explore)["at"]
    other.get_by_role("radiogroup", name="Shown beside the map").get_by_text("Selection").click()
    assert selected_count(other) == count
    expect(other.locator(".chip")).to_have_count(2)
    other.context.close()


def test_back_and_forward_walk_through_the_views(explore: Any) -> None:
    ask(explore, "a red star")
    first = results(explore)
    ask(explore, "a blue moon")
    second = results(explore)
    for move, wanted in ((explore.go_back, first), (explore.go_forward, second)):
        before = explore.url
        move()
        moved(explore, before)
        assert results(explore) == wanted
    before = explore.url
    explore.get_by_role("button", name="Undo").click()
    moved(explore, before)
    assert results(explore) == first


def test_a_click_on_a_result_makes_it_the_query(explore: Any) -> None:
    ask(explore, "a red star")
    wanted, before = results(explore)[2], explore.url
    explore.locator(CARDS).nth(2).locator(".open").click()
    moved(explore, before)
    assert params(explore)["q"] == [f"item:1:{wanted}"]
    assert results(explore)[0] == wanted


def test_two_models_side_by_side(explore: Any, explore_app: App) -> None:
    item = explore.locator(".gallery .card").first.get_attribute("data-id")
    open_view(explore, explore_app, f"q=item:1:{item}&tool=compare&vs=histogram&model=pocket")
    sides = [explore.locator(f".gallery[data-label='Results of {spec}'] .card") for spec in ("pocket", "histogram")]
    for side in sides:
        expect(side).to_have_count(24)
        expect(side.locator(".change")).to_have_count(24)
    expect(explore.get_by_text(re.compile(r"\d+ of 23 results are the same"))).to_be_visible()


def test_unusual_queries_end_in_a_result_or_a_message(explore: Any, explore_app: App) -> None:
    for text in ("🌟🌊", "красная звезда", "赤い星"):
        ask(explore, text)
        assert len(results(explore)) == 24
    ask(explore, "star " * 10_000)
    explore.get_by_text("the first 2,000 were used").wait_for()
    assert len(results(explore)) == 24
    open_view(explore, explore_app, "q=text:much:water&k=7&map=globe")
    expect(explore.get_by_text(re.compile("The link"))).to_have_count(3)
