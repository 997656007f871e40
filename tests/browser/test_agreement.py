"""The Agreement page in a real browser: from an empty workspace to numbers, a chart, and a disagreement with maps."""

from typing import Any

import numpy as np
from playwright.sync_api import expect

from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.values import Answer
from explorer.workspace.folder import Workspace
from tests.browser.conftest import App, settled


def give_answers(app: App) -> None:
    """Three people find the odd background."""
    ws = Workspace.open(app.home / "workspaces" / "scenes")
    frame = ws.dataset().take(np.arange(len(ws.dataset())))
    rng, found = np.random.default_rng(0), []
    for number in range(40):
        kind = rng.choice(frame["background"].unique(), 2, replace=False)
        pair = rng.choice(frame["id"][frame["background"] == kind[0]], 2, replace=False)
        items = (*pair, rng.choice(frame["id"][frame["background"] == kind[1]]))
        found += [
            Answer(
                campaign="by eye",
                task="odd_one_out",
                annotator=f"p{who}",
                trial=f"t{number}",
                items=items,
                answer=items[2],
            )
            for who in range(3)
        ]
    judgment_store(ws).add_answers(found)


def test_from_nothing_to_a_disagreement_on_the_map(app: App, page: Any) -> None:
    if not judgment_store(Workspace.open(app.home / "workspaces" / "scenes")).exists():
        page.goto(f"{app.url}/Agreement?ws=scenes")
        page.get_by_text("Nobody has judged").wait_for()
    give_answers(app)
    page.goto(f"{app.url}/Agreement?ws=scenes&campaign=by+eye")
    settled(page)
    page.get_by_text("120 answers to 40 questions · 3 people").wait_for()
    expect(page.locator("[data-testid=stMetricValue]").first).to_have_text("100.0%")
    page.get_by_text("Models against people", exact=True).click()
    settled(page)
    page.locator(".js-plotly-plot").first.wait_for()
    page.wait_for_url("**tab=models**")
    page.get_by_text("Disagreements", exact=True).click()
    settled(page)
    page.get_by_text("On each model's map").wait_for()
    page.locator("canvas").first.wait_for()
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Disagreement 2 of the").wait_for()
    page.wait_for_url("**question=1**")
