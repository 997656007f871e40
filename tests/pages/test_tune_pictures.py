"""The tab Pictures and words: what it needs, and what it tells of a training that is kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from explorer.base.progress import Silent
from explorer.features.tune.retrieval.service import plan_of, report_of
from explorer.features.tune.retrieval.stages import USUAL
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared
from tests.pages.visits import make_discs, opened, texts, visit

COLOURS = ("red", "green", "blue", "orange")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tune-pictures")


@pytest.fixture(scope="module")
def ws(home: Path) -> Workspace:
    (home / "files").mkdir()
    found = make_discs(
        home / "workspaces" / "discs",
        home / "files",
        40,
        lambda number: 6 + number // 4,
        lambda number: {"colour": COLOURS[number % 4]},
    )
    embed(found, "pocket", progress=Silent())
    return found


@pytest.fixture(autouse=True)
def at_home(ws: Workspace, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    short = replace(USUAL["head"], batch=16, steps=2, every=2, text_steps=2)
    monkeypatch.setitem(USUAL, "head", short)
    yield


def test_it_offers_to_train_and_says_what_is_shown() -> None:
    with visit("11_Tune", "discs") as test:
        said = texts(opened(test, tab="pictures", model="pocket"))
        assert test.button(key="tune.start.pictures").label == "Train and measure"
    assert "Re-alignment" in said and "MCIP" in said


def test_a_model_without_words_has_none_to_lose() -> None:
    with visit("11_Tune", "discs") as test:
        said = texts(opened(test, tab="pictures", model="histogram"))
    assert "histogram does not place words beside pictures" in said


def test_what_is_kept_shows_all_states_and_says_that_the_loss_is_a_reconstruction(ws: Workspace) -> None:
    report_of(open_shared(ws.path), plan_of("pocket", "colour", "head"), Silent())
    with visit("11_Tune", "discs") as test:
        said = texts(opened(test, tab="pictures", model="pocket", column="colour", setting="head"))
        table = test.dataframe[0].value
        assert test.button(key="tune.start.pictures").label == "Train again"
    assert "a reconstruction" in said
    assert "4 names of labels (4 of them among the texts that were learned from)" in said
    assert set(table["model"]) == {
        "Untuned",
        "Tuned: ArcFace on labels",
        "Tuned, texts re-aligned",
        "MCIP: labels and captions",
        "MCIP, texts re-aligned",
    }
    assert "pictures find pictures, mAP" in set(table["measure"])
