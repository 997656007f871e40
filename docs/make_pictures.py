"""Take the pictures of README and guide from the running app.

Start the app on the demo (`make run`), then: .venv/bin/python docs/make_pictures.py http://localhost:8501
The pictures of annotating need the campaigns that docs/annotate.md makes.
Needs a Chromium (Debian: apt-get install chromium); CHROMIUM names another one.
"""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("pictures")
SIZE = {"width": 1400, "height": 900}
ARGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def click_tab(name: str) -> Callable[[Any], None]:
    """Return a step that opens a tab."""
    return lambda page: page.get_by_role("tab", name=name).click()


def select_a_region(page: Any) -> None:
    """Draw a box over the upper left part of the map."""
    page.wait_for_timeout(4_000)
    page.get_by_role("button", name="Box").first.click()
    map_box = page.locator("canvas").first.bounding_box()
    x, y = map_box["x"], map_box["y"]
    page.mouse.move(x + 20, y + 40)
    page.mouse.down()
    page.mouse.move(x + map_box["width"] / 2, y + map_box["height"] / 2, steps=8)
    page.mouse.up()


@dataclass(frozen=True)
class Picture:
    """One picture: file name, address after the server's, theme, and what to do before it is taken."""

    name: str
    address: str
    theme: str = "light"
    step: Callable[[Any], None] | None = None


PICTURES = [
    Picture("home", "/?ws=scenes"),
    Picture("home_dark", "/?ws=scenes", "dark"),
    Picture("models", "/?ws=scenes", step=click_tab("Models")),
    Picture("add_data", "/?ws=scenes", step=click_tab("Add data")),
    Picture("explore", "/Explore?ws=scenes&q=text:1:a+red+striped+star"),
    Picture("explore_dark", "/Explore?ws=scenes&q=text:1:a+red+striped+star", "dark"),
    Picture("parts", "/Explore?ws=scenes&q=text:1:a+yellow+star&q=text:-0.5:night+sky&color=similarity"),
    Picture("selection", "/Explore?ws=scenes&color=column:background", step=select_a_region),
    Picture("duplicates", "/Explore?ws=scenes&tool=duplicates"),
    # The two maps are made as docs/elites.md says under “Commands”.
    Picture("elites_photos", "/MAP-Elites?ws=photos&run=Dark+to+bright+-+few+to+many"),
    Picture("elites_scenes", "/MAP-Elites?ws=scenes&run=Red+stars+at+night", "dark"),
    Picture(
        "compare", "/Compare?ws=scenes&a=pocket&b=histogram&n=500"
    ),  # after: explorer embed scenes --model histogram
    Picture("compare_layers", "/Compare?ws=scenes&view=layers&a=pocket&b=pocket&n=500&cell=block+1~output", "dark"),
    Picture("annotate", "/Annotate?ws=scenes"),
    Picture("annotate_question", "/Annotate?ws=scenes&campaign=Colours&person=Ann"),
    Picture("annotate_arrange", "/Annotate?ws=scenes&campaign=Arrange&person=Ann", "dark"),
    Picture("conditional", "/Conditional?ws=scenes&item=scene-1555&a=focus:aspect:colour&b=focus:aspect:background"),
    Picture(
        "conditional_change",
        "/Conditional?ws=scenes&item=scene-1555&a=change:aspect:background:on%20snow&b=focus:column:shape&s=0.8",
        "dark",
    ),
    Picture("relational", "/Relational?ws=scenes&item=scene-0003"),
    Picture("relational_analogy", "/Relational?ws=scenes&part=analogy&a=scene-0019&b=scene-0042&c=scene-1008"),
    # After `explorer judgments import` of an odd-one-out file of any campaign into scenes.
    Picture("agreement", "/Agreement?ws=scenes&tab=models"),
]


def take(browser: Any, url: str, picture: Picture) -> None:
    """Open the page, wait until it is drawn, save it."""
    context = browser.new_context(viewport=SIZE, color_scheme=picture.theme)
    page = context.new_page()
    page.goto(url + picture.address)
    page.wait_for_selector(
        "[data-testid=stMain] h1, [data-testid=stMain] iframe, [data-testid=stMain] canvas, .annotate, "
        "[data-testid=stMain] .js-plotly-plot"
    )
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')", timeout=120_000)
    page.wait_for_function("() => !document.body.innerText.includes('Loading the model')", timeout=120_000)
    if picture.step:
        picture.step(page)
    page.wait_for_timeout(4_000)
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    context.close()


def main(url: str, names: list[str]) -> None:
    """Take all pictures, or those named."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        for picture in PICTURES:
            if not names or picture.name in names:
                take(browser, url.rstrip("/"), picture)
                print(FOLDER / f"{picture.name}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8501", sys.argv[2:])
