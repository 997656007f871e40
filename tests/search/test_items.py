"""Neighbours of items, outliers, and what tells a selection from the rest."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from explorer.base.arrays import Floats, Mask, unit_rows
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.index import ExactIndex
from explorer.index.graph import item_neighbours
from explorer.search import explain_selection, outlier_scores
from explorer.search import outliers as outliers_module
from explorer.search.outliers import loneliness


def circle(degrees: list[float]) -> Floats:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_neighbours_are_other_items_also_among_copies() -> None:
    vectors = np.repeat(circle([0.0, 90.0]), 4, axis=0)
    found = item_neighbours(ExactIndex(vectors), vectors, np.arange(8), 3)
    for row, near in enumerate(found.rows):
        assert set(near) == {other for other in range(8) if other // 4 == row // 4 and other != row}


def test_the_outlier_is_the_one_far_from_all() -> None:
    vectors = circle([0, 1, 2, 3, 4, 90])
    scores = outlier_scores(vectors, k=2)
    assert scores.argmax() == 5 and scores[5] == pytest.approx(1 - np.cos(np.radians(87)), abs=1e-6)
    assert scores[2] == pytest.approx(1 - np.cos(np.radians(1)), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_outlier_scores_equal_a_plain_sort(seed: int, k: int) -> None:
    """No index stands between: an item that a graph does not reach is no outlier."""
    vectors = unit_rows(default_rng(seed).standard_normal((30, 4))).astype(np.float16)
    present = default_rng(seed).random(30) < 0.8
    rows = np.flatnonzero(present)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outliers_module, "NUMBERS", 100)  # several blocks
        scores = outlier_scores(vectors, k, present)
    near = np.sort(vectors[rows].astype(np.float32) @ vectors[rows].astype(np.float32).T, axis=1)[:, ::-1]
    assert np.isnan(scores[~present]).all()
    np.testing.assert_allclose(scores[rows], 1 - near[:, min(k, len(rows) - 1)], atol=2e-3)


def test_outliers_with_few_items_and_copies() -> None:
    vectors = np.repeat(circle([0]), 30, axis=0)
    told: list[int] = []
    assert np.abs(outlier_scores(vectors, 3, advance=told.append)).max() < 1e-6
    assert told == [30]
    assert np.isnan(outlier_scores(vectors, 3, np.arange(30) < 1)).all()
    assert np.isfinite(outlier_scores(vectors, 9, np.arange(30) < 2)).sum() == 2
    assert np.isnan(outlier_scores(vectors[:0])).all()


def careless(vectors: np.ndarray, pool: np.ndarray, k: int, **_: object) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours of which every second one was missed."""
    near = np.sort(vectors.astype(np.float32) @ vectors.astype(np.float32).T, axis=1)[:, ::-1]
    return pool, near[:, 1 : 2 * k + 1 : 2] - 1e-6


