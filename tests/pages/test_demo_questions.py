"""The demo of scenes: what it makes after it has opened, and the questions that its home page begins with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.compare.view import View
from explorer.base.errors import Cancelled
from explorer.base.progress import Silent
from explorer.encoders.pool import POOL
from explorer.features.compare import service
from explorer.features.elites import service as elites
from explorer.features.judgments.asking.people import people
from explorer.features.judgments.campaigns import campaign
from explorer.features.judgments.store import judgment_store
from explorer.library import demo_more
from explorer.library.demo_more import CAMPAIGN, SEARCHES, Amount, make_more, missing
from explorer.library.demo_questions import EXAMPLES, Example, is_ready
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared
from tests.pages.visits import APP, TIMEOUT, component, opened, texts, visit

SMALL = Amount(people=2, questions=12, items=12, per_question=2, share=0.03)
ANSWERS = {
    "1_Explore": ("explorer_gallery", "All 40 items pass."),
    "2_Conditional": ("explorer_gallery", "The 24 most similar."),
    "3_Relational": ("explorer_relational_items", "built the same way"),
    "4_Compare": ("explorer_gallery", "40 of 40 items that both models have"),
    "5_MAP-Elites": ("explorer_elites", "evaluations **all 24**"),
    "7_Agreement": ("explorer_theme_choice", "24 answers to 12 questions · 2 people"),
}
"""By page: a component that shows the answer, and words that stand beside it."""


class Killed(Silent):
    """Progress that is cancelled at the first step of the stretch of this name."""

    def __init__(self, what: str) -> None:
        self.what, self.now = what, ""

    def start(self, what: str, total: int) -> None:
        self.now = what

    def advance(self, done: int) -> None:
        if self.now == self.what and done >= 1:
            raise Cancelled("Stopped.")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """40 scenes, not filled yet, in an EXPLORER_HOME of their own."""
    root = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(root))
        patch.setattr(demo_more, "FINER", "pca")
        patch.setattr(demo_more, "SEARCHES", SEARCHES[1:])  # the other one draws scenes, which takes long
        yield create_scenes_demo(root / "workspaces", Silent(), 40)


def home_page() -> AppTest:
    page = AppTest.from_file(APP, default_timeout=TIMEOUT)
    page.query_params["ws"] = "scenes"
    page.run()
    assert not page.exception
    return page


def test_what_is_missing_is_made_once_and_gone_on_with_after_a_kill(workspace: Workspace) -> None:
    page = home_page()
    assert texts(page).count("The answer is not there yet.") == 4 and page.button(key="examples.make")
    store = judgment_store(workspace)
    with pytest.raises(Cancelled):
        make_more(workspace, Killed("Simulated people answer"), SMALL)
    assert f"answers {CAMPAIGN}" in missing(workspace) and len(store.answers()) == 12
    with pytest.raises(Cancelled):
        make_more(workspace, Killed("Searching"), SMALL)
    assert campaign(store, CAMPAIGN).closed and len(store.answers()) == 24
    assert f"map {SEARCHES[1].name}" in missing(workspace)
    make_more(workspace, Silent(), SMALL)
    assert missing(workspace) == []
    assert [(one.name, one.via) for one in people(store, CAMPAIGN)] == [
        (f"simulated {number}", "simulated") for number in (1, 2)
    ]
    assert {SEARCHES[1].name} == set(elites.infos(open_shared(workspace.path)))
    for spec in demo_more.LAYERS_OF:
        assert service.activations(open_shared(workspace.path), spec, View().items) is not None
    before = store.answers()
    make_more(workspace, Silent(), SMALL)
    assert store.answers() == before
    assert "not there yet" not in texts(home_page())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.page)
def test_each_question_leads_to_its_answer(workspace: Workspace, example: Example) -> None:
    make_more(workspace, Silent(), SMALL)
    assert is_ready(workspace, example)
    POOL.get("pocket")
    with visit(Path(example.page).stem, "scenes") as page:
        opened(page, **example.parameters)
    shown, words = ANSWERS[Path(example.page).stem]
    assert component(page, shown) and words in texts(page)
    assert not page.error and not [word for word in ("there yet", "the link", "The link") if word in texts(page)]
