"""The index doctor against the numbers of Iceberg's own evaluator on digits, and the tree with its borders."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import davies_bouldin_score

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score
from explorer.features.diagnose.doctor import service
from explorer.features.diagnose.doctor.graph import efs, recalled
from explorer.features.diagnose.doctor.meta import MetaFeatures, davies_bouldin, meta_features, relative_contrast
from explorer.features.diagnose.doctor.metrics import METRICS, all_alike, nearest
from explorer.features.diagnose.doctor.report import Diagnosis
from explorer.features.diagnose.doctor.service import diagnosis, known_diagnosis, material
from explorer.features.diagnose.doctor.task import (
    chance_recall,
    label_recall,
    labels_of,
    majority,
    possible,
    ratio_score,
    task_scores,
)
from explorer.features.diagnose.doctor.tree import LEAVES, advice
from explorer.features.diagnose.doctor.words import advice_words, lengths_words, recommendation
from explorer.workspace.opened import Opened, open_shared
from tests.features.diagnose.collections import with_vectors

KEPT = json.loads((Path(__file__).parent / "iceberg_8f822f5.json").read_text("utf-8"))
Digits = tuple[Doubles, Rows, Doubles, Rows]


@pytest.fixture(scope="module")
def digits() -> Digits:
    """Base (1597, 64) and its labels, queries (200, 64) and theirs, as in the reference."""
    pixels, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(pixels))
    asked, base = order[:200], order[200:]
    return pixels[base], labels[base].astype(np.int64), pixels[asked], labels[asked].astype(np.int64)


@pytest.mark.parametrize(("metric", "name"), [("euclid", "raw/ED"), ("inner", "raw/IP")])
def test_task_scores_are_those_of_the_authors(digits: Digits, metric: str, name: str) -> None:
    base, labels, queries, asked = digits
    found = task_scores(nearest(queries, base, 100, metric), labels, asked)  # type: ignore[arg-type]
    assert found.recall.value == pytest.approx(KEPT[name]["label_recall@100"], abs=1e-12)
    assert [found.majority[k].value for k in (5, 10, 50, 100)] == KEPT[name]["majority_acc@5,10,50,100"]
    assert found.recall.low < found.recall.value < found.recall.high


def test_lengths_change_the_ranking_and_units_make_all_metrics_one(digits: Digits) -> None:
    """Scaling to length 1 first would leave nothing to see."""
    base, _, queries, _ = digits
    raw = {metric: nearest(queries, base, 100, metric) for metric in METRICS}
    assert recalled(raw["inner"], raw["euclid"]).mean() < 60
    units = base / np.linalg.norm(base, axis=1, keepdims=True)
    assert not all_alike(np.linalg.norm(base, axis=1)) and all_alike(np.linalg.norm(units, axis=1))
    few = queries[:20]
    rows = [nearest(few, units, 10, metric) for metric in METRICS]
    assert recalled(rows[0], rows[1]).mean() == recalled(rows[2], rows[1]).mean() == 10


def test_equally_near_items_come_by_row() -> None:
    items = np.array([[1.0, 0], [2, 0], [0, 1], [1, 0]])
    query = np.array([[1.0, 0]])
    assert nearest(query, items, 4, "euclid").tolist() == [[0, 3, 1, 2]]
    assert nearest(query, items, 4, "inner").tolist() == [[1, 0, 3, 2]]
    assert nearest(query, items, 4, "cosine").tolist() == [[0, 1, 3, 2]]


def test_of_a_rare_label_no_more_can_be_found_than_there_are() -> None:
    labels, asked = np.array([0, 0, 0, 0, 1, 2]), np.array([0, 1])
    assert possible(labels, asked, 3).tolist() == [3, 1]
    found = np.array([[0, 1, 4], [4, 0, -1]])
    scores = task_scores(found, labels, asked)
    assert scores.recall.value == 3 / 4 and scores.hit.value == 1
    assert label_recall(np.array([2, 1]), np.array([3, 1])) == 3 / 4, "over all queries together, no mean of shares"
    assert labels_of(found, labels).tolist() == [[0, 0, 1], [1, 0, -1]]
    assert chance_recall(labels, asked, 3) == pytest.approx((4 * 0.5 + 1 * 0.5) / 4)


def test_the_majority_of_equals_is_the_lower_label_and_none_does_not_vote() -> None:
    assert majority(np.array([[2, 1, 1, 2], [3, -1, -1, 3], [-1, -1, -1, -1]])).tolist() == [1, 3, -1]


def test_intervals_of_a_ratio_hold_it_and_no_spread_has_none() -> None:
    assert ratio_score(np.array([1, 1, 1]), np.array([2, 2, 2])) == Score(0.5, 0.5, 0.5, 3)
    wide = ratio_score(np.array([0, 10, 0, 10]), np.array([10, 10, 10, 10]))
    assert wide.low < 0.5 < wide.high


def test_meta_features_against_scikit_learn_and_by_hand(digits: Digits) -> None:
    base, labels, queries, _ = digits
    found = meta_features(base, labels, queries)
    assert found.dbi_euclid == pytest.approx(davies_bouldin_score(base, labels))
    norms = np.linalg.norm(base, axis=1)
    assert found.norm_cv == pytest.approx(norms.std() / norms.mean())
    distances = np.linalg.norm(queries[:3, None] - base[None], axis=2)
    assert relative_contrast(queries[:3], base) == pytest.approx(distances.mean() / distances.min(axis=1).mean())
    units = np.array([[1.0, 0], [0.6, 0.8], [0, 1], [-0.6, 0.8]])
    plane = davies_bouldin(units, np.array([5, 5, 7, 7]), cosine=True)
    mine = 1 - np.sqrt(0.8)  # cosine of half the angle whose cosine is 0.6
    other = 1 - np.cos((np.arccos(-0.6) - np.pi / 2) / 2)
    between = 1 - np.cos((np.pi / 2 + np.arccos(-0.6)) / 2 - np.arccos(0.6) / 2)
    assert plane == pytest.approx((mine + other) / between)


def test_copies_of_queries_and_equal_centres_have_no_finite_number() -> None:
    items = np.array([[1.0, 0], [0, 1], [1, 0], [0, 1]])
    assert relative_contrast(items[:2], items) == np.inf
    assert davies_bouldin(items, np.array([0, 0, 1, 1])) == np.inf


TREE = [
    ((2.0, 2.0, 0.1, 1.5), ("inner", "graph")),
    ((2.0, 2.0, 0.1, 1.49), ("inner", "partition")),
    ((2.0, 2.0, 0.11, 2.0), ("euclid", "graph")),
    ((1.9, 2.0, 0.0, 1.0), ("euclid", "partition")),
]


@pytest.mark.parametrize(("numbers", "leaf"), TREE)
def test_the_tree_and_its_borders(numbers: tuple[float, float, float, float], leaf: tuple[str, str]) -> None:
    found = advice(MetaFeatures(*numbers))
    assert (found.metric, found.family) == leaf
    short = {"inner": "IP", "euclid": "ED"}
    assert list(found.methods) == KEPT["decision_tree(pictures/main.png)"]["leaves"][f"{short[leaf[0]]},{leaf[1]}"]
    assert len(LEAVES) == 4


def test_candidates_start_at_k_and_end_at_the_items() -> None:
    assert efs(100, 10_000) == [100, 150, 200, 300, 500, 800, 1000, 1500]
    assert efs(100, 240) == [100, 150, 200, 240] and efs(30, 30) == [30]


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """240 vectors of three labels by direction; the length, from 1 to 9, says nothing about the label."""
    rng = np.random.default_rng(4)
    centres = np.eye(3, 8)
    vectors = np.array([centres[row % 3] for row in range(240)]) + rng.normal(size=(240, 8)) * 0.25
    vectors *= rng.uniform(1, 9, (240, 1)) / np.linalg.norm(vectors, axis=1, keepdims=True)
    folder = tmp_path_factory.mktemp("doctor")
    return open_shared(with_vectors(folder, vectors, ["a", "b", "c"]).path)


@pytest.fixture(scope="module")
def found(collection: Opened) -> Diagnosis:
    return diagnosis(collection, "precomputed:v", "label")


def test_queries_are_not_among_the_items(collection: Opened) -> None:
    work = material(collection, "precomputed:v", "label")
    assert len(work.items) + len(work.queries) == 240 and len(work.queries) == 48
    distances = np.linalg.norm(work.items[:, None] - work.queries[None], axis=2)
    assert distances.min() > 1e-6
    assert work.norms.max() <= 1 and np.allclose(np.linalg.norm(work.items, axis=1), work.norms, atol=1e-6)


def test_where_lengths_say_nothing_cosine_is_best(found: Diagnosis) -> None:
    assert not found.alike and found.known and found.best == "cosine" and found.labels == 3
    cosine, euclid = found.metrics["cosine"], found.metrics["euclid"]
    assert cosine.exact.recall.value > euclid.exact.recall.value + 0.02 > found.chance + 0.1
    assert euclid.against.high < 0 == cosine.against.value and euclid.agrees == 1
    assert cosine.curve[-1].recall.value == 1 and cosine.curve[-1].task == cosine.exact.recall
    said = recommendation(found)
    assert "stay with cosine" in said[0] and "is enough" in said[1] and "their own lengths" in lengths_words(found)
    assert "The measurement above" in advice_words(found) and "relative angle RA" in advice_words(found)


def test_it_is_kept(collection: Opened, found: Diagnosis) -> None:
    assert known_diagnosis(collection, "precomputed:v", "label") == found
    assert known_diagnosis(collection, "precomputed:v", "text") is None


def test_vectors_of_one_length_have_nothing_to_choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(60, 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    opened = open_shared(with_vectors(tmp_path, vectors, ["a", "b"]).path)
    monkeypatch.setattr(service, "K", 10)
    found = diagnosis(opened, "precomputed:v", "label")
    assert found.alike and list(found.metrics) == ["cosine"] and "nothing to choose" in recommendation(found)[0]


def test_labels_that_go_with_nothing_are_not_said_to_be_found(tmp_path: Path) -> None:
    """Also where so few items are there that the nearest are most of them."""
    vectors = np.random.default_rng(5).normal(size=(60, 6))
    opened = open_shared(with_vectors(tmp_path, vectors, ["a", "b"]).path)
    found = diagnosis(opened, "precomputed:v", "label")
    assert found.items == 48 and found.metrics["cosine"].exact.k == service.depth(48) == 10
    assert "say nothing of these labels" in recommendation(found)[2]
    everything = replace(found, items=10)
    assert "nothing can be told" in recommendation(everything)[2]


def test_a_tenth_of_few_items_is_looked_at() -> None:
    assert [service.depth(items) for items in (8, 48, 500, 20_000)] == [8, 10, 50, 100]


def test_a_column_without_labels_is_named(collection: Opened, tmp_path: Path) -> None:
    constant = open_shared(with_vectors(tmp_path, np.random.default_rng(6).normal(size=(40, 3)), ["a"]).path)
    with pytest.raises(InputError, match="Column label: expected two values or more .* got 1 on 40"):
        diagnosis(constant, "precomputed:v", "label")
    with pytest.raises(InputError, match="Expected one of the columns label"):
        diagnosis(collection, "precomputed:v", "nothing")
