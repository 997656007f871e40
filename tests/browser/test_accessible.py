"""The app for everybody: by keyboard, by touch, by ear, by colour-blind eyes, at twice the size."""

import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from explorer.app.access.door import key_page
from explorer.app.access.keys import Keys
from explorer.app.access.who import Guard
from explorer.drawing.map.palettes import COLORMAPS, MISSING, QUALITATIVE
from explorer.drawing.scripts import read
from explorer.features.elites.export_page import run_page
from explorer.features.judgments.values import TASKS
from explorer.features.label.bringing import from_column
from explorer.library.sending.choice import choose
from explorer.library.sending.page import export_page
from explorer.workspace.opened import open_shared
from tests.browser.conftest import TIMEOUT, App, serve, settled
from tests.browser.content import JUDGED, make_answers, make_campaigns, make_models, make_run
from tests.drawing.colour_vision import VISIONS, contrast, from_hex, least_difference, seen

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THEME: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text("utf-8"))[
    "theme"
]
PALETTE = f"""([kind, colours, theme]) => {{
  {read("map/js/01_util.js", "map/js/04_scene.js")}
  const scene = new Scene();
  scene.setColours(new Uint16Array(0), {{ kind, colours }}, theme);
  return scene.palette;
}}"""


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_points_stand_out_from_the_ground_and_from_each_other(browser: Any, kind: str) -> None:
    """As the map itself moves its colours: 3 : 1 with the ground, and told apart under simulated colour blindness."""
    page = browser.new_page()
    named = [THEME[kind][name] for name in ("backgroundColor", "textColor", "primaryColor")]
    ground, text, primary = (255 * from_hex(named)).tolist()
    theme = {"ground": ground, "text": text, "primary": primary}

    def drawn(of: str, colours: tuple[str, ...]) -> Any:
        return np.array(page.evaluate(PALETTE, [of, colours, theme])) / 255

    eight, twenty = drawn("categories", QUALITATIVE[:8]), drawn("categories", (*QUALITATIVE, MISSING))
    ramps = {name: drawn("numbers", stops) for name, stops in COLORMAPS.items()}
    page.close()
    for colours in (twenty, *ramps.values()):
        assert contrast(colours, np.array(ground) / 255).min() >= 3
    assert min(least_difference(eight, vision) for vision in VISIONS) >= 11
    assert min(least_difference(twenty, vision) for vision in VISIONS) >= 4.8
    assert least_difference(twenty, "usual") >= 9.5
    for name in ("viridis", "cividis"):
        for vision in VISIONS:
            assert (np.diff(seen(ramps[name][::64], vision)[:, 0]) > 0).all(), "a higher value is lighter"


# Only what is wrong, and not each of the hundreds of things that are right, is described and handed over.
SERIOUS = """async () => {
  const found = await axe.run({ resultTypes: ["violations"], reporter: "no-passes" });
  return found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
}"""
CHECKS = ("any", "all", "none")
LOOK = Path(__file__).with_name("look.js").read_text("utf-8")
LARGE, USUAL = {"width": 640, "height": 360}, {"width": 1280, "height": 720}  # the first is the second at 200 %
ASKED = "q=item:1:scene-0003"
PLACES = {
    "Home": "/?ws=scenes",
    "Add data": "/?ws=scenes&tab=add",
    "Explore": f"/Explore?ws=scenes&{ASKED}",
    "Explore, a selection": "/Explore?ws=scenes&tool=selection&as=table&sel=replace:pca:-1_-1_1_-1_1_1:pocket",
    "Conditional": "/Conditional?ws=scenes&a=focus:aspect:background&b=focus:aspect:colour",
    "Relational": "/Relational?ws=scenes&item=scene-0003",
    "Compare": "/Compare?ws=scenes&n=500&b=histogram",
    "MAP-Elites": "/MAP-Elites?ws=scenes&run=Seen+before&cell=14",
    "Annotate": "/Annotate?ws=scenes",
    "Agreement": f"/Agreement?ws=scenes&campaign={JUDGED}&tab=models",
    "Diagnose": "/Diagnose?ws=scenes",
    "Diagnose, labels": "/Diagnose?ws=scenes&tab=labels",
    "Search lab": "/Search_lab?ws=scenes&tab=batches",
    "Label": "/Label?ws=scenes",
    "Label, examples": "/Label?ws=scenes&tab=examples",
    "Match": "/Match?ws=scenes&left_column=caption&truth=shape",
}
PLAIN = {
    **{f"Question: {task}": f"/answer/scenes/reach {task}" for task in TASKS},
    "Consent": "/answer/scenes/reach study",
}


