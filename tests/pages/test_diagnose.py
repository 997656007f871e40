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
        split = "test" if number % 8 < 4 else "train"
        return {"label": label, "split": split, "note": f"n{number}", "year": 1990 + number % 2}

    (home / "files").mkdir()
    return make_discs(home / "workspaces" / "discs", home / "files", 48, lambda number: 5 + number % 24, columns)


@pytest.fixture(autouse=True)
def at_home(ws: Workspace, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    yield


def test_geometry_is_told_in_words() -> None:
    with visit("8_Diagnose", "discs") as test:
        said = texts(opened(test))
    assert "Hubness: skewness" in " ".join(one.label for one in test.metric)
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
        kept = test.selectbox(key="diagnose.keep")
    assert "of copies with" in said and "cross split" in said
    assert kept.value == "test" and "and test is a fair test" in said
    assert {"train", "test"} == set(notes)


def test_fixes_are_measured_before_one_is_applied() -> None:
    with visit("8_Diagnose", "discs") as test:
        said = texts(opened(test))
        table = test.dataframe[0].value
        assert test.selectbox(key="diagnose.column").value == "label"
        assert table[""].tolist() == ["As it is", "Centring", "CSLS in search"]
        assert table["change, items"].tolist()[0] == "" and "(" in table["change, items"].tolist()[1]
        assert "Measured on all 48 items" in said and "Closing the gap needs pictures" in said
        assert test.button(key="diagnose.apply.centre").label == "Make it a model of this workspace"
        assert "It is called tuned:discs-histogram-centred" in said
        said = texts(opened(test, fix="csls"))
        assert (
            "no new model is made" in said and test.button(key="diagnose.apply.csls").label == "Correct search by items"
        )


def test_what_is_the_same_again_stands_in_three_ways_side_by_side() -> None:
    with visit("8_Diagnose", "discs") as test:
        said = texts(opened(test, tab="alike", truth="label", cosine="0.9"))
        table = test.dataframe[0].value
        assert table[""].tolist() == ["Raw pairs", "Components", "Louvain"]
        assert {"precision", "recall", "F1", "ARI", "pairs in the largest"} <= set(table)
        assert "A cosine that is right for one model says nothing about another" in said
        assert "haining" in said and test.slider(key="diagnose.cosine").value == 0.9
        assert component(test, "explorer_gallery")["cards"]
        assert "24 items drawn at random from each" in said and test.selectbox(key="diagnose.period").value == "year"


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
    fixes = run.invoke(app, ["diagnose", str(ws.path), "--fixes", "--labels", "label"]).output
    assert "Centring: hubness" in fixes and "label recall@10 of 48 items" in fixes
    alike = run.invoke(app, ["diagnose", str(ws.path), "--alike", "--cosine", "0.9", "--truth", "label"]).output
    assert "Louvain: " in alike and "ARI" in alike
    drift = run.invoke(app, ["diagnose", str(ws.path), "--drift", "year"]).output
    assert "24 items of each period of year" in drift and drift.count("1990 ") == 2
    assert "left out" not in drift, "every item has a year"
    failed = run.invoke(app, ["diagnose", str(ws.path), "--labels", "note"])
    assert "expected 2 to 500 values that two items or more have, got 0" in str(failed.exception)


def test_items_without_a_period_are_counted(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    columns = {i: {"year": None if i % 10 == 0 else 1990 + i % 2} for i in range(60)}
    made = make_discs(tmp_path / "dated", tmp_path / "files", 60, lambda number: 9, lambda i: dict(columns[i]))
    told = CliRunner().invoke(app, ["diagnose", str(made.path), "--drift", "year"]).output
    assert "6 items without a value in year left out." in told


def test_neighbours_are_kept_until_the_items_change(ws: Workspace) -> None:
    from explorer.search.nearest_items import known_neighbours, neighbours

    shared = open_shared(ws.path)
    found = neighbours(shared, "histogram")
    kept = known_neighbours(shared, "histogram")
    assert kept is not None and kept.tolist() == found.tolist() and found.shape == (48, 20)
