"""Text of links and data in a real browser: it is shown as it is, and nothing of it acts or asks another server."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import pyarrow as pa
import pytest

from explorer.app.agreement.view import ADDRESS as AGREEMENT
from explorer.app.compare.view import ADDRESS as COMPARE
from explorer.app.conditional.view import ADDRESS as CONDITIONAL
from explorer.app.elites.view import ADDRESS as ELITES
from explorer.app.explore.view import ADDRESS as EXPLORE
from explorer.app.frame.address import Address
from explorer.app.home.view import ADDRESS as HOME
from explorer.app.relational.view import ADDRESS as RELATIONAL
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.progress import Silent
from explorer.features.conditional.conditions import Condition, format_condition
from explorer.features.judgments.service import make_campaign
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.study import Field, Study
from explorer.io.embedding_store import save_embeddings
from explorer.search.filters import Filter, format_filters
from explorer.workspace.folder import create_workspace
from explorer.workspace.opened import open_shared
from explorer.workspace.preparing import prepare
from explorer.workspace.saved import SavedView, save_view
from explorer.workspace.tours import LONGEST_CAPTION, stop_of
from explorer.workspace.tours_store import add_stop
from tests.browser.conftest import App, free_port, running, serve, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ELSEWHERE = "elsewhere.test"
MARKED = ("qem", "qbold", "qdel", "qcode", "qred", "qlink")
HOSTILE = (
    f"*qem* **qbold** ~~qdel~~ `qcode` :red[qred] [qlink](http://{ELSEWHERE}/) ![p](http://{ELSEWHERE}/p.png) "
    f"http://{ELSEWHERE}/a www.{ELSEWHERE} a@{ELSEWHERE} $x^2$ :smile: :material/bug_report: :material_bug_report: "
    f'<b>qbold</b> <img src="http://{ELSEWHERE}/i.png"> <a href="http://{ELSEWHERE}/">qlink</a>'
)
SHORT = f"![p](http://{ELSEWHERE}/p.png) *qem* http://{ELSEWHERE}/a"  # for names with a limit
# What in the page, or in a part of it with a tree of its own, was made of the hostile text.
MADE = """([elsewhere, marked]) => {
  const found = [], links = ["src", "href", "xlink:href", "poster", "data", "action"]
  const outside = (link) => URL.canParse(link, location) && new URL(link, location).hostname.includes(elsewhere)
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot)
      const name = one.tagName.toLowerCase()
      const leads = links.some((link) => outside(one.getAttribute(link) || ""))
      const formatted = ["em", "strong", "del", "code", "a", "span", "b", "i", "tspan"].includes(name)
      const whole = formatted && marked.includes(one.textContent.trim())
      const icon = /bug_report/.test(one.getAttribute("aria-label") || "") && one.getAttribute("role") === "img"
      const emoji = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.includes("\\u{1F604}"))
      if (leads || whole || icon || emoji || one.matches(".katex")) found.push(one.outerHTML.slice(0, 300))
    }
  }
  look(document)
  return found
}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on texts whose ids, columns, values, tags, views and campaign hold hostile text, under two models."""
    root = tmp_path_factory.mktemp("hostile")
    count, rng = 40, np.random.default_rng(0)
    ids = [f"{row} {HOSTILE}" for row in range(count)]
    columns = {
        "picture": [f"http://{ELSEWHERE}/pic{row}.png" for row in range(count)],
        f"title {HOSTILE}": [f"{row % 3} {HOSTILE}" for row in range(count)],
        f"number {SHORT}": [row / 7 for row in range(count)],
    }
    table = {"id": ids, "path": [""] * count, "text": [f"{row} {HOSTILE}" for row in range(count)], "hash": ids}
    ws = create_workspace(
        root / "workspaces" / "odd",
        "odd",
        Dataset(pa.table(table | columns)),
        image_root=None,
        source=SHORT,
        kind=SHORT,
    )
    vectors = rng.normal(size=(count, 8)).astype(np.float32)
    for spec, side in (("pocket", vectors), ("precomputed:near", vectors + 0.2)):
        found = Embeddings(side, np.ones(count, bool), spec, {}, ws.dataset().ids_hash)
        save_embeddings(ws.folder("embeddings", spec), found, np.array(ids))
        prepare(ws, spec, method="pca", progress=Silent())
    opened = open_shared(ws.path)
    opened.tag_store.put(SHORT[:60], ids[:5])
    save_view(ws, SavedView(SHORT, "2026-01-01", {"color": [HOSTILE]}, ids[:4]))
    words = {"en": dict.fromkeys(("title", "welcome", "consent_box", "scale_low", "field.f", "field.f.1"), HOSTILE)}
    field = Field(key="f", label=HOSTILE, kind="choice", options=(HOSTILE, SHORT), required=False, when="before")
    study = Study(words=words, fields=(field,), ask_name=False)
    settings = Settings(task="odd_one_out", instruction=HOSTILE[:500], condition=SHORT, study=study)
    make_campaign(opened, "people", settings, ids[:12])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(root))
        for caption in (SHORT, HOSTILE[:LONGEST_CAPTION]):
            parts = [f"item:1:{ids[0]}", f"item:1:{HOSTILE}"]
            add_stop("talk", stop_of("Explore", {"ws": ["odd"], "q": parts}, caption))
    yield from serve(root, root)


def visited(page: Any, app: App, path: str, **params: str) -> str:
    """What the page at this address says; nothing in it may have been made of the hostile text."""
    page.goto(f"{app.url}/{path}?{urlencode({'ws': 'odd', **params})}")
    settled(page)
    assert page.evaluate(MADE, [ELSEWHERE, MARKED]) == [], f"{path} {params}"
    return str(page.locator("[data-testid=stMain]").inner_text())


PAGES: dict[str, Address[Any]] = {
    "": HOME,
    "Explore": EXPLORE,
    "Conditional": CONDITIONAL,
    "Relational": RELATIONAL,
    "Compare": COMPARE,
    "MAP-Elites": ELITES,
    "Agreement": AGREEMENT,
}


def test_no_parameter_of_a_link_acts(page: Any, hostile: App) -> None:
    for path, address in PAGES.items():
        visited(page, hostile, path, **dict.fromkeys((*address.names, "model"), HOSTILE))
    assert "Expected a name" in visited(page, hostile, "Explore", ws=HOSTILE)
    assert "left out" in visited(page, hostile, "Explore", f=HOSTILE, q=f"words:1:{HOSTILE}", k=HOSTILE * 20)


def test_no_text_of_a_study_or_its_items_acts_on_the_participants_page(page: Any, hostile: App) -> None:
    page.goto(
        f"{hostile.url}/answer/odd/people?lang={quote(HOSTILE)}&PROLIFIC_PID={quote(HOSTILE)}&who={quote(HOSTILE)}"
    )
    page.get_by_text("is not a link of this campaign").wait_for()
    assert page.evaluate(MADE, [ELSEWHERE, MARKED]) == []
    page.goto(f"{hostile.url}/answer/odd/people?lang={quote(HOSTILE)}")
    for _ in range(2):
        page.locator("[data-go]").click()
    page.locator("#page[data-trial]").wait_for()
    assert SHORT in page.locator("#page").inner_text() and page.evaluate(MADE, [ELSEWHERE, MARKED]) == []


def test_no_text_of_data_acts(page: Any, hostile: App) -> None:
    item, title = f"3 {HOSTILE}", f"title {HOSTILE}"
    values = format_filters([Filter(column=title, kind="values", values=(f"1 {HOSTILE}",))])
    colour = {"color": f"column:{title}"}
    for show in ("table", "apart", "tag"):
        visited(page, hostile, "Explore", q=f"item:1:{item}", f=values, **{"as": show}, **colour)
    assert SHORT in visited(page, hostile, "Explore", tool="views", view=SHORT)
    visited(page, hostile, "Explore", tool="duplicates", dup="0.5", q=f"item:1:{item}")
    condition = format_condition(Condition("column", title))
    visited(page, hostile, "Conditional", item=item, a=condition, b=condition)
    visited(page, hostile, "Compare", item=item)
    visited(page, hostile, "Annotate")
    for tab in ("what", "all", "tours"):
        visited(page, hostile, "", tab=tab, chosen="talk")
    page.evaluate("sessionStorage['explorer-tour-dark'] = 'asked'")  # as it is, without loading it anew to make it dark
    visited(page, hostile, "Explore", tour="talk", stop="2")
    assert page.locator(".caption").inner_text() == HOSTILE[:LONGEST_CAPTION].strip()


PIECES = (
    *HOSTILE.split(),
    *("\n# h", "\n- l", "\n1. l", "\n> q", "\n    c", "\n\n", "\n===\n", "\n|a|b|\n|-|-|\n|c|d|\n", "\n```\nc\n```\n"),
    *(
        "[^1]",
        "\n[^1]: n",
        "\n[r]: http://elsewhere.test\n[r]",
        ":streamlit:",
        "::note[x]",
        ":help[x]",
        "xmpp:a@b.test",
    ),
    *(
        "->",
        "<-",
        "--",
        ">=",
        " ~= ",
        "&amp;",
        "&#42;e&#42;",
        "\\",
        "\\*",
        "*",
        "_",
        "`",
        "$",
        ":",
        "]",
        "(",
        "www.",
        "@",
    ),
)
SCRIPT = """
import json, sys
import streamlit as st
from explorer.app.frame.foreign import plain

