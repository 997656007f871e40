"""Neighbour scores against a slow plain version, and folds without leaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.arrays import unit_rows
from explorer.base.errors import InputError
from explorer.features.conditional.neighbour_scores import (
    item_folds,
    nearest_others,
    neighbour_scores,
    overlap,
    usable_labels,
)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_scores_agree_with_the_plain_version(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, labels = unit_rows(rng.normal(size=(24, 5))), rng.integers(0, 6, 24)
    near = nearest_others(vectors, 5)
    found = neighbour_scores(near, labels)
    for place, row in enumerate(found.rows):
        relevant = [other for other in range(24) if other != row and labels[other] == labels[row]]
        ranked = sorted((o for o in range(24) if o != row), key=lambda o: -float(vectors[row] @ vectors[o]))[:5]
        hits = [other in relevant for other in ranked]
        assert found.precision[place] == pytest.approx(sum(hits) / 5)
        assert found.recall[place] == pytest.approx(sum(hits) / len(relevant))
        assert found.reciprocal_rank[place] == pytest.approx(1 / (hits.index(True) + 1) if any(hits) else 0)
        average = sum(sum(hits[: i + 1]) / (i + 1) for i in range(5) if hits[i]) / len(relevant)
        assert found.average_precision[place] == pytest.approx(average, abs=1e-6)


def test_average_precision_divides_by_all_relevant_items_not_by_those_found() -> None:
    labels = np.zeros(21, dtype=np.int64)
    near = np.tile(np.arange(1, 11), (21, 1))
    assert neighbour_scores(near, labels).average_precision[0] == pytest.approx(0.5), "10 of 20, each at its best place"


def test_items_without_a_partner_are_left_out() -> None:
    labels = np.array([0, 0, 1, 2, 2])
    found = neighbour_scores(np.array([[1], [0], [0], [4], [3]]), labels)
    assert found.rows.tolist() == [0, 1, 3, 4] and found.precision.mean() == 1


def test_values_with_too_few_items_are_left_out() -> None:
    labels = np.array([0, 0, 0, 1, 1, 2, -1, 2, 2])
    assert usable_labels(labels, 3).tolist() == [0, 1, 2, 5, 7, 8]
    with pytest.raises(InputError, match="at least 2 values with 4 or more items each; this column has 0 of 3"):
        usable_labels(labels, 4)


@given(st.integers(2, 5), st.integers(0, 99))
def test_folds_part_the_items_and_spread_the_labels(folds: int, seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 4, 60)
    found = item_folds(labels, folds, np.random.default_rng(seed))
    assert set(found) <= set(range(folds)) and len(found) == 60
    for label in range(4):
        sizes = np.bincount(found[labels == label], minlength=folds)
        assert sizes.max() - sizes.min() <= 1


def test_overlap_counts_shared_neighbours() -> None:
    assert overlap(np.array([[1, 2], [0, 2]]), np.array([[2, 1], [3, 4]])).tolist() == [1.0, 0.0]


def test_too_few_items_for_neighbours() -> None:
    with pytest.raises(InputError, match="more than 10 items"):
        nearest_others(np.eye(5, dtype=np.float32), 10)
