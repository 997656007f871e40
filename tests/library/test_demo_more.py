"""What the demo of scenes makes after it has opened."""

from pathlib import Path

import pytest

from explorer.base.errors import Cancelled
from explorer.base.progress import Silent
from explorer.features.elites import service as elites
from explorer.features.judgments.asking.people import people
from explorer.features.judgments.campaigns import campaign
from explorer.features.judgments.store import judgment_store
from explorer.library import demo_more
from explorer.library.demo_more import CAMPAIGN, SEARCHES, Amount, make_more, missing
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.opened import open_shared

SMALL = Amount(people=2, questions=12, items=12, per_question=2, share=0.03)


class Killed(Silent):
    """Progress that is cancelled at the first step of the stretch of this name."""

    def __init__(self, what: str) -> None:
        self.what, self.now = what, ""

    def start(self, what: str, total: int) -> None:
        self.now = what

    def advance(self, done: int) -> None:
        if self.now == self.what and done >= 1:
            raise Cancelled("Stopped.")


def test_it_is_made_once_and_what_was_interrupted_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_more, "MODELS", ("pocket", "histogram"))
    monkeypatch.setattr(demo_more, "FINER", "pca")
    monkeypatch.setattr(demo_more, "SEARCHES", SEARCHES[1:])  # the other one draws scenes, which takes long
    workspace = create_scenes_demo(tmp_path, Silent(), 40)
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
    before = store.answers()
    make_more(workspace, Silent(), SMALL)
    assert store.answers() == before