for number, text in enumerate(json.load(open({texts!r}, encoding="utf-8"))):
    with st.container(key=f"t{{number}}"):
        st.markdown(plain(text) if number % 2 else f":gray[**{{plain(text)}}**]")
"""


def test_any_text_is_shown_as_it_is(page: Any, tmp_path: Path) -> None:
    chance = random.Random(0)
    texts = [*PIECES, *PIECES]
    texts += [chance.choice(["", " "]).join(chance.choices(PIECES, k=chance.randint(2, 6))) for _ in range(300)]
    texts = [text for text in texts if text.strip()]
    (tmp_path / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    script = tmp_path / "app.py"
    script.write_text(SCRIPT.format(texts=str(tmp_path / "texts.json")), encoding="utf-8")
    port = free_port()
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
    with running(["-m", "streamlit", "run", str(script), "--server.headless", "true", *options], port, tmp_path):
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator(f".st-key-t{len(texts) - 1} [data-testid=stMarkdownContainer]").wait_for()
        settled(page)
        shown = page.evaluate(
            "count => [...Array(count).keys()].map((n) => "
            "document.querySelector(`.st-key-t${n} [data-testid=stMarkdownContainer]`).textContent)",
            len(texts),
        )
    assert [" ".join(text.split()) for text in shown] == [" ".join(text.split()) for text in texts]
