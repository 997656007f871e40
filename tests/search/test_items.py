"""Duplicates, outliers, and what tells a selection from the rest."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from explorer.base.arrays import Floats, Mask, unit_rows
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.index import ExactIndex
from explorer.search import DuplicateGroup, duplicate_groups, explain_selection, outlier_scores
from explorer.search import duplicates as duplicates_module
from tests.index.builders import INDEXES


def circle(degrees: list[float]) -> Floats:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def groups_of(vectors: Floats, threshold: float, present: Mask | None = None) -> list[DuplicateGroup]:
    here = np.ones(len(vectors), dtype=bool) if present is None else present
    return duplicate_groups(vectors, here, threshold, ExactIndex(vectors, here))


def test_a_chain_joins_its_weakest_pair() -> None:
    vectors = circle([0, 90, 10, 200, 20, 27, 95])
    first, second = groups_of(vectors, float(np.cos(np.radians(10.5))))
    assert first.rows.tolist() == [0, 2, 4, 5] and second.rows.tolist() == [1, 6]
    assert first.weakest == (0, 5) and first.similarity == pytest.approx(np.cos(np.radians(27)), abs=1e-6)
    assert first.chain.tolist() == [0, 2, 4, 5]
    np.testing.assert_allclose(first.steps, np.cos(np.radians([10, 10, 7])), atol=1e-6)
    assert second.chain.tolist() == [1, 6]


def plain_components(vectors: Floats, threshold: float) -> list[set[int]]:
    """The slow reference: merge any two sets with a close pair."""
    sets: list[set[int]] = [{row} for row in range(len(vectors))]
    for a in range(len(vectors)):
        for b in range(a):
            if vectors[a] @ vectors[b] >= threshold:
                one, other = (next(s for s in sets if row in s) for row in (a, b))
                if one is not other:
                    sets.remove(other)
                    one |= other
    return [s for s in sets if len(s) > 1]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.6, 0.75, 0.9]))
def test_groups_equal_the_plain_components_and_chains_hold(seed: int, threshold: float) -> None:
    vectors = unit_rows(default_rng(seed).standard_normal((40, 4)))
    assume(np.abs(vectors @ vectors.T - threshold).min() > 1e-5)  # on the threshold itself rounding decides
    groups = groups_of(vectors, threshold)
    assert sorted(map(sorted, plain_components(vectors, threshold))) == sorted(g.rows.tolist() for g in groups)
    for group in groups:
        inside = vectors[group.rows] @ vectors[group.rows].T
        assert group.similarity == pytest.approx(inside.min(), abs=1e-6)
        assert {group.chain[0], group.chain[-1]} == set(group.weakest)
        assert (group.steps >= threshold - 1e-5).all() and len(group.steps) == len(group.chain) - 1
        np.testing.assert_allclose(
            group.steps,
            [vectors[a] @ vectors[b] for a, b in zip(group.chain, group.chain[1:], strict=False)],
            atol=1e-5,
        )


def test_many_copies_are_one_group_in_every_index() -> None:
    vectors = np.concatenate([np.repeat(circle([0]), 300, axis=0), circle([90, 180, 270])])
    for build in INDEXES.values():
        (group,) = duplicate_groups(vectors, np.ones(303, dtype=bool), 0.99, build(vectors, None))
        assert group.rows.tolist() == list(range(300)) and group.similarity == pytest.approx(1)


def test_copies_of_two_pictures_that_are_alike_are_one_group() -> None:
    """The first neighbours of each are its own copies; the step to the other picture comes after them."""
    vectors = circle([0.0] * 15 + [10.0] * 15 + [90.0] * 15)
    groups = groups_of(vectors, float(np.cos(np.radians(10.5))))
    assert [group.rows.tolist() for group in groups] == [list(range(30)), list(range(30, 45))]
    assert groups[0].similarity == pytest.approx(np.cos(np.radians(10)), abs=1e-6)


def test_large_groups_and_absent_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates_module, "ALL_PAIRS", 3)
    vectors = circle(list(range(10)))
    (group,) = groups_of(vectors, 0.9998)
    assert set(group.weakest) == {0, 9} and len(group.chain) == 10
    present = np.arange(10) != 5
    assert [g.rows.tolist() for g in groups_of(vectors, 0.9998, present)] == [[0, 1, 2, 3, 4], [6, 7, 8, 9]]
    assert groups_of(vectors, 0.9998, np.zeros(10, dtype=bool)) == []
    with pytest.raises(InputError, match="above 0 and at most 1, got 1.2"):
        groups_of(vectors, 1.2)


def test_the_outlier_is_the_one_far_from_all() -> None:
    vectors = circle([0, 1, 2, 3, 4, 90])
    for build in INDEXES.values():
        scores = outlier_scores(build(vectors, None), vectors, k=2)
        assert scores.argmax() == 5 and scores[5] == pytest.approx(1 - np.cos(np.radians(87)), abs=1e-6)
        assert scores[2] == pytest.approx(1 - np.cos(np.radians(1)), abs=1e-6)


def test_outliers_with_few_items_and_copies() -> None:
    vectors = np.repeat(circle([0]), 30, axis=0)
    told: list[int] = []
    assert np.abs(outlier_scores(ExactIndex(vectors), vectors, 3, advance=told.append)).max() < 1e-6
    assert told == [30]
    present = np.arange(30) < 1
    assert np.isnan(outlier_scores(ExactIndex(vectors, present), vectors, 3, present)).all()
    present = np.arange(30) < 2
    assert np.isfinite(outlier_scores(ExactIndex(vectors, present), vectors, 9, present)).sum() == 2


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