@pytest.fixture(scope="module")
def full(scenes_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on a copy of the scenes where every page has something to show."""
    home = tmp_path_factory.mktemp("accessible") / "home"
    shutil.copytree(scenes_home, home)
    opened = open_shared(home / "workspaces" / "scenes")
    (home / "elites.html").write_bytes(run_page(make_run(opened)))
    export_page(choose(opened), home / "sent.html")
    keys = Keys(organiser="o" * 20, viewer="v" * 20, secret="s" * 32)
    (home / "door.html").write_bytes(bytes(key_page(Guard(by_keys=True, keys=keys, mails=None)).body))
    make_models(opened)
    from_column(opened, "labels", "me", "shape", 3)
    make_answers(opened)
    make_campaigns(opened)
    yield from serve(home, home)


def test_every_page_for_everybody(browser: Any, full: App) -> None:
    """axe-core finds nothing serious, light and dark; at 200 % nothing is cut off; nothing moves unasked."""
    context = browser.new_context(viewport=LARGE, reduced_motion="reduce")
    context.set_default_timeout(TIMEOUT)
    page, found = context.new_page(), dict[str, list[str]]()
    names = {"Exported map": "elites", "Page to send": "sent", "Login": "door"}
    files = {name: f"file://{full.home}/{file}.html" for name, file in names.items()}
    for name, address in ((PLACES | PLAIN) | files).items():
        page.set_viewport_size(LARGE)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(address if ":" in address[:6] else full.url + address)
        if name in PLACES:
            page.locator(".st-key-frame-theme").wait_for(state="attached")  # the last thing that a page draws
            settled(page)
        elif name in PLAIN:
            page.locator("#page[data-screen]").wait_for()
        page.evaluate(AXE_SCRIPT)
        found[name] = [*_looked_at(page), *_serious(page)]
        page.set_viewport_size(USUAL)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        page.wait_for_timeout(250)
        found[name] += [f"dark: {one}" for one in _serious(page)]
    context.close()
    wrong = {name: list(dict.fromkeys(words)) for name, words in found.items() if words}
    assert not wrong, json.dumps(wrong, indent=1)


def _looked_at(page: Any) -> list[str]:
    page.evaluate(LOOK)
    kinds = {"wide": "scrolls sideways", "unreached": "cannot be reached", "moving": "moves"}
    return [f"{words}: {one}" for kind, words in kinds.items() for one in page.evaluate(f"() => look.{kind}()")]


def _serious(page: Any) -> list[str]:
    """Rule, selector and what is wrong of each serious or critical finding."""
    return [
        f"{one['id']}: {node['target']}: {', '.join(check['message'] for kind in CHECKS for check in node[kind])[:200]}"
        for one in page.evaluate(SERIOUS)
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(
    ("place", "drawn"),
    [
        ("Explore", ".gallery .card"),
        ("Agreement", "[data-testid=data-grid-canvas]"),
        ("MAP-Elites", ".elites[data-drawn]"),
    ],
)
def test_every_stop_of_the_tab_key_is_seen(page: Any, full: App, place: str, drawn: str) -> None:
    page.set_viewport_size(USUAL)
    page.goto(full.url + PLACES[place])
    page.locator(drawn).first.wait_for(state="attached")
    settled(page)
    page.evaluate(LOOK)
    page.evaluate("() => look.remember()")
    stops = set[str]()
    for _ in range(60):
        page.keyboard.press("Tab")
        page.wait_for_timeout(20)
        stop = page.evaluate("() => look.unseen()")
        stops.add(stop["at"])
        assert stop["seen"], f"nothing shows that the focus is on {stop['at']}"
    assert len(stops) > 12


def test_a_gallery_is_one_stop_of_the_tab_key(page: Any, full: App) -> None:
    page.goto(full.url + PLACES["Explore"])
    settled(page)
    cards = page.locator(".gallery[data-label=Results] .card")
    cards.nth(0).locator(".open").focus()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(1).locator(".open")).to_be_focused()
    page.keyboard.press("Tab")
    expect(cards.nth(1).get_by_role("button", name="more like this")).to_be_focused()
    page.keyboard.press("End")
    expect(cards.last.locator(".open")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(cards.last.locator(":focus")).to_have_count(0)


def test_forced_colours_leave_the_map_and_its_buttons(browser: Any, full: App) -> None:
    page = browser.new_page(viewport=USUAL, forced_colors="active")
    page.set_default_timeout(TIMEOUT)
    page.goto(full.url + PLACES["Explore"])
    page.locator(".map[data-drawn]").wait_for()
    pressed = page.locator(".map [data-action=pan]")
    expect(pressed).to_have_css("outline-style", "solid")
    swatch = page.locator(".map canvas.base")
    expect(swatch).to_have_css("forced-color-adjust", "none")
    page.close()
