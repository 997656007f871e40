"""The Diagnose page: what it tells of a collection with hubs, a wrong label and a copy across splits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.commands.main import app
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared
from tests.pages.visits import component, make_discs, opened, texts, visit

WRONG = 8


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("diagnose")


@pytest.fixture(scope="module")
def ws(home: Path) -> Workspace:
    """48 discs; the label is the colour but for one, every second is for testing, and 4 of one colour are equal."""

    def columns(number: int) -> dict[str, object]:
        label = ("red", "green", "blue", "orange")[(number + (number == WRONG)) % 4]
        return {"label": label, "split": "test" if number % 8 < 4 else "train", "note": f"n{number}"}

    (home / "files").mkdir()
    return make_discs(home / "workspaces" / "discs", home / "files", 48, lambda number: 5 + number % 24, columns)


@pytest.fixture(autouse=True)
def at_home(ws: Workspace, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    yield


def test_geometry_is_told_in_words() -> None:
    with visit("8_Diagnose", "discs") as test:
        said = texts(opened(test))
    assert "neighbour counts" in " ".join(one.label for one in test.metric)
    assert "The worst hubs" in said and "effective rank" in said
    assert len(test.metric) == 2, "the histogram reads no texts, so there is no gap to texts"


def test_the_wrong_label_comes_first() -> None:
    with visit("8_Diagnose", "discs") as test:
        said = texts(opened(test, tab="labels"))
        first = component(test, "explorer_gallery")["cards"][0]
    assert "of 48 labels are in doubt" in said
    assert first["id"] == f"disc-{WRONG}" and first["note"] == "green → red?"


def test_a_copy_across_splits_is_found() -> None:
    with visit("8_Diagnose", "discs") as test:
        said = texts(opened(test, tab="splits", split="split"))
        notes = [card["note"] for card in component(test, "explorer_gallery")["cards"]]
    assert "of copies with" in said and "cross split" in said
    assert {"train", "test"} == set(notes)


def test_a_click_opens_the_item_on_explore() -> None:
    with visit("8_Diagnose", "discs") as test:
        opened(test)
        test.session_state["diagnose.open"] = "disc-3"
        test.run()
        assert "item:1:disc-3" in test.query_params["q"]


def test_a_column_that_is_not_there_is_named() -> None:
    with visit("8_Diagnose", "discs") as test:
        opened(test, tab="labels", column="nothing")
        assert test.selectbox(key="diagnose.column").value == "label"
        assert "note" not in test.selectbox(key="diagnose.column").options


def test_the_command_tells_the_same(ws: Workspace) -> None:
    run = CliRunner()
    told = run.invoke(app, ["diagnose", str(ws.path)]).output
    assert "Hubness: skewness" in told and "Spread: mean cosine" in told and "Pictures and texts" not in told
    labels = run.invoke(app, ["diagnose", str(ws.path), "--labels", "label"]).output
    assert f"disc-{WRONG}: green, rather red" in labels
    splits = run.invoke(app, ["diagnose", str(ws.path), "--splits", "split"]).output
    assert "lie in more than one split" in splits and "train: 24 items; with a copy:" in splits
    failed = run.invoke(app, ["diagnose", str(ws.path), "--labels", "note"])
    assert "expected 2 to 500 values that two items or more have, got 0" in str(failed.exception)


def test_neighbours_are_kept_until_the_items_change(ws: Workspace) -> None:
    from explorer.features.diagnose.service import known_neighbours, neighbours

    shared = open_shared(ws.path)
    found = neighbours(shared, "histogram")
    kept = known_neighbours(shared, "histogram")
    assert kept is not None and kept.tolist() == found.tolist() and found.shape == (48, 20)
