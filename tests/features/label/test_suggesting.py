"""Which items are worth a label: hand-made cases, and what must hold for any."""

import numpy as np
import pytest

from explorer.base.arrays import Floats, Rows
from explorer.features.label.method import FewLabels
from explorer.features.label.suggesting import (
    SCORES,
    densities,
    disagreement_scores,
    farthest_first,
    margin_scores,
    most_telling,
    novelties,
)


def on_circle(*degrees: float) -> Floats:
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def few(vectors: Floats, rows: list[int], codes: list[int]) -> FewLabels:
    names = tuple("abcdef"[: max(codes) + 1])
    return FewLabels(vectors=vectors, rows=np.array(rows), codes=np.array(codes), names=names)


def test_density_is_the_mean_cosine_to_the_nearest_others() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(30, 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    plain = [np.sort(np.delete(vectors @ one, row))[-10:].mean() for row, one in enumerate(vectors)]
    assert densities(vectors) == pytest.approx(np.maximum(plain, 0.05), abs=1e-6)
    assert densities(on_circle(0, 180)).tolist() == pytest.approx([0.05, 0.05])


def test_novelty_is_one_less_the_cosine_to_the_nearest_labelled_item() -> None:
    work = few(on_circle(0, 90, 60, 180), [0, 1], [0, 1])
    assert novelties(work, np.array([2, 3])) == pytest.approx([1 - np.cos(np.deg2rad(30)), 1.0], abs=1e-6)
    best = most_telling(work, np.ones(4, np.float32), np.array([2, 3]), "novel", 1)
    assert best.tolist() == [3]


def test_the_item_between_two_labels_has_the_smallest_margin() -> None:
    work = few(on_circle(0, 90, 5, 45, 80), [0, 1], [0, 1])
    scores = margin_scores(work, np.array([2, 3, 4]))
    assert scores.argmax() == 1 and scores[1] == pytest.approx(1.0, abs=1e-3)
    assert ((scores >= 0) & (scores <= 1)).all()


def test_methods_agree_where_all_is_clear_and_disagree_between() -> None:
    # The mean of the first label lies at 90 degrees, but its items at 20 and 160: a lone item of it says otherwise.
    work = few(on_circle(20, 160, 90, 270, 85, 272), [0, 1, 2, 3], [0, 0, 1, 2])
    scores = disagreement_scores(work, np.array([4, 5]))
    assert scores[0] > scores[1] >= 0 and scores.max() <= np.log(3)


@pytest.mark.parametrize("by", list(SCORES))
def test_the_best_are_apart_and_none_that_is_not_asked_for(by: str) -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(60, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[30:] = vectors[:30]  # every item twice
    work, among = few(vectors, [0, 1, 2], [0, 1, 1]), np.arange(3, 60)
    found = most_telling(work, densities(vectors), among, by, 10)
    assert len(found) == len(set(found.tolist())) == 10 and set(found) <= set(among)
    assert len({int(one) % 30 for one in found}) == 10  # no item and its copy
    assert (found == most_telling(work, densities(vectors), among, by, 10)).all()


def test_before_there_are_labels_each_is_as_unlike_as_can_be() -> None:
    vectors = on_circle(0, 1, 2, 90, 91, 180)
    nothing: Rows = np.zeros(0, np.int64)
    found = farthest_first(vectors, densities(vectors), np.arange(6), nothing, 3).tolist()
    assert len({one // 3 if one < 5 else 2 for one in found}) == 3  # one of each heap
    assert farthest_first(vectors, densities(vectors), np.arange(6), np.array([5]), 1).tolist() == [0]
    assert len(farthest_first(vectors, densities(vectors), np.arange(6), nothing, 99)) == 6


def test_many_labels_are_learned_from_evenly() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(3_000, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codes = [0] * 2_498 + [1, 1]
    scores = disagreement_scores(few(vectors, list(range(2_500)), codes), np.arange(2_500, 3_000))
    assert np.isfinite(scores).all() and scores.max() > 0
