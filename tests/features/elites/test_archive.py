"""The archive against pyribs' recorded stream, a plain dictionary, and the traps of the method."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explorer.base.errors import InputError
from explorer.features.elites.archive import FAILED, IMPROVED, NEW, REJECTED, Archive, cvt_archive, grid_archive

CASE = Path(__file__).with_name("insertion_case.npz")


def add(archive: Archive, quality: list[float], measures: list[list[float]]) -> list[int]:
    """Insert numbered candidates; returns what became of them."""
    numbers = np.arange(len(quality))
    status, _, _ = archive.add(numbers, numbers[:, None].astype(float), np.array(quality), np.array(measures))
    return [int(one) for one in status]


@pytest.mark.parametrize("batch", [1, 7, 300])
def test_recorded_stream_is_met_exactly_in_any_batches(batch: int) -> None:
    case = np.load(CASE, allow_pickle=False)
    archive = grid_archive((8, 8), [(-1, 1), (-1, 1)], solution_dim=2)
    counts = {REJECTED: 0, IMPROVED: 0, NEW: 0}
    for at in range(0, 300, batch):
        rows = slice(at, at + batch)
        numbers = np.arange(300)[rows]
        status, _, _ = archive.add(numbers, case["solutions"][rows], case["objectives"][rows], case["measures"][rows])
        for one in status.tolist():
            counts[one] += 1
    assert counts == {REJECTED: 159, IMPROVED: 77, NEW: 64}
    assert archive.coverage == 1.0
    assert archive.qd_score() == pytest.approx(32.339897320947415, abs=1e-9)
    assert archive.qd_score(-1.0) == pytest.approx(32.339897320947415 + 64, abs=1e-9)
    np.testing.assert_array_equal(archive.occupied, case["occupied_index"])
    np.testing.assert_allclose(archive.quality[archive.occupied], case["occupied_objective"])
    np.testing.assert_allclose(case["solutions"][archive.candidate[archive.occupied]], case["occupied_solution"])
    stored = archive.inner.data(["index", "solution"])
    order = np.argsort(stored["index"])
    np.testing.assert_allclose(stored["solution"][order], case["occupied_solution"])


def test_boundary_epsilon_and_clipping_to_the_edges() -> None:
    line = grid_archive((10,))
    cells = line.cell_of(np.array([[0.0999999], [0.09999], [-3.0], [0.0], [1.0], [7.0]]))
    assert cells.tolist() == [1, 0, 0, 0, 9, 9]
    grid = grid_archive((4, 5), [(-1, 1), (0, 10)])
    assert grid.cell_of(np.array([[-9.0, 99.0], [9.0, -99.0], [0.0, 2.0]])).tolist() == [4, 15, 11]


def test_ties_do_not_replace_and_failures_change_nothing() -> None:
    archive = grid_archive((2, 2))
    said = add(archive, [1.0, 1.0, np.nan, np.inf, 2.0, 1.5], [[0.1, 0.1]] * 6)
    assert said == [NEW, REJECTED, FAILED, FAILED, IMPROVED, REJECTED]
    assert archive.candidate[0] == 4
    assert add(archive, [5.0], [[np.nan, 0.5]]) == [FAILED]
    assert len(archive.occupied) == 1


def test_negative_quality_needs_an_offset() -> None:
    archive = grid_archive((2,))
    add(archive, [-2.0], [[0.1]])
    before = archive.qd_score()
    add(archive, [-1.0], [[0.9]])
    assert archive.qd_score() < before  # without an offset a new elite lowers the score
    assert archive.qd_score(-3.0) == pytest.approx(3.0)


Stream = list[tuple[float, float, float]]
numbers = st.integers(-4, 4).map(float)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(numbers, st.floats(-0.2, 1.2), st.floats(-0.2, 1.2)), min_size=1, max_size=40),
    st.integers(1, 9),
)
def test_as_a_dictionary_of_the_best(stream: Stream, batch: int) -> None:
    """Whatever the batches, the archive is the one that a plain loop with a dictionary gives."""
    archive = grid_archive((3, 3))
    best: dict[int, tuple[float, int]] = {}
    expected, found = [], []
    for number, (quality, x, y) in enumerate(stream):
        cell = int(archive.cell_of(np.array([[x, y]]))[0])
        better = cell not in best or quality > best[cell][0]
        expected.append(NEW if cell not in best else IMPROVED if better else REJECTED)
        if better:
            best[cell] = (quality, number)
    for at in range(0, len(stream), batch):
        part = stream[at : at + batch]
        values = np.array([one[0] for one in part])
        places: NDArray[np.float64] = np.array([one[1:] for one in part])
        order = np.arange(at, at + len(part))
        status, _, _ = archive.add(order, order[:, None].astype(float), values, places)
        found += [int(one) for one in status]
    assert found == expected
    assert {int(c): (float(archive.quality[c]), int(archive.candidate[c])) for c in archive.occupied} == best
    assert archive.qd_score(-5.0) == pytest.approx(sum(value + 5.0 for value, _ in best.values()))


def test_irregular_cells_hold_what_is_nearest(rng: np.random.Generator) -> None:
    archive = cvt_archive(30, [(0, 1), (0, 1)], seed=1)
    points = rng.random((200, 2))
    gaps = ((points[:, None] - archive.centroids[None]) ** 2).sum(axis=2)
    np.testing.assert_array_equal(archive.cell_of(points), gaps.argmin(axis=1))
    again = cvt_archive(30, [(0, 1), (0, 1)], seed=1)
    np.testing.assert_array_equal(archive.centroids, again.centroids)


@pytest.mark.parametrize("dims", [(1001, 1000), (2_000_000,), (0, 5), ()])
def test_resolution_is_limited(dims: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="Resolution: expected"):
        grid_archive(dims)


def test_a_million_cells_are_allowed() -> None:
    assert grid_archive((1000, 1000)).cells == 1_000_000
