"""Tune: what the tab Train offers before anything was made, what the command makes, and what the page then shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.app.tune import train_panel
from explorer.commands.main import app
from explorer.workspace.opened import open_shared
from tests.pages.visits import COLOURS, make_discs, opened, texts, visit

PAGE = "11_Tune"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """48 discs."""
    home = tmp_path_factory.mktemp("tune")

    def columns(number: int) -> dict[str, object]:
        return {"colour": COLOURS[number % 4], "own": f"o{number}"}

    (home / "files").mkdir()
    make_discs(home / "workspaces" / "discs", home / "files", 48, lambda number: 6 + number // 4, columns)
    return home


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    yield


def test_the_page_offers_what_teaches_and_keeps_the_choice_in_the_address(home: Path) -> None:
    with visit(PAGE, "discs") as test:
        shown = texts(opened(test, tab="train"))
        assert test.selectbox(key="tune.source").options == ["Column: colour"]
        assert [button.disabled for button in test.button if button.key == "tune.start"] == [False]
        test.selectbox(key="tune.loss").set_value("arcface").run()
        assert "arcface" in test.query_params["loss"]
        assert "ArcFace: CE(30" in texts(test)
    assert "How does a model learn what you call alike?" in shown and "Before and after" not in shown


def test_what_the_command_made_is_shown_with_both_sides(home: Path) -> None:
    call = ["tune", "head", "discs", "--from", "column:colour", "--name", "colours", "--steps", "20"]
    told = CliRunner().invoke(app, call)
    assert told.exit_code == 0, told.output
    assert "measured on" in told.output and "recall@10" in told.output
    assert "There is a model tuned:colours already" in str(CliRunner().invoke(app, call).exception)
    listed = CliRunner().invoke(app, ["tune", "list", "discs"])
    assert "tuned:colours, on histogram" in listed.output
    with visit(PAGE, "discs") as test:
        shown = texts(opened(test, tab="train", model="histogram"))
        table = next(frame.value for frame in test.dataframe)
        assert list(table.columns) == ["", "histogram", "tuned", "change", "queries"]
        assert table[""].tolist()[0] == "mAP"
        assert len(test.get("bidi_component")) >= 6
    assert "tuned:colours beside histogram" in shown.replace("*", "") and "Held-out item 1" in shown


def test_a_file_of_pairs_teaches_from_the_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    titles: list[str] = []

    def start(_: Path, args: list[str], title: str) -> None:
        started.append(args)
        titles.append(title)

    monkeypatch.setattr(train_panel, "start_job", start)
    with visit(PAGE, "discs") as test:
        opened(test, tab="train")
        ids = open_shared(home / "workspaces" / "discs").dataset.ids.tolist()
        rows = "\n".join(f"{ids[n]},{ids[n + 1]}" for n in range(0, 20, 2))
        test.file_uploader(key="tune.file").upload("mine.csv", f"anchor,positive\n{rows}\n".encode(), "text/csv").run()
        assert "mine.csv: 10 pairs" in texts(test)
        assert test.selectbox(key="tune.source").options == ["File: mine.csv", "Column: colour"]
        assert not [one for one in test.selectbox if one.key == "tune.hold"], "which is asked of groups"
        test.button(key="tune.start").click().run()
        assert titles == ["Tune histogram: discs-mine"], "what shows it makes it plain text"
        where, source = started[0].index("--from") + 1, started[0][started[0].index("--from") + 1]
        assert source.startswith("file:") and source.endswith("/mine.csv") and "--hold" not in started[0][where:]
        test.file_uploader(key="tune.file").upload("bad.csv", b"anchor,positive\nnobody,here\n", "text/csv").run()
        assert "Row 1: anchor: expected the id of an item or a text, got 'nobody'" in texts(test)
        assert test.selectbox(key="tune.source").options == ["Column: colour"]
        test.file_uploader(key="tune.file").upload("none.csv", b"anchor,positive\n", "text/csv").run()
        assert "none.csv" in texts(test) and test.selectbox(key="tune.source").options == ["Column: colour"]


def test_a_source_of_another_address_is_not_taken(home: Path) -> None:
    with visit(PAGE, "discs") as test:
        opened(test, tab="train", **{"from": "file:/etc/passwd"})
        assert test.selectbox(key="tune.source").value == "column:colour"


def test_commands_list_what_teaches_and_the_losses(home: Path) -> None:
    assert "column:colour" in CliRunner().invoke(app, ["tune", "sources", "discs"]).output
    assert "Group-InfoNCE" in CliRunner().invoke(app, ["tune", "losses"]).output
