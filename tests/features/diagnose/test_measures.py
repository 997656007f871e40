"""Hubness, spread, gap, confident learning and leakage on planted data, and against scipy's and cleanlab's numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from scipy.stats import skew

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.columns import codes_of
from explorer.features.diagnose.gap import gap
from explorer.features.diagnose.hubness import hubness
from explorer.features.diagnose.leakage import leakage, likely_test, spare_rows
from explorer.features.diagnose.spread import spread
from explorer.search.doubtful import doubtful, neighbour_probabilities, thresholds, usable
from explorer.search.duplicates import DuplicateGroup

CLEANLAB = json.loads((Path(__file__).parent / "cleanlab_2_9_0.json").read_text("utf-8"))


def labelled(seed: int, labels: int, count: int = 120) -> tuple[Floats, Rows]:
    """Probabilities (count, labels) of items of which a fifth has a label by chance, and the labels."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, labels, count)
    given = np.where(rng.random(count) < 0.2, rng.integers(0, labels, count), true)
    scores = rng.normal(size=(count, labels))
    scores[np.arange(count), true] += 2.5
    chances = np.exp(scores)
    return (chances / chances.sum(1, keepdims=True)).astype(np.float32).round(4), given


def group(*rows: int) -> DuplicateGroup:
    return DuplicateGroup(np.array(rows), (rows[0], rows[1]), 1.0, True)


def test_counts_of_neighbours_and_their_skewness() -> None:
    near = np.random.default_rng(0).integers(0, 50, (400, 10)) ** 2 % 300
    rows = np.arange(400)
    found = hubness(near, rows, 400)
    counts = np.bincount(near.ravel(), minlength=400)
    assert found.counts.tolist() == counts.tolist()
    assert found.skewness == pytest.approx(skew(counts))
    assert found.never == (counts == 0).mean() and found.top == np.sort(counts)[-4:].sum() / 4000
    assert found.worst(1)[0] == counts.argmax()


def test_items_without_a_vector_and_missing_neighbours_do_not_count() -> None:
    found = hubness(np.array([[2, -1], [2, 0], [0, -1]]), np.array([0, 2, 3]), 5)
    assert found.counts.tolist() == [2, -1, 2, 0, -1]
    assert found.never == pytest.approx(1 / 3)
    assert hubness(np.array([[1], [0]]), np.arange(2), 2).skewness == 0


def test_a_hub_is_seen_in_many_dimensions_and_not_in_few() -> None:
    rng = np.random.default_rng(1)

    def skewness(dim: int) -> float:
        points = rng.normal(size=(500, dim))
        distances = ((points[:, None] - points[None]) ** 2).sum(-1)
        np.fill_diagonal(distances, np.inf)
        return hubness(distances.argsort(1)[:, :10], np.arange(500), 500).skewness

    assert skewness(3) < 0.6 < 2 < skewness(100)  # Radovanović and others, figure 1


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_spread_of_vectors_in_few_directions(kind: type) -> None:
    rng = np.random.default_rng(2)
    flat = np.zeros((600, 32))
    flat[:, :4] = rng.normal(size=(600, 4))
    vectors: NDArray[Any] = unit_rows(flat.astype(np.float32)).astype(kind)
    found = spread(vectors, np.arange(600))
    assert found.dim == 32 and abs(found.mean_cosine) < 0.02
    assert 3.7 < found.participation <= found.effective_rank <= (4.0 if kind is np.float32 else 5.0)
    cosines = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    assert found.mean_cosine == pytest.approx(cosines[~np.eye(600, dtype=bool)].mean(), abs=1e-6)


def test_spread_leaves_rows_out_and_knows_no_directions_of_equal_vectors() -> None:
    vectors = np.eye(4, dtype=np.float32)[[0, 0, 1, 2]]
    assert spread(vectors, np.array([0, 1])).mean_cosine == pytest.approx(1)
    assert spread(vectors, np.array([0, 1])).alike and not spread(vectors, np.array([0, 2])).alike
    assert np.isnan(spread(vectors, np.array([3])).mean_cosine)


def test_gap_between_two_clouds_and_within_one() -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(size=(300, 64)) / 8
    pictures, texts = noise[:200].copy(), noise[200:].copy()
    none = gap(unit_rows(pictures.astype(np.float32)), unit_rows(texts.astype(np.float32)))
    pictures[:, 0] += 1
    texts[:, 0] -= 1
    wide = gap(unit_rows(pictures.astype(np.float32)), unit_rows(texts.astype(np.float32)))
    assert none.distance < 0.2 and none.apart < 0.75 and none.count == 100
    assert wide.distance > 1 and wide.apart == 1 and wide.between < -0.3 < 0.3 < wide.pictures