@pytest.mark.parametrize("some_absent", [False, True])
def test_the_loneliest_of_many_are_exact_though_neighbours_were_missed(
    some_absent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = unit_rows(default_rng(1).standard_normal((600, 5))).astype(np.float16)
    vectors[7:10] = vectors[6]
    present = default_rng(1).random(600) < 0.8 if some_absent else np.ones(600, bool)
    truth = outlier_scores(vectors, 4, present)
    for name, value in {"ALL_WITH_ALL": 100, "SURE": 20, "AT_A_TIME": 16, "nearest_items": careless}.items():
        monkeypatch.setattr(outliers_module, name, value)
    found = loneliness(vectors, 4, present, Silent())
    assert np.isnan(found.distances[~present]).all() and 20 <= found.sure < 200
    first = np.argsort(-np.nan_to_num(found.distances, nan=-1), kind="stable")[: found.sure]
    best = np.argsort(-np.nan_to_num(truth, nan=-1), kind="stable")[: found.sure]
    np.testing.assert_allclose(found.distances[first], truth[best], atol=1e-5)
    assert set(first) == set(best)
    rows = np.flatnonzero(present)
    assert (found.distances[rows] >= truth[rows] - 1e-5).all() and (found.distances[rows] > truth[rows] + 1e-3).any()


def test_where_no_item_stands_out_few_are_sure_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = circle(np.arange(0, 360, 1.0).tolist())
    for name, value in {"ALL_WITH_ALL": 100, "AT_A_TIME": 16, "MOST_AT_A_TIME": 2}.items():
        monkeypatch.setattr(outliers_module, name, value)
    monkeypatch.setattr(outliers_module, "nearest_items", careless)
    assert loneliness(vectors, 4, np.ones(360, bool), Silent()).sure == 0
    monkeypatch.setattr(outliers_module, "ALL_WITH_ALL", 360)
    assert loneliness(vectors, 4, np.ones(360, bool), Silent()).sure == 360


def selection_data(n: int = 4000) -> tuple[Dataset, Mask]:
    generator = default_rng(0)
    selected = generator.random(n) < 0.2
    red = generator.random(n) < np.where(selected, 0.8, 0.1)
    table = pa.table(
        {
            "id": [str(row) for row in range(n)],
            "colour": pa.array(np.where(red, "red", "blue")),
            "noise": pa.array(generator.choice(list("abcdef"), n)),
            "size": pa.array(generator.normal(np.where(selected, 1.0, 0.0), 1.0)),
            "flat": pa.array(np.ones(n)),
            "flag": pa.array(red),
            "name": pa.array([f"item {row}" for row in range(n)]),
            "tags": pa.array([["red", "red", "thing"] if one else ["thing"] for one in red]),
            "gap": pa.array([None if one else "there" for one in red]),
            "vector": pa.array([[0.1, 0.2]] * n),
            "nothing": pa.nulls(n),
        }
    )
    return Dataset(table), selected


def test_columns_that_differ_come_first_and_noise_is_left_out() -> None:
    data, selected = selection_data()
    frame = explain_selection(data, selected)
    assert set(frame["column"]) == {"colour", "size", "flag", "tags", "gap"}
    assert (frame["strength"].diff().dropna() <= 0).all()
    red = frame[(frame["column"] == "colour") & (frame["value"] == "red")].iloc[0]
    colours = data.column("colour") == "red"
    inside, outside = colours[selected].mean(), colours[~selected].mean()
    assert (red["inside"], red["outside"]) == (pytest.approx(inside), pytest.approx(outside))
    assert red["effect"] == pytest.approx(inside / outside, rel=0.01) and red["low"] < red["effect"] < red["high"]
    assert red["count"] == colours[selected].sum()
    size = frame[frame["column"] == "size"].iloc[0]
    assert size["kind"] == "difference" and size["effect"] == pytest.approx(1, abs=0.15) and size["low"] > 0
    tag = frame[(frame["column"] == "tags") & (frame["value"] == "red")].iloc[0]
    assert tag["inside"] == pytest.approx(inside)
    assert "(missing)" in set(frame[frame["column"] == "gap"]["value"])


def test_a_random_selection_is_rarely_explained() -> None:
    data, _ = selection_data(500)
    found = [len(explain_selection(data, default_rng(seed).random(500) < 0.3)) > 0 for seed in range(40)]
    assert np.mean(found) < 0.15


def test_nothing_and_everything_need_no_explanation() -> None:
    data, selected = selection_data(50)
    for mask in (np.zeros(50, dtype=bool), np.ones(50, dtype=bool)):
        frame = explain_selection(data, mask)
        assert frame.empty and list(frame.columns)[:3] == ["column", "value", "kind"]
    assert explain_selection(Dataset(data.table.select(["id"])), selected).empty
    with pytest.raises(InputError, match="mask of 50 items"):
        explain_selection(data, np.arange(50))  # type: ignore[arg-type]
