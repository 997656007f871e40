"""Search lab: what the tabs Engines and Filters say before and after measuring."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.commands.main import app
from explorer.index.engines import ENGINES
from tests.pages.visits import make_discs, opened, texts, visit


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """80 discs, measured by command."""
    home = tmp_path_factory.mktemp("lab")

    def columns(number: int) -> dict[str, object]:
        return {"label": ("red", "green", "blue", "orange")[number % 4], "same": "one"}

    (home / "files").mkdir()
    make_discs(home / "workspaces" / "discs", home / "files", 80, lambda number: 4 + number // 4, columns)
    return home


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    monkeypatch.setattr("explorer.features.lab.speed.ROUNDS", 1)
    monkeypatch.setattr("explorer.features.lab.speed.SECONDS", 0.0)
    monkeypatch.delitem(ENGINES, "compressed")
    yield


def test_engines_are_measured_by_command_and_shown(home: Path) -> None:
    with visit("9_Search_lab", "discs") as test:
        before = texts(opened(test, tab="engines"))
        assert [button.label for button in test.button if button.key == "lab.start.engines"] == ["Measure"]
    assert "Which search engine finds the right items fastest here?" in before and "HNSW by usearch" in before
    told = CliRunner().invoke(app, ["lab", "engines", "discs"])
    assert told.exit_code == 0 and "ef 64" in told.output and "queries a second" in told.output
    with visit("9_Search_lab", "discs") as test:
        after = texts(opened(test, tab="engines"))
        assert {"lab.engines.start"} <= {button.key for button in test.button}
    assert "This collection is searched by" in after and "stored vectors" in after


def test_filters_are_measured_by_command_and_shown(home: Path) -> None:
    told = CliRunner().invoke(app, ["lab", "filters", "discs", "--column", "label"])
    assert told.exit_code == 0 and "an attribute that goes with the query" in told.output
    with visit("9_Search_lab", "discs") as test:
        shown = texts(opened(test, tab="filters", column="label"))
        assert test.selectbox(key="lab.filters.column").options[1:] == ["label"]
    assert "What does a filter cost" in shown and "Without a filter: recall@10" in shown
    assert "An attribute that has nothing to do with it" in shown


def test_a_column_of_one_value_is_refused_in_words(home: Path) -> None:
    told = CliRunner().invoke(app, ["lab", "filters", "discs", "--column", "same"])
    assert told.exit_code != 0 and told.exception is not None
    assert "at least two different values, got 1" in f"{told.output}{told.exception}"