@pytest.mark.parametrize("case", CLEANLAB, ids=lambda case: f"{case['labels']} labels")
def test_confident_learning_is_that_of_cleanlab(case: dict[str, list[int]] | dict[str, int]) -> None:
    chances, given = labelled(case["seed"], case["labels"])  # type: ignore[arg-type]
    found = doubtful(chances, np.arange(len(given)), given)
    assert found.joint.tolist() == case["joint"]
    assert found.rows.tolist() == case["issues"]


def test_a_label_of_items_that_are_far_from_each_other_is_not_everybodys() -> None:
    """Two items of a rare label that are no neighbours of each other: its threshold is next to nothing."""
    often = [[0.55, 0.44, 0.01], [0.95, 0.04, 0.01], [0.40, 0.59, 0.01], [0.04, 0.95, 0.01], [0.95, 0.04, 0.01]]
    chances = np.array([*often, [0.50, 0.49, 0.01], [0.49, 0.50, 0.01]], np.float32)
    given = np.array([0, 0, 1, 1, 1, 2, 2])
    found = doubtful(chances, np.arange(7), given)
    assert thresholds(chances, given)[2] < 0.01
    assert (found.rows.tolist(), found.proposed.tolist()) == ([4], [0])
    assert found.joint.tolist() == [[1, 0, 0], [1, 2, 0], [0, 0, 0]]


def test_of_labels_that_are_as_likely_an_items_own_stands() -> None:
    chances = np.array([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]], np.float32)
    assert doubtful(chances, np.arange(3), np.array([0, 1, 1])).rows.tolist() == []


def test_a_label_that_nobody_has_is_never_proposed() -> None:
    chances = np.array([[0.2, 0.1, 0.7], [0.9, 0.1, 0.0], [0.1, 0.9, 0.0], [0.8, 0.1, 0.1]], np.float32)
    given = np.array([0, 0, 1, 0])
    assert thresholds(chances, given)[2] > 1
    assert doubtful(chances, np.arange(4), given).rows.tolist() == []


def test_shares_of_labels_among_neighbours() -> None:
    codes = np.array([0, 0, 1, -1])
    chances = neighbour_probabilities(np.array([[1, 2], [3, -1]]), codes, np.array([0, 0]), 2)
    prior = np.array([2 / 3, 1 / 3])
    assert chances[0] == pytest.approx((np.array([2, 1]) + prior) / 4), (
        "one other of two has the label: it counts twice"
    )
    assert chances[1] == pytest.approx(prior)
    assert usable(np.array([0, 0, 1, -1, 2, 2]), np.array([True, True, True, True, True, False])).tolist() == [0, 1]


def test_labels_of_few_items_are_not_outvoted_by_all_the_others() -> None:
    """Twelve heaps of three items, each item's neighbours in order: its heap, then all others."""
    codes = np.repeat(np.arange(12), 3)
    apart = np.abs(codes[:, None] - codes[None])
    near = np.argsort(apart + 100 * np.eye(36, dtype=int), axis=1, kind="stable")[:, :20]
    assert not len(doubtful(neighbour_probabilities(near, codes, codes, 12), np.arange(36), codes).rows)
    wrong = codes.copy()
    wrong[0] = 5
    assert doubtful(neighbour_probabilities(near, wrong, wrong, 12), np.arange(36), wrong).rows.tolist() == [0]


def test_neighbours_without_a_label_do_not_use_up_votes() -> None:
    codes = np.array([0, 0, 1, 1, *[-1] * 10])
    near = np.array([[*range(4, 14), 2, 3, 1]])
    chances = neighbour_probabilities(near, codes, np.array([0]), 2)
    assert chances[0] == pytest.approx(np.array([2.5, 2.5]) / 5)


def test_copies_that_cross_splits() -> None:
    codes = np.array([0, 0, 1, 1, 2, -1, 0])
    found = leakage([group(0, 2, 3), group(1, 6), group(4, 5)], codes, 3)
    assert [one.rows.tolist() for one in found.groups] == [[0, 2, 3]]
    assert found.matrix.tolist() == [[2, 1, 0], [2, 2, 0], [0, 0, 0]]
    assert found.counts.tolist() == [3, 2, 1] and found.items == 3
    assert spare_rows(found, codes, 1).tolist() == [0] and spare_rows(found, codes, 2).tolist() == []


def test_the_split_that_is_a_test_is_known_by_its_name_or_its_size() -> None:
    assert likely_test(codes_of(pa.array(["train", "Val", "train", "Val", "other"]))) == 1
    assert likely_test(codes_of(pa.array(["a", "a", "b"]))) == 1
