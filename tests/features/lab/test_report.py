"""Reports of the lab: kept, read again, and the frame of what is measured."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.features.lab.report import LabReport, Point, Span, keep_report, kept_report
from explorer.features.lab.speed import LEAST, ROUNDS, per_second
from explorer.index import Recall

POINT = Point(
    way="hnsw",
    setting="ef 64",
    kind="text",
    recall=Recall(0.9, 0.85, 0.94, 200),
    costs={"per_second": Span(1000.0, 900.0, 1100.0), "megabytes": Span.exactly(3.0)},
    more={"links": 16.0},
)
REPORT = LabReport(tab="engines", model="pocket", items=900, dim=384, points=(POINT, replace(POINT, kind="item")))


def test_a_report_is_read_as_it_was_kept(tmp_path: Path) -> None:
    keep_report(tmp_path / "lab" / "one.json", REPORT)
    assert kept_report(tmp_path / "lab" / "one.json") == REPORT


def test_a_report_of_another_shape_is_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text('{"tab": "engines", "points": [{"way": "hnsw"}], "notes": []}')
    assert kept_report(path) is None
    assert kept_report(tmp_path / "none.json") is None


def test_kinds_in_the_order_of_measuring() -> None:
    assert REPORT.kinds == ["text", "item"]
    assert [point.way for point in REPORT.of("item")] == ["hnsw"]


def test_queries_are_asked_one_by_one_and_all_of_them() -> None:
    asked: list[float] = []

    def ask(query: np.ndarray) -> None:
        assert query.shape == (1, 2)
        asked.append(float(query[0, 0]))

    span = per_second(ask, np.arange(6, dtype=np.float32).reshape(3, 2))
    assert len(asked) >= LEAST * ROUNDS
    assert set(asked) == {0.0, 2.0, 4.0}
    assert span.low <= span.value <= span.high
