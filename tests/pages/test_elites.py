"""The MAP-Elites page, run as Streamlit runs it: from app.py, then switched to; widgets are found by key."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.elites.view import ADDRESS, View
from explorer.app.frame.address import Address
from explorer.base.progress import Silent
from explorer.features.elites.service import RunSettings, open_run, run_many
from explorer.features.elites.store import read_info, run_names
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import list_jobs
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import make_discs, texts, visit

COUNT = 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EXPLORER_HOME with 60 pictures of discs under the colour histogram, which reads no texts."""
    root, files = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("pictures")
    make_discs(
        root / "workspaces" / "discs",
        files,
        COUNT,
        lambda number: 4 + number // 3,
        lambda number: {"width": 2 * (4 + number // 3), "number": float(number)},
    )
    return root


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page, not yet run."""
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    with visit("5_MAP-Elites", "discs") as test:
        yield test


def workspace(home: Path) -> Workspace:
    return opened(home).workspace


def opened(home: Path) -> Opened:
    return open_shared(home / "workspaces" / "discs")


def settings(**changes: object) -> RunSettings:
    axes = ("image:brightness", "column:number")
    plain = {"name": "Discs", "encoder": "histogram", "axes": axes, "quality": "image:colourfulness", "cells": (4, 4)}
    return RunSettings(**{**plain, "evaluations": 40, "batch": 10, "start": 10, "emitter": "frontier", **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made(home: Path) -> Path:
    """The home with a map and its baselines, two seeds each."""
    assert len(list(run_many(opened(home), settings(), 2, True, Silent()))) == 6
    return home


def test_a_first_visit_offers_what_the_model_can_measure_and_starts_a_job(page: AppTest, home: Path) -> None:
    page.run()
    kinds = page.selectbox(key="elites.form.axis1.kind.data")
    assert "Between two texts" not in kinds.options  # the histogram reads no texts
    assert "Numeric attribute" in kinds.options
    page.number_input(key="elites.form.evaluations.data").set_value(30)
    page.select_slider(key="elites.form.side").set_value(5)
    page.text_input(key="elites.form.name").set_value("First try").run()
    page.button(key="elites.form.start").click().run()
    for _ in range(300):
        if all(job.state != "running" for job in list_jobs(workspace(home).path)):
            break
        time.sleep(0.2)
    assert [job.state for job in list_jobs(workspace(home).path)] == ["done"]
    kept = read_info(workspace(home).path / "elites" / "First try").settings
    assert (kept.evaluations, kept.cells, kept.axes[0]) == (30, (5, 5), "image:brightness")
    page.run()
    assert page.selectbox(key="elites.run").value == "First try"
    assert "coverage" in texts(page)


def test_a_name_that_cannot_be_is_refused(page: AppTest, home: Path) -> None:
    page.query_params["model"] = "histogram"
    page.run()
    if not run_names(workspace(home)):
        page.text_input(key="elites.form.name").set_value("../out").run()
        page.button(key="elites.form.start").click().run()
        assert "Name of the run" in texts(page)
    assert not (home / "workspaces" / "discs" / "out").exists()


def test_a_cell_shows_its_elite_lineage_and_neighbours(page: AppTest, made: Path) -> None:
    page.query_params.update({"run": "Discs seed 0", "cell": "0"})
    page.run()
    said = texts(page)
    assert "Lineage" in said or "Nothing" in said
    page.query_params.pop("cell")
    page.run()
    assert "The best of all cells" in texts(page)
    assert "Nearest items of the data set" in texts(page)
    assert "QD score (offset 0)" in texts(page)


def test_an_empty_cell_is_named(page: AppTest, made: Path) -> None:
    run = open_run(opened(made), "Discs seed 0")
    empty = next(cell for cell in range(16) if run.elite(cell) < 0)
    page.query_params.update({"run": "Discs seed 0", "cell": str(empty)})
    page.run()
    assert f"Nothing {run.name_of(empty)}" in "".join(str(one.value) for one in page.info).replace("\\", "")


def test_runs_are_compared_with_intervals(page: AppTest, made: Path) -> None:
    page.query_params["run"] = "Discs seed 0"
    page.run()
    table = next(one.value for one in page.dataframe if "way to search" in one.value.columns)
    assert sorted(table["runs"]) == [2, 2, 2]
    assert all("to" in shown for shown in table["qd score"])


def test_a_run_of_another_model_is_refused_with_the_way_on(page: AppTest, made: Path) -> None:
    folder = workspace(made).path / "elites" / "Foreign"
    folder.mkdir(exist_ok=True)
    text = (workspace(made).path / "elites" / "Discs seed 0" / "settings.json").read_text("utf-8")
    (folder / "settings.json").write_text(text.replace('"histogram"', '"pocket"'), encoding="utf-8")
    page.query_params["run"] = "Foreign"
    page.run()
    assert "was made with the model pocket" in texts(page)


def test_an_unknown_run_and_a_damaged_cell_do_no_harm(page: AppTest, made: Path) -> None:
    page.query_params.update({"run": "no such map", "cell": "-5"})
    page.run()
    assert "no map named" in texts(page).replace("\\", "")


def test_continue_from_here_begins_with_the_elite(page: AppTest, made: Path) -> None:
    page.query_params["run"] = "Discs seed 0"
    page.run()
    page.button(key="elites.continue").click().run()
    for _ in range(300):
        names = [name for name in run_names(workspace(made)) if "from cell" in name]
        if names:
            break
        time.sleep(0.2)
    name = names[0]
    for _ in range(300):
        if all(job.state != "running" for job in list_jobs(workspace(made).path)):
            break
        time.sleep(0.2)
    run = open_run(opened(made), name)
    best = open_run(opened(made), "Discs seed 0")
    assert run.title(0) == best.title(best.elite(best.shown_cell(-1)))
    assert run.settings.origin.startswith("Discs seed 0/")


def test_one_run_of_the_page_opens_the_workspace_once_and_reads_the_address_once(
    page: AppTest, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens, reads = [], []
    real_open, real_read = Workspace.open.__func__, Address.read  # type: ignore[attr-defined]

    def count_opens(cls: type[Workspace], path: Path | str) -> Workspace:
        opens.append(path)
        found: Workspace = real_open(cls, path)
        return found

    def count_reads(self: Address[Any], params: Any) -> Any:
        reads.append(params)
        return real_read(self, params)

    page.query_params.update({"run": "Discs seed 0", "cell": "0", "show": "colours"})
    monkeypatch.setattr(Workspace, "open", classmethod(count_opens))
    monkeypatch.setattr(Address, "read", count_reads)
    page.run()
    assert "QD score (offset 0)" in texts(page)
    assert len(opens) == 1
    assert len(reads) == 1


def test_the_address_reads_back_what_was_written() -> None:
    for view in (View(), View("a run", 7, "colours"), View(run="Map 1")):
        assert ADDRESS.read(ADDRESS.write(view)) == (view, [])
    view, problems = ADDRESS.read({"run": ["x"], "cell": ["-5"], "show": ["nothing"]})
    assert view == View(run="x")
    assert len(problems) == 2
