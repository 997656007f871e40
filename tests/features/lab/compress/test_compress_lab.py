"""Small vectors side by side: what is lost, what it takes, what re-ranking brings back."""

import numpy as np
import pytest
from numpy.random import default_rng

from explorer.base.arrays import unit_rows
from explorer.features.lab.compress import measure as measure_module
from explorer.features.lab.compress.measure import DIMENSIONS, NUMBER_BITS, RE_RANKED, compress, compress_path
from explorer.features.lab.compress.small import small
from explorer.features.lab.contract import METHODS
from explorer.features.lab.queries import Held, Trial, held_queries
from explorer.features.lab.report import LabReport, kept_report
from explorer.index import ExactIndex
from explorer.index.compressed import Compression, learn_projection
from explorer.workspace.opened import Opened

ROWS = unit_rows(default_rng(0).standard_normal((300, 24)) * 0.8 ** np.arange(24)).astype(np.float16)
QUERIES = unit_rows(default_rng(1).standard_normal((40, 24)) * 0.8 ** np.arange(24))
TRUTH = ExactIndex(ROWS).query(QUERIES, 10)


@pytest.fixture(scope="module")
def report(shapes: Opened) -> LabReport:
    """Speed is not looked at here: one short round. Texts stand for those of a model that reads them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("explorer.features.lab.speed.ROUNDS", 1)
        patch.setattr("explorer.features.lab.speed.SECONDS", 0.0)
        patch.setattr("explorer.index.projections.STEPS", 20)
        patch.setattr(measure_module, "DIMS", (4, 8))
        whole = held_queries

        def with_texts(opened: Opened, spec: str, *, k: int = 10) -> Held:
            held = whole(opened, spec, k=k)
            item = held.trials[0]
            some = unit_rows(np.abs(default_rng(2).standard_normal((60, item.queries.shape[1]))))
            return Held(held.searched, (item, Trial("text", some[:30], item.truth, some[30:])))

        patch.setattr(measure_module, "held_queries", with_texts)
        return compress(shapes, shapes.encoders[0])


def test_every_way_with_every_shape_is_measured_and_kept(report: LabReport, shapes: Opened) -> None:
    assert kept_report(compress_path(shapes, shapes.encoders[0])) == report
    for kind in ("item", "text"):
        points = report.of(kind)
        assert [point.way for point in points].count("exact") == 1 and points[0].recall.value == 1
        for way in ("pca", "leanvec-id", "leanvec-ood"):
            shapes_of = {(p.more[DIMENSIONS], p.more[NUMBER_BITS], p.more[RE_RANKED]) for p in points if p.way == way}
            assert len(shapes_of) == 2 * 3 * 2
        assert len([point for point in points if point.way == "lvq"]) == 2 * 2
    assert {point.way for point in report.points} <= set(METHODS)
    assert any("measured once for each" in note for note in report.notes)


def test_fewer_bits_take_less_and_re_ranking_finds_more(report: LabReport) -> None:
    for way in ("pca", "leanvec-ood"):
        some = [point for point in report.of("item") if point.way == way and point.more[DIMENSIONS] == 8]
        memory = {point.more[NUMBER_BITS]: point.costs["megabytes"].value for point in some}
        assert memory[4] < memory[8] < memory[32]
        recalls = {(point.more[NUMBER_BITS], point.more[RE_RANKED]): point.recall.value for point in some}
        assert all(recalls[bits, 1] >= recalls[bits, 0] for bits in memory)
        assert recalls[32, 1] > recalls[4, 0]


def test_all_dimensions_in_single_precision_lose_nothing() -> None:
    projection = learn_projection(ROWS, Compression(24, 0, "pca"))
    made = small(ROWS, projection, 0)
    assert (made.answer(QUERIES, 10, True).rows == TRUTH.rows).all()
    assert made.nbytes == 300 * 24 * 4 + 2 * 24 * 24 * 4
    rounded = small(ROWS, None, 4)
    assert rounded.nbytes == 300 * (12 + 8)
    without, with_it = (np.isin(rounded.answer(QUERIES, 10, again).rows, TRUTH.rows).mean() for again in (False, True))
    assert with_it >= without


def test_answers_are_scored_by_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.features.lab.compress.small.BLOCK", 70)
    found = small(ROWS, None, 8).answer(QUERIES, 10, False)
    scores = np.take_along_axis(QUERIES @ ROWS.astype(np.float32).T, found.rows, axis=1)
    np.testing.assert_allclose(found.similarities, scores, atol=1e-6)
