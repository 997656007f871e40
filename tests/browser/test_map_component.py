"""The map in a real browser, on a page of its own."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer.drawing import scripts
from tests.browser.conftest import TIMEOUT, free_port, running

PAGE = Path(__file__).with_name("map_page.py")
FIT = scripts.HERE / "map" / "js" / "03_fit.js"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    options = [
        f"--server.port={port}",
        "--server.address=127.0.0.1",
        "--server.headless=true",
        "--server.fileWatcherType=none",
        "--runner.enforceSerializableSessionState=false",
        "--browser.gatherUsageStats=false",
    ]
    command = ["-m", "streamlit", "run", str(PAGE), *options]
    with running(command, port, tmp_path_factory.mktemp("map")):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(page: Any, address: str) -> Iterator[Any]:
    """A page with the map."""
    page.set_viewport_size({"width": 1200, "height": 860})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_map(page, address)
    yield page
    assert errors == []


def empty_page(visitor: Any, width: int = 1200, height: int = 860) -> Any:
    page = visitor.new_page()
    page.set_viewport_size({"width": width, "height": height})
    return page


def open_map(page: Any, url: str) -> None:
    page.goto(url)
    page.locator(".map[data-drawn]").wait_for()
    page.get_by_text("LOG").wait_for()


def at(page: Any, share_x: float, share_y: float) -> tuple[float, float]:
    box = page.locator(".front").bounding_box()
    return box["x"] + box["width"] * share_x, box["y"] + box["height"] * share_y


def drag(page: Any, tool: str, corners: list[tuple[float, float]]) -> None:
    page.locator(f"[data-action={tool}]").click()
    page.mouse.move(*at(page, *corners[0]))
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*at(page, *corner), steps=4)
    page.mouse.up()


def expect_log(page: Any, pattern: str) -> str:
    entry = page.get_by_text(re.compile(f"LOG .*{pattern}"))
    entry.wait_for()
    return str(entry.inner_text())


def pick_middle(page: Any) -> int:
    page.locator(".front").focus()
    page.keyboard.press("Space")
    page.locator(".live", has_text="Picked").wait_for(state="attached")
    return int(expect_log(page, r"pick::\d+").rsplit(":", 1)[1])


def test_it_draws_every_point_and_says_how_many(page: Any) -> None:
    expect(page.locator(".map")).to_have_attribute("data-drawn", "400")
    expect(page.locator(".status")).to_have_text("400 items")
    assert "Map of 400 items" in page.locator(".front").get_attribute("aria-label")
    assert page.locator(".legend .value").all_inner_texts()[0].split() == ["circle", "134"]
    box, front = page.locator(".legend").bounding_box(), page.locator(".front").bounding_box()
    assert box["x"] + box["width"] <= front["x"] + front["width"]


def test_points_are_really_on_the_screen(page: Any) -> None:
    assert colours_in(page.locator(".map").screenshot()) > 20


def test_far_groups_of_a_small_map_do_not_shrink_it_and_a_button_shows_them(visitor: Any, address: str) -> None:
    page = empty_page(visitor)
    open_map(page, f"{address}/?count=240")
    far = page.locator(".far")
    expect(far).to_have_text("12 far out: show")
    far.click()
    expect(far).to_be_hidden()
    page.locator("[data-action=reset]").click()
    expect(far).to_be_visible()
    page.close()


def cloud(count: int, x: float = 0, y: float = 0, spread: float = 1) -> np.ndarray:
    return np.random.default_rng(count).normal((x, y), spread, (count, 2))


@pytest.mark.parametrize(
    ("parts", "outside"),
    [
        ([cloud(228), cloud(6, 20, 0, 0.1), cloud(6, 0, -20, 0.1)], 12),
        ([cloud(228), cloud(6, 20, 20, 0.1), cloud(5, 24, 20, 0.1)], 11),
        ([cloud(239), cloud(1, 50)], 1),
        ([cloud(216), cloud(12, 20, 0, 0.1), cloud(12, 0, -20, 0.1)], 0),  # too many to be left out
        ([cloud(228), cloud(12, 6, 0, 0.1)], 0),  # too near to matter
        ([cloud(240)], 0),
        ([cloud(20)], 0),
        ([cloud(6_000), cloud(16, 60, 0, 0.1)], 16),
        ([cloud(6_000), cloud(90, 60, 0, 0.1)], 0),  # a cluster of its own
        ([np.zeros((1, 2))], 0),
    ],
)
def test_what_is_left_out_of_the_first_look(visitor: Any, parts: list[np.ndarray], outside: int) -> None:
    """Groups apart are few points, with nothing between them and the rest, and worth more than twice its size."""
    xy = np.concatenate(parts)
    code = f"""(points) => {{
        {FIT.read_text(encoding="utf-8")}
        const rows = Uint32Array.from(points.keys()).map((row) => (row * 7919) % points.length);
        const [x, y] = [0, 1].map((axis) => points.map((point) => point[axis]));
        const all = [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
        const xy = Float64Array.from(points.flat());
        return countOutside(boxToFit(xy, rows, all), xy, rows);
    }}"""
    page = empty_page(visitor)
    found = page.evaluate(code, xy.tolist())
    page.close()
    assert abs(found - outside) <= (2 if len(xy) > 1_000 else 0)


def colours_in(picture: bytes) -> int:
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB").crop((80, 120, 700, 560))
    return len(image.quantize(64).getcolors() or [])


def test_a_lasso_comes_back_once_as_a_polygon(page: Any) -> None:
    drag(page, "lasso", [(0.3, 0.3), (0.5, 0.3), (0.5, 0.6), (0.3, 0.6)])
    log = expect_log(page, "select:replace")
    page.locator(".status", has_text="100 selected").wait_for()
    page.get_by_text("run again").click()
    page.wait_for_timeout(800)
    assert expect_log(page, "select").count("select") == log.count("select") == 1


@pytest.mark.parametrize(("key", "op"), [("Shift", "add"), ("Alt", "subtract")])
def test_a_box_with_a_key_adds_or_subtracts(page: Any, key: str, op: str) -> None:
    page.keyboard.down(key)
    drag(page, "box", [(0.3, 0.3), (0.6, 0.6)])
    page.keyboard.up(key)
    expect_log(page, f"select:{op}")


def test_the_box_is_in_the_coordinates_of_the_points(page: Any) -> None:
    page.locator("[data-action=reset]").click()
    drag(page, "box", [(0.001, 0.001), (0.999, 0.999)])
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d+", expect_log(page, "box"))]
    assert numbers[0] < 0
    assert numbers[1] < 0
    assert numbers[2] > 19
    assert numbers[3] > 19


def test_hover_shows_the_item_and_its_text_as_text(page: Any) -> None:
    card = page.locator(".card")
    for step in range(40):
        page.mouse.move(*at(page, 0.35 + 0.003 * step, 0.5 + 0.002 * step))
        if card.is_visible():
            break
    assert re.fullmatch(r"id-\d+", card.locator(".id").inner_text())
    expect(card.locator(".text")).to_have_text("<b>bold</b> & 'quoted'")
    expect(card.locator(".text *")).to_have_count(0)
    assert card.locator(".what").inner_text().startswith("shape: ")


def test_the_keyboard_walks_picks_and_searches(page: Any) -> None:
    row = pick_middle(page)
    page.keyboard.press("ArrowRight")
    said = page.locator(".live[aria-live]")
    expect(said).to_contain_text(f"id-{row + 1}. <b>bold</b> & 'quoted'. shape: ")
    page.keyboard.press("ArrowUp")
    expect(said).to_contain_text(f"id-{row + 21}.")
    expect(page.locator(".card .id")).to_have_text(f"id-{row + 21}")
    assert page.get_by_text("LOG").inner_text().count("pick") == 1, "walking picks nothing"
    page.keyboard.press("Enter")
    expect_log(page, f"pick::{row + 21}$")
    expect(said).to_contain_text(f"Picked id-{row + 21}.")
    page.keyboard.press("Enter")
    expect_log(page, f"query::{row + 21}")


def test_the_nearest_are_a_list_for_readers_and_keys(page: Any) -> None:
    front, near, said = page.locator(".front"), page.locator(".near"), page.locator(".live[aria-live]")
    about = page.locator(f"#{front.get_attribute('aria-describedby')}")
    expect(about).to_contain_text(
        "400 items: what is alike lies near each other. By shape: circle 134, square 133, star 133"
    )
    expect(near).to_be_hidden()
    row = pick_middle(page)
    expect(said).to_contain_text(f"Most alike: id-{row + 1}, id-{row - 1}")
    alike, close = near.get_by_role("list", name="Most alike"), near.get_by_role("list", name="Nearest on the map")
    expect(alike.get_by_role("listitem")).to_have_count(2)
    expect(close.get_by_role("listitem")).to_have_count(8)
    page.keyboard.press("Tab")
    expect(near.get_by_role("button", name="Close the list")).to_be_focused()
    page.keyboard.press("Tab")
    expect(alike.get_by_role("button").first).to_be_focused()
    page.keyboard.press("End")
    expect(close.get_by_role("button").last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect_log(page, f"pick::{row - 1}$")
    expect(front).to_be_focused()
    page.keyboard.press("n")
    expect(alike.get_by_role("button").first).to_be_focused()
    listed, card = near.bounding_box(), page.locator(".card").bounding_box()
    assert card["x"] >= listed["x"] + listed["width"], "the card of the item lies beside the list, not on it"
    page.keyboard.press("Escape")
    expect(front).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the map")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(front).to_be_focused()


def test_escape_lets_go_of_one_thing_a_press(page: Any) -> None:
    pick_middle(page)
    drag(page, "lasso", [(0.3, 0.3), (0.5, 0.3), (0.5, 0.6), (0.3, 0.6)])
    page.locator(".status", has_text="100 selected").wait_for()
    star = page.locator(".legend button.value", has_text="star")
    expect(star.locator(".count")).to_have_text("33 of 133")
    star.click()
    lasso = page.locator("[data-action=lasso]")
    said = page.locator(".live[aria-live]")
    page.keyboard.press("Escape")  # the focus is on the legend
    expect(lasso).to_have_attribute("aria-pressed", "false")
    expect(star).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(star).to_have_attribute("aria-pressed", "false")
    assert "clear" not in page.get_by_text("LOG").inner_text()
    page.locator(".front").focus()
    page.keyboard.press("Escape")
    expect_log(page, "clear:selection:-1$")
    expect(page.locator(".status")).to_have_text("400 items")
    page.keyboard.press("Escape")
    expect_log(page, "clear:picked:-1$")
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")
    expect(said).to_have_text("Nothing to let go of")
    assert page.get_by_text("LOG").inner_text().count("clear") == 2


def place(page: Any) -> str:
    return next((part[3:] for part in page.url.partition("?")[2].split("&") if part.startswith("at=")), "")


def test_the_part_on_screen_is_in_the_address_whatever_else_happens(page: Any, visitor: Any, address: str) -> None:
    open_map(page, f"{address}/?count=400")
    assert place(page) == ""
    page.mouse.move(*at(page, 0.3, 0.4))
    page.mouse.wheel(0, -500)
    page.wait_for_function("() => location.search.includes('at=')")
    found = place(page)
    assert float(found.split("_")[2]) > 1.5
    page.get_by_text("run again").click()
    page.get_by_text("change the address").click()
    page.wait_for_function("() => location.search.includes('more=1') && location.search.includes('at=')")
    assert place(page) == found, "Streamlit does not know the place, and the map writes it again"
    page.get_by_text("share", exact=True).click()
    log = expect_log(page, "view::-1$")
    page.wait_for_timeout(500)
    assert (place(page), page.get_by_text("LOG").inner_text()) == (found, log), "told once"
    other = empty_page(visitor, 700, 700)
    open_map(other, page.url)
    assert place(other) == found
    row = pick_middle(other)
    other.close()
    assert pick_middle(page) == row
    page.locator("[data-action=reset]").click()
    page.wait_for_function("() => !location.search.includes('at=')")


def test_on_a_phone_the_bar_is_one_row_and_a_held_finger_draws(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    open_map(page, address)
    boxes = [tool.bounding_box() for tool in page.locator(".tool:visible").all()]
    right = page.locator(".map").bounding_box()
    assert len(boxes) >= 7
    assert len({box["y"] for box in boxes}) == 1
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44, "large enough for a thumb"
    assert max(box["x"] + box["width"] for box in boxes) <= right["x"] + right["width"]
    expect(page.locator(".legend")).to_be_hidden()
    page.locator("[data-action=legend]").tap()
    expect(page.locator(".legend")).to_be_visible()
    page.locator(".legend .close").tap()
    expect(page.locator(".legend")).to_be_hidden()
    touch(page, [(0.2, 0.3), (0.7, 0.3), (0.7, 0.7), (0.2, 0.7)], hold=700)
    expect_log(page, "select:replace")
    context.close()


def test_two_fingers_zoom_one_moves_and_a_tap_picks(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    open_map(page, f"{address}/?count=400")
    fingers(page, [[(0.45, 0.5), (0.55, 0.5)], [(0.3, 0.5), (0.7, 0.5)], [(0.1, 0.5), (0.9, 0.5)]])
    page.wait_for_function("() => location.search.includes('at=')")
    until(page, lambda: float(place(page).split("_")[2]) > 4)  # more than the first step of the fingers
    zoomed = [float(number) for number in place(page).split("_")]
    touch(page, [(0.5, 0.5), (0.4, 0.5), (0.2, 0.5)], hold=0)
    page.wait_for_function("before => !location.search.includes(before)", arg=place(page))
    moved = [float(number) for number in place(page).split("_")]
    assert moved[0] > zoomed[0] and moved[2] == zoomed[2]
    page.locator("[data-action=reset]").click()
    page.wait_for_function("() => !location.search.includes('at=')")
    page.touchscreen.tap(*at(page, 0.5, 0.5))
    row = expect_log(page, r"pick::\d+").rsplit(":", 1)[1]
    expect(page.locator(".card .id")).to_have_text(f"id-{row}")
    context.close()


def touch(page: Any, corners: list[tuple[float, float]], hold: int) -> None:
    """Put a finger down at the first corner, rest for `hold` ms, and draw along the others."""
    fingers(page, [[corner] for corner in corners], hold)


def fingers(page: Any, steps: list[list[tuple[float, float]]], hold: int = 0) -> None:
    """Put fingers down at the places of the first step, rest for `hold` ms, and move them along the others."""
    devtools = page.context.new_cdp_session(page)
    for number, step in enumerate(steps):
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(at(page, *spot) for spot in step)]
        devtools.send(
            "Input.dispatchTouchEvent", {"type": "touchMove" if number else "touchStart", "touchPoints": points}
        )
        if not number:
            page.wait_for_timeout(hold)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_tap_is_a_tap_where_the_page_was_too_busy_to_hear_the_finger_go(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    open_map(page, f"{address}/?count=400")
    x, y = at(page, 0.5, 0.5)
    page.locator(".front").evaluate(
        """async (front, [x, y]) => {
            const about = { pointerId: 7, pointerType: 'touch', isPrimary: true, clientX: x, clientY: y, bubbles: true }
            front.setPointerCapture = () => undefined
            const down = new PointerEvent('pointerdown', about), up = new PointerEvent('pointerup', about)
            front.dispatchEvent(down)
            await new Promise((done) => setTimeout(done, 1500))
            front.dispatchEvent(up)
        }""",
        [x, y],
    )
    expect_log(page, r"pick::\d+")
    context.close()


def test_the_legend_isolates_a_value_without_a_rerun(page: Any) -> None:
    before = page.get_by_text("LOG").inner_text()
    star = page.locator(".legend button.value", has_text="star")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".legend button.off")).to_have_count(2)
    star.click()
    expect(page.locator(".legend button.off")).to_have_count(0)
    expect(page.get_by_text("LOG")).to_have_text(before)


def test_every_tool_has_a_name(page: Any) -> None:
    tools = page.locator(".tool:visible")
    names = [tools.nth(i).get_attribute("aria-label") for i in range(tools.count())]
    assert len(names) >= 9
    assert all(names)


def test_points_cross_once(visitor: Any, address: str) -> None:
    page = empty_page(visitor)
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: sizes.append(len(data))))
    open_map(page, f"{address}/?count=60000")
    assert max(sizes) > 60_000 * 8
    sizes.clear()
    pick_middle(page)
    assert max(sizes) < 150_000
    page.close()


def test_without_webgl2_it_says_so_and_draws_anyway(visitor: Any, address: str) -> None:
    page = empty_page(visitor)
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        "  return kind === 'webgl2' ? null : get.call(this, kind, ...rest); };"
    )
    open_map(page, address)
    expect(page.locator(".notice")).to_contain_text("does not offer WebGL2")
    assert colours_in(page.locator(".map").screenshot()) > 20
    page.close()


def until(page: Any, holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing changed in ten seconds")


def ink(page: Any) -> int:
    """Pixels on the canvas that lies over the points."""
    return int(
        page.locator(".front").evaluate(
            """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
              .reduce((sum, value, place) => sum + (place % 4 === 3 && value > 0 ? 1 : 0), 0)"""
        )
    )


def test_a_million_points_are_drawn(visitor: Any, address: str) -> None:
    page = empty_page(visitor, 900, 700)
    open_map(page, f"{address}?count=1000000")
    assert page.locator(".map").get_attribute("data-drawn") == "1000000"
    expect(page.locator(".status")).to_contain_text("1,000,000 items")
    page.close()


def test_lines_of_equal_density_come_and_go(visitor: Any, address: str) -> None:
    page = empty_page(visitor, 1000, 800)
    open_map(page, f"{address}?count=20000")
    page.locator("[data-action=labels]").click()
    before = ink(page)
    page.locator(".front").focus()
    page.keyboard.press("c")
    expect(page.locator("[data-action=contours]")).to_have_attribute("aria-pressed", "true")
    until(page, lambda: ink(page) > before + 2_000)  # five rings around one cloud
    page.keyboard.press("c")
    until(page, lambda: ink(page) == before)
    page.close()


def test_points_glide_to_another_map_unless_that_is_not_wanted(browser: Any, address: str) -> None:
    for motion, glides in (("no-preference", "1"), ("reduce", None)):
        page = browser.new_context(reduced_motion=motion).new_page()
        open_map(page, address)
        page.get_by_text("turn").click()
        page.wait_for_timeout(2_500)
        assert page.locator(".map").get_attribute("data-glides") == glides
        drag(page, "box", [(0.02, 0.02), (0.98, 0.98)])
        expect_log(page, r"box \[.*\] \[[5-9]\d")
        page.context.close()
