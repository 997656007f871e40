"""Explore cuts off what is irrelevant once that is learned; the tab Batches of the lab draws what was measured."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.commands.main import app
from explorer.features.cutoff.learn import LearnSettings
from explorer.features.cutoff.service import Wish, train
from explorer.features.cutoff.sources import by_column
from explorer.heads.fit import FitSettings
from explorer.workspace.opened import open_shared
from tests.pages.visits import COLOURS, component, make_discs, opened, texts, visit


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cutoff")
    (root / "files").mkdir()

    def columns(number: int) -> dict[str, object]:
        return {"colour": COLOURS[number % 4]}

    make_discs(root / "workspaces" / "discs", root / "files", 80, lambda number: 4 + number // 4, columns)
    return root


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    yield


def test_what_is_learned_from_a_column_cuts_the_results(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("explorer.app.explore.cutoff_panel.start_job", lambda _path, args, _title: started.append(args))
    shared = open_shared(home / "workspaces" / "discs")
    query = f"item:1:{shared.dataset.ids[7]}"
    with visit("1_Explore", "discs") as test:
        said = texts(opened(test, q=query, k="50", cut="on"))
        assert "has to be learned first" in said and "kept" not in said
        test.button(key="explore.cut.learn.now").click().run()
    assert started[0][:2] == ["cutoff", "train"]
    assert started[0][3:] == ["--model", "histogram", "--column", "colour", "--method", "power", "--recall", "0.95"]
    short = LearnSettings(fit=FitSettings(steps=80, rate=1e-2, weight_decay=0.5, every=20))
    train(shared, "histogram", by_column(shared, "histogram", "colour"), Wish(recall=0.9, settings=short))
    with visit("1_Explore", "discs") as test:
        said = texts(opened(test, q=query, k="50", cut="on"))
        gallery = component(test, "explorer_gallery")
        kept = sum(not card["weak"] for card in gallery["cards"])
        assert f"**{kept} of 50** kept" in said and 0 < kept < 50 and gallery["cut"] == kept
        assert "cut off" in gallery["cut_label"] and "Learned from the same colour" in said
        test.toggle(key="explore.cut").set_value(False).run()
        assert "cut" not in test.query_params and " kept" not in texts(test)


def test_a_batch_is_drawn_with_its_tree() -> None:
    told = CliRunner().invoke(app, ["lab", "batches", "discs"])
    assert told.exit_code == 0 and "answers equal to those of one by one" in told.output
    with visit("9_Search_lab", "discs") as test:
        said = texts(opened(test, tab="batches"))
    assert "How can many filtered queries be answered together?" in said
    assert "A made-up batch: 16 queries, 4 different filters" in said and "the same answers as one by one" in said
    assert "leaves, " in said and len(test.get("plotly_chart")) == 2
