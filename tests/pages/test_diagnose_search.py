"""Diagnose: index doctor, index health and limits, on vectors of their own lengths, and their command."""

from collections.abc import Iterator

import numpy as np
import pytest
from typer.testing import CliRunner

from explorer.app.diagnose.doctor_figures import candidates_figure, funnel_figure, tree_figure
from explorer.app.diagnose.health_figures import bins_figure, dimension_figure, orders_figure
from explorer.app.diagnose.limits_figures import free_figure, recall_figure
from explorer.base.errors import ModelError
from explorer.commands.main import app
from explorer.features.diagnose.doctor import service as doctor
from explorer.features.diagnose.health import service as health
from explorer.features.diagnose.limits.free import Attempt
from explorer.features.diagnose.limits.limit_small import limit_small
from explorer.features.diagnose.limits.service import FreeReport, LimitReport, by_words_and_chance
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared
from tests.features.diagnose.collections import with_vectors
from tests.pages.visits import opened, texts, visit

SPEC = "precomputed:v"


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """150 vectors of three labels by direction, of lengths from 1 to 9."""
    rng = np.random.default_rng(7)
    vectors = np.eye(3, 8)[np.arange(150) % 3] + rng.normal(size=(150, 8)) * 0.3
    folder = tmp_path_factory.mktemp("search") / "workspaces"
    folder.mkdir()
    return with_vectors(folder, vectors * rng.uniform(1, 9, (150, 1)), ["a", "b", "c"])


@pytest.fixture(autouse=True)
def at_home(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_HOME", str(ws.path.parents[1]))
    monkeypatch.setattr(doctor, "K", 20)
    monkeypatch.setattr(doctor, "PART", 6)
    monkeypatch.setattr(health, "SEEDS", 2)
    yield


def test_each_part_says_what_it_answers_and_offers_the_work_first() -> None:
    with visit("8_Diagnose", "items") as test:
        assert "is it the vectors, the metric or the index?" in texts(opened(test, tab="index"))
        assert test.button(key="diagnose.start.index").label == "Examine"
        assert "does it matter in which order they went in?" in texts(opened(test, tab="health"))
        assert test.button(key="diagnose.start.health").label == "Examine"
        said = texts(opened(test, tab="limits", dim="5"))
    assert f"{SPEC} reads no texts" in said and "no law of geometry" in said and "CC BY 4.0" in said
    assert test.button(key="diagnose.start.free").label == "Run" and test.selectbox(key="diagnose.dim").value == 5


def test_the_doctor_by_command_and_on_the_page(ws: Workspace) -> None:
    told = CliRunner().invoke(app, ["diagnose", str(ws.path), "--index", "label"]).output
    assert "30 queries among 120 items, 3 values of label." in told and "inner product, exact: label recall@20" in told
    with visit("8_Diagnose", "items") as test:
        said = texts(opened(test, tab="index", ef="40"))
        assert test.select_slider(key="diagnose.ef").value == 40
        assert [one.label for one in test.metric] == ["DBI_E", "DBI_C", "CV of lengths", "Relative contrast RC"]
    assert "stay with cosine" in said and "with their own lengths" in said and "ef 40: " in said
    found = doctor.known_diagnosis(open_shared(ws.path), SPEC, "label")
    assert found is not None
    point = found.metrics["cosine"].curve[0]
    funnel = funnel_figure(found, "cosine", point)
    assert funnel.data[0].y[0].startswith("chance  ") and len(funnel.data) == 5
    curve = candidates_figure(found.metrics["cosine"].curve, found.metrics["cosine"].exact.recall, 20, 20)
    assert [line.yaxis for line in curve.data] == ["y", "y2"] and list(curve.data[0].x)[-1] == 120
    boxes = [one for one in tree_figure(found, "#123456").layout.annotations if one.bordercolor]
    taken = [one.text for one in boxes if one.text.startswith("<b>")]
    assert {one.font.color for one in boxes} == {"#123456"}
    assert len(boxes) == 7 and len(taken) == 3 and found.advice.methods[0] in taken[-1]


def test_health_by_command_and_on_the_page(ws: Workspace) -> None:
    told = CliRunner().invoke(app, ["diagnose", str(ws.path), "--health", "--category", "label"]).output
    assert "Intrinsic dimension: median" in told and "ef 128: Queries by items: recall 100.0%" in told
    with visit("8_Diagnose", "items") as test:
        said = texts(opened(test, tab="health", ef="32"))
        assert test.select_slider(key="diagnose.health.ef").value == 32
    assert "There is no map of these items yet" in said and "120 items, one thread" in said
    shared = open_shared(ws.path)
    found, around = health.known_health(shared, SPEC, "label"), health.known_dimensions(shared, SPEC)
    assert found is not None and around is not None
    assert sum(dimension_figure(around).data[0].y) == 150
    assert len(bins_figure(found, 32).data[0].x) == 5
    assert [box.name for box in orders_figure(found, "item", 32).data][1:3] == [
        "low first",
        "high first",
    ]


def test_limits_by_command_name_a_model_that_reads_no_texts(ws: Workspace) -> None:
    failed = CliRunner().invoke(app, ["diagnose", str(ws.path), "--limits"])
    assert isinstance(failed.exception, ModelError) and f"{SPEC} reads no texts" in str(failed.exception)
    wrong = CliRunner().invoke(app, ["diagnose", str(ws.path), "--free", "1"])
    assert "expected 2 to 12, got 1" in str(wrong.exception)


def test_figures_of_the_limits() -> None:
    beside = by_words_and_chance(limit_small())
    figure = recall_figure(LimitReport("<b>m</b>", 8, 0, {"model": beside["chance"], **beside}))
    assert [bar.name for bar in figure.data] == ["&lt;b&gt;m&lt;/b&gt;", "BM25", "TF-IDF", "chance"]
    assert figure.data[1].y[0] == pytest.approx(0.9915)
    free = free_figure(FreeReport(2, 60, 3, (Attempt(3, 1, 1, 1, 51), Attempt(4, 0.5, 0.8, 5, 60))), 3)
    assert list(free.data[0].x) == [3, 4] and free.data[0].marker.color[0] != free.data[0].marker.color[1]
