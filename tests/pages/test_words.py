"""Asking in words: what stands out or does not, and what the words name, from the page to the command line."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import explorer as ex
from explorer.base.progress import Silent
from explorer.commands.main import app
from explorer.encoders.pool import POOL
from explorer.workspace.importing import import_source
from explorer.workspace.preparing import prepare
from tests.pages.visits import opened, texts, visit

KINDS = {
    "bird": ["a grey pigeon on the roof", "two pigeons eat bread", "an eagle above the hills", "a small bird sings"],
    "[b]car*": ["a fast red car", "an old car with a flat tyre", "he repairs cars", "a car stands in the garage"],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Forty texts of two kinds under MiniLM, one of the kinds with marks that Markdown reads."""
    root = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(root))
        rows = [(f"{text}, number {n}", kind) for n in range(5) for kind, some in KINDS.items() for text in some]
        table = tmp_path_factory.mktemp("tables") / "notes.csv"
        pd.DataFrame(rows, columns=["text", "kind"]).to_csv(table, index=False)
        workspace = import_source(table, root / "workspaces" / "notes")
        prepare(workspace, "", method="pca", progress=Silent())
        POOL.get(workspace.encoders()[0])
        yield root


@pytest.fixture
def explore(home: Path) -> Iterator[AppTest]:
    """The page, not yet run."""
    with visit("1_Explore", "notes") as test:
        yield test


def test_absent_things_are_said_to_be_absent_above_the_results(explore: AppTest) -> None:
    for asked in ("asdf qwer", "48213 7790", "volcano eruption"):
        shown = texts(opened(explore, q=f"text:1:{asked}"))
        assert "None stands out" in shown
        assert "stand out." not in shown
        assert "Also by name" not in shown


def test_present_things_stand_out_and_a_click_keeps_what_they_name(explore: AppTest) -> None:
    test = opened(explore, q="text:1:pigeons")
    assert "None stands out" not in texts(test) and "of these 24 stand out." in texts(test)
    name = test.button(key="explore.named.0")
    assert name.label == "10 items hold “pigeons” in the text"
    test = opened(explore, q="text:1:an old car")
    button = test.button(key="explore.named.0")
    assert "5 items hold “an old car” in the text" in button.label
    button.click().run()
    assert "text:words:an%20old%20car" in test.query_params["f"]
    assert "5 of 40 items pass" in texts(test)


def test_what_a_column_holds_is_never_formatting(explore: AppTest) -> None:
    test = opened(explore, q="text:1:car b")
    assert [button.label for button in test.button if button.key == "explore.named.0"] == []
    test = opened(explore, q="text:1:b car")
    assert test.button(key="explore.named.0").label == "20 items have kind \\[b\\]car\\*"


def test_scripts_and_commands_say_the_same(home: Path) -> None:
    found = ex.open("notes").search("pigeon", k=5)
    assert found.clear == 5 and found.names == ("10 items hold “pigeon” in the text",)
    assert ex.open("notes").search("asdf qwer").clear == 0
    assert ex.open("notes").search(item=found.ids[0]).clear is None
    told = CliRunner().invoke(app, ["search", "notes", "asdf qwer", "-k", "3"])
    assert "None stands out" in told.stderr
    told = CliRunner().invoke(app, ["search", "notes", "pigeon", "-k", "3"])
    assert "All 3 stand out." in told.stderr and "Also by name: 10 items hold “pigeon”" in told.stderr
