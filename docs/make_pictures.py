"""Take the pictures of README and guide from the running app.

Start the app on the demo (`make run`), then: .venv/bin/python docs/make_pictures.py http://localhost:8501
The pictures of annotating need the campaigns that docs/annotate.md and docs/studies.md make, and some people's answers.
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
PHONE = {"width": 390, "height": 844}
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


def side_by_side(page: Any) -> None:
    """Show what meaning and words find beside each other."""
    page.get_by_text("Side by side").first.click()


def new_campaign(steps: int) -> Callable[[Any], None]:
    """Return a step that opens the form of a campaign, names one, and goes on by so many steps."""

    def open_form(page: Any) -> None:
        page.get_by_text("New campaign", exact=True).click()
        page.get_by_label("Name of the campaign").fill("Hues")
        page.get_by_label("Condition", exact=True).fill("by colour")
        for _ in range(steps):
            page.get_by_role("button", name="Next").click()
            page.wait_for_timeout(2_000)

    return open_form


def people_of(campaign: str) -> Callable[[Any], None]:
    """Return a step that opens the people on a campaign's card."""

    def open_people(page: Any) -> None:
        blocks = page.get_by_test_id("stVerticalBlock").filter(has=page.get_by_text(campaign, exact=True))
        card = blocks.filter(has=page.get_by_text("More", exact=True)).last
        card.get_by_text("More", exact=True).click()
        card.get_by_text("People", exact=True).click()
        page.wait_for_timeout(2_000)
        card.scroll_into_view_if_needed()

    return open_people


def take_part(page: Any) -> None:
    """Give a name."""
    page.get_by_role("textbox").fill("Ann")
    page.locator("[data-go]").click()


def practise(page: Any) -> None:
    """Go through the study of docs/studies.md up to its practice question."""
    page.locator("[data-go]").click()
    page.get_by_role("checkbox").check()
    page.locator("[data-go]").click()
    page.get_by_text("yes", exact=True).click()
    page.locator("[data-go]").click()


def to_curve(page: Any) -> None:
    """Go to what a column of truth tells of links."""
    page.get_by_text("Probability that a link is right").scroll_into_view_if_needed()


def to_pairs(page: Any) -> None:
    """Go to the list of pairs."""
    page.wait_for_timeout(4_000)
    page.get_by_role("button", name="Not the same").scroll_into_view_if_needed()


@dataclass(frozen=True)
class Picture:
    """One picture: file name, address after the server's, theme, what to do before it is taken, size of the window."""

    name: str
    address: str
    theme: str = "light"
    step: Callable[[Any], None] | None = None
    phone: bool = False


SHOP = "/Match?ws=shop"
CATALOGUES = f"{SHOP}&left=shop:other+catalogue&right=items&right_column=name"
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
    Picture("compare_layers", "/Compare?ws=scenes&view=layers&a=pocket&b=pocket&cell=block+1~output", "dark"),
    Picture("tour", "/?tour=demo&stop=7", "dark"),
    Picture("annotate", "/Annotate?ws=scenes"),
    Picture("annotate_question", "/answer/scenes/Colours", step=take_part),
    Picture("annotate_arrange", "/answer/scenes/Arrange", "dark", take_part),
    Picture("study_what", "/Annotate?ws=scenes", step=new_campaign(0)),
    Picture("study_whom", "/Annotate?ws=scenes", step=new_campaign(1)),
    Picture("study_phone", "/answer/scenes/Hues", step=practise, phone=True),
    Picture("study_people", "/Annotate?ws=scenes", step=people_of("Hues")),
    Picture("conditional", "/Conditional?ws=scenes&item=scene-1555&a=focus:aspect:colour&b=focus:aspect:background"),
    Picture(
        "conditional_change",
        "/Conditional?ws=scenes&item=scene-1555&a=change:aspect:background:on%20snow&b=focus:column:shape&s=0.8",
        "dark",
    ),
    Picture("relational", "/Relational?ws=scenes&item=scene-0003"),
    Picture("relational_analogy", "/Relational?ws=scenes&part=analogy&a=scene-0019&b=scene-0042&c=scene-1008"),
    # After `explorer lab engines scenes` and `explorer diagnose scenes --index shape`.
    Picture("hybrid", "/Explore?ws=notes&q=text:1:rusted+bicycle+screws&by=both", step=side_by_side),
    Picture("search_lab", "/Search_lab?ws=scenes&tab=engines"),
    Picture("diagnose", "/Diagnose?ws=scenes&tab=index&column=shape", "dark"),
    # After the first command of docs/label.md.
    Picture("label_hand", "/Label?ws=scenes&labelling=shape"),
    Picture("label_examples", "/Label?ws=scenes&labelling=shape&tab=examples&sure=0.9"),
    # After `explorer tune head scenes --from column:shape --name shapes --model pocket`.
    Picture("tune", "/Tune?ws=scenes&model=pocket"),
    # After `explorer demo shop`; the tab Why after `explorer why shop --train`, Together shows its baskets.
    Picture("match_catalogues", CATALOGUES),
    Picture("match_truth", f"{CATALOGUES}&truth=shop:catalogue+pairs", step=to_curve),
    Picture(
        "match_names",
        f"{SHOP}&left=shop:suppliers&right=shop:other+suppliers&method=directory&set=file%3Dshop:brand+names",
        "dark",
    ),
    Picture("match_questions", f"{SHOP}&left=shop:questions&right=shop:answers&method=embedding"),
    Picture("match_columns", f"{SHOP}&left=shop:columns&left_column=column&right=shop:glossary&method=columns"),
    Picture("match_tables", f"{SHOP}&left=shop:tables&method=tables_tfidf&way=mutual"),
    Picture("match_rows", f"{SHOP}&left=shop:questions&right=shop:answers&method=walks", "dark"),
    Picture("match_shelves", f"{CATALOGUES}&method=shelves&way=one"),
    Picture("match_phone", f"{SHOP}&left_column=name", step=to_pairs, phone=True),
    Picture("match_copies", f"{SHOP}&tab=copies"),
    Picture("match_revisions", f"{SHOP}&tab=revisions"),
    Picture("match_together", f"{SHOP}&tab=together&item=P001"),
    Picture("match_why", f"{SHOP}&tab=why&asked=a+strainer+for+loose+leaves"),
    # After `explorer judgments import` of an odd-one-out file of any campaign into scenes.
    Picture("agreement", "/Agreement?ws=scenes&tab=models"),
]


def take(browser: Any, url: str, picture: Picture) -> None:
    """Open the page, wait until it is drawn, save it."""
    context = browser.new_context(viewport=PHONE if picture.phone else SIZE, color_scheme=picture.theme)
    page = context.new_page()
    page.goto(url + picture.address)
    page.wait_for_selector(
        "[data-testid=stMain] h1, [data-testid=stMain] iframe, [data-testid=stMain] canvas, [data-testid=stMain] img, "
        "#page > *, [data-testid=stExpander], [data-testid=stMain] .js-plotly-plot, .band, .review",
        timeout=120_000,
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
