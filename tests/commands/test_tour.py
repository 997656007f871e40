"""`explorer tour …` and `explorer serve --present`."""

import json
import os
from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.app.server import run
from explorer.base.errors import ExplorerError
from explorer.base.settings import OPEN_FIRST
from explorer.commands import serve as serving
from explorer.commands.main import app as main_app
from explorer.commands.tour import app
from explorer.library import demo_more
from explorer.workspace.folder import Workspace
from explorer.workspace.tours import stop_of
from explorer.workspace.tours_store import add_stop, delete_tour, load_tour


@pytest.fixture
def ws(text_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace `texts`, which has no vectors, and a tour of its home page and of Explore."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    add_stop("talk", stop_of("Home", {"ws": ["texts"]}, "One."))
    add_stop("talk", stop_of("Explore", {"ws": ["texts"]}, "Two."))
    return text_workspace


def told(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def test_tours_are_listed_and_checked(ws: Workspace) -> None:
    assert told("list").splitlines() == ["demo: 12 stops, ships with the program", "talk: 2 stops"]
    lines = told("check", "talk", code=1).splitlines()
    assert lines == [
        "  1  Home: opens",
        "  2  Explore: texts has no vectors yet. Make them with: explorer prepare 'texts'",
        "1 of 2 stops lack something.",
    ]
    assert "make it with: explorer demo scenes" in told("check", "demo", code=1)


def test_a_tour_goes_out_to_a_file_and_comes_in(ws: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    assert told("export", "talk", str(file)) == f"2 stops written to {file}\n"
    assert "mine: 2 stops. Show it with: explorer serve --present --tour 'mine'" in told("import", str(file))
    assert load_tour("mine").stops == load_tour("talk").stops
    told("import", str(file), "--name", "third")
    delete_tour("third")
    assert told("undo", "third") == "third is as it was before its last change: 2 stops.\n"
    file.write_text(json.dumps({"schema": 1, "stops": [{"address": "https://a.test/", "caption": "x"}]}))
    for arguments, words in (
        (["import", str(file), "--name", "bad"], "Stop 1: Expected the address of a page of this app"),
        (["import", str(tmp_path / "none.json")], "none.json cannot be read"),
        (["check", "none"], "There is no tour 'none'"),
    ):
        with pytest.raises(ExplorerError, match=words):
            CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_serve_begins_at_the_first_stop(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(run, "pages_running", nullcontext)
    monkeypatch.setattr(run, "run_server", lambda *_, start, **__: started.append(start))
    monkeypatch.setenv(OPEN_FIRST, "for monkeypatch to restore")
    monkeypatch.delenv(OPEN_FIRST)
    done = CliRunner().invoke(main_app, ["serve", "--present", "--tour", "talk"], catch_exceptions=False)
    assert os.environ.pop(OPEN_FIRST) == "texts", "what pages without an address show"
    assert started == ["?ws=texts&tour=talk&stop=1"] and "1 of 2 stops lack something" in done.output
    made: list[str] = []
    monkeypatch.setattr(serving, "_make_demo", lambda: made.append("scenes"))
    monkeypatch.setattr(demo_more, "start_missing", lambda _: made.append("the rest"))
    monkeypatch.setattr(demo_more, "start_notes", lambda: made.append("notes"))
    done = CliRunner().invoke(main_app, ["serve", "--present"], catch_exceptions=False)
    assert os.environ.pop(OPEN_FIRST) == "scenes"
    assert started[1].endswith("&tour=demo&stop=1") and made == ["scenes", "the rest", "notes"]
    assert "12 of 12 stops lack something. The demo is still being made" in done.output
