"""Engines side by side: every installed one is measured, and what is missing says what to install."""

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.features.lab.contract import METHODS
from explorer.features.lab.engines.measure import EFS, engines, engines_path, usable
from explorer.features.lab.report import kept_report
from explorer.index.engines import ENGINES
from explorer.workspace.opened import Opened
from tests.features.lab.conftest import few_items


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speed is not looked at here: one short round; compressed vectors have tests of their own."""
    monkeypatch.delitem(ENGINES, "compressed")
    monkeypatch.setattr("explorer.features.lab.speed.ROUNDS", 1)
    monkeypatch.setattr("explorer.features.lab.speed.SECONDS", 0.0)


def test_every_engine_is_a_curve_and_exact_search_a_point(shapes: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = replace(ENGINES["usearch"], name="absent", modules=("a_library_of_nobody",))
    monkeypatch.setitem(ENGINES, "absent", absent)
    spec = shapes.encoders[0]
    report = engines(shapes, spec)
    assert {point.way for point in report.points} == {engine.name for engine in usable()}
    for name in ("exact", "hnsw", "usearch", "milvus"):
        if name not in {engine.name for engine in usable()}:
            continue
        chosen = [point for point in report.of("item") if point.way == name]
        assert [point.setting for point in chosen] == (
            ["every item"] if name in ("exact", "milvus") else [f"ef {ef}" for ef in EFS]
        )
        assert all(set(point.costs) == {"per_second", "megabytes", "build_seconds"} for point in chosen)
        assert chosen[-1].recall.value == 1 and name in METHODS
    assert "stored vectors" in report.notes[0]
    assert report.notes[-1].endswith("pip install 'similarity-explorer[engines]'.")
    assert kept_report(engines_path(shapes, spec)) == report


def test_too_few_items_are_refused(tmp_path: Path) -> None:
    few = few_items(tmp_path)
    with pytest.raises(InputError, match="at least 50 items"):
        engines(few, few.encoders[0])
