"""Relational similarity: the official loss, ranking without the query, the scatter and its corners."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError
from explorer.features.relational.looks_and_logic import CORNERS, in_corner, info_nce, min_max, nearest, thinned

OFFICIAL, SYMMETRIC = 0.44038376, 0.27397996


def reference() -> tuple[Floats, Floats]:
    """The images and texts (6, 8) that the official loss was run on."""
    values = np.array(IMAGES_AND_TEXTS, dtype=np.float32).reshape(2, 6, 8)
    return unit_rows(values[0]), unit_rows(values[1])


def test_loss_is_the_official_one_direction() -> None:
    images, texts = reference()
    assert info_nce(images, texts) == pytest.approx(OFFICIAL, abs=1e-5)


def test_symmetric_loss_is_another_number() -> None:
    images, texts = reference()
    both = (info_nce(images, texts) + info_nce(texts, images)) / 2
    assert both == pytest.approx(SYMMETRIC, abs=1e-5)
    assert abs(both - info_nce(images, texts)) > 0.1


def test_training_loss_is_the_same_number() -> None:
    import torch

    from explorer.features.relational.train import one_way_loss

    images, texts = (torch.from_numpy(part) for part in reference())
    assert float(one_way_loss(images, texts)) == pytest.approx(OFFICIAL, abs=1e-5)


def test_the_query_is_left_out_by_its_row_and_not_by_its_rank() -> None:
    query = np.array([1.0, 0.0], np.float32)
    # Row 2 is the query, stored a little off; row 0 is an exact duplicate and comes first.
    vectors = np.array([[1, 0], [0, 1], [0.999, 0.04], [0.9, 0.43]], np.float32)
    rows, scores = nearest(vectors, query, 3, without=[2])
    assert rows.tolist() == [0, 3, 1]
    assert np.all(np.diff(scores) <= 0)


@given(st.integers(2, 40), st.integers(1, 50), st.integers(0, 1000))
def test_nearest_is_a_full_sort(count: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, 4)).astype(np.float32)
    rows, _ = nearest(vectors, vectors[0], k, without=[0])
    plain = sorted(range(1, count), key=lambda row: (-float(vectors[row] @ vectors[0]), row))[:k]
    np.testing.assert_allclose(vectors[rows] @ vectors[0], vectors[plain] @ vectors[0], atol=1e-5)
    assert 0 not in rows


def test_min_max_of_equal_values_is_the_middle() -> None:
    assert min_max(np.full(3, 7.0, np.float32)).tolist() == [0.5, 0.5, 0.5]
    assert min_max(np.array([2.0, 4.0, 3.0], np.float32)).tolist() == [0.0, 1.0, 0.5]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=300), st.integers(1, 8), st.integers(1, 6))
def test_thinning_keeps_at_most_so_many_a_cell_and_empties_none(
    points: list[tuple[float, float]], cells: int, most: int
) -> None:
    x, y = (np.array([p[axis] for p in points], dtype=np.float32) for axis in (0, 1))
    kept = thinned(x, y, cells, most)

    def by_cell(rows: list[int]) -> dict[tuple[int, int], int]:
        found: dict[tuple[int, int], int] = {}
        for row in rows:
            cell = (min(int(x[row] * cells), cells - 1), min(int(y[row] * cells), cells - 1))
            found[cell] = found.get(cell, 0) + 1
        return found

    before, after = by_cell(list(range(len(x)))), by_cell(kept.tolist())
    assert after == {cell: min(count, most) for cell, count in before.items()}


def test_thinning_takes_the_first_of_the_order() -> None:
    same = np.full(4, 0.5, np.float32)
    assert thinned(same, same, 3, 2, np.array([3, 1, 0, 2])).tolist() == [1, 3]


@pytest.mark.parametrize(("name", "tip"), [("analogous", 0), ("alike", 1), ("unrelated", 2), ("lookalike", 3)])
def test_corners(name: str, tip: int) -> None:
    x = np.array([0.05, 0.95, 0.1, 0.9, 0.5], np.float32)
    y = np.array([0.9, 0.95, 0.05, 0.1, 0.5], np.float32)
    rows, away = in_corner(x, y, name)
    assert rows.tolist() == [tip]
    assert away[0] < 0.2


def test_unknown_corner_lists_the_corners() -> None:
    with pytest.raises(InputError, match=", ".join(CORNERS)):
        in_corner(np.zeros(1, np.float32), np.zeros(1, np.float32), "north")


IMAGES_AND_TEXTS = [
    -1.12583982,
    -1.15236020,
    -0.25057858,
    -0.43387880,
    0.848710358,
    0.692009150,
    -0.31601276,
    -2.11521935,
    0.322274923,
    -1.26333475,
    0.349983185,
    0.308133929,
    0.119841508,
    1.237657904,
    1.116777181,
    -0.24727815,
    -1.35265374,
    -1.69593119,
    0.566650629,
    0.793508350,
    0.598839461,
    -1.55509507,
    -0.34136039,
    1.853006124,
    0.750189483,
    -0.58549755,
    -0.17339675,
    0.183477938,
    1.389366149,
    1.586334228,
    0.946298360,
    -0.84367674,
    -0.61358308,
    0.031592741,
    -0.49267697,
    0.248414754,
    0.439695835,
    0.112411186,
    0.640792369,
    0.441156268,
    -0.10230965,
    0.792443990,
    -0.28966769,
    0.052507486,
    0.522860467,
    2.302205324,
    -1.46889388,
    -1.58668875,
    -1.59700274,
    -0.54137837,
    0.488171637,
    -0.30938822,
    0.687475562,
    0.417781084,
    0.064293533,
    -2.39182972,
    0.009922891,
    -0.74252027,
    1.414668917,
    2.695485591,
    -0.95198744,
    0.373763382,
    2.390584945,
    -0.63334822,
    -1.75112736,
    -1.05195116,
    1.344221830,
    1.696420192,
    -0.43588227,
    0.241967916,
    -0.67254424,
    2.087891578,
    -0.39033871,
    -0.97031807,
    -0.50928074,
    -0.16629913,
    0.642479896,
    2.366791963,
    0.847828388,
    -0.27964925,
    -0.67892682,
    0.512527883,
    -1.07949769,
    0.249039024,
    1.029021739,
    -0.16761271,
    1.368415713,
    0.691863417,
    -0.27451032,
    2.404205322,
    -1.60685014,
    0.017698571,
    -0.20862454,
    1.632654666,
    -1.44542157,
    -1.08962821,
]
