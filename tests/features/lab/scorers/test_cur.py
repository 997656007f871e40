"""ANNCUR against the authors' class, and what goes wrong easily."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.lab.scorers.cur import build, candidates, oracle, relative_error

HERE = Path(__file__).parent
TOLD = json.loads((HERE / "anncur.json").read_text())


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    with np.load(HERE / "anncur.npz") as arrays:
        found = dict(arrays)
    return {**found, "scores": found["left"].astype(np.float64) @ found["right"]}


@pytest.fixture(scope="module")
def noisy() -> np.ndarray:
    generator = np.random.default_rng(0)
    clean = generator.standard_normal((120, 8)) @ generator.standard_normal((8, 400))
    return np.asarray(clean + generator.standard_normal(clean.shape))


@pytest.mark.parametrize("name", TOLD)
def test_equals_the_authors(reference: dict[str, Any], name: str) -> None:
    scores, rows, columns = reference["scores"], reference[f"{name}_rows"], reference[f"{name}_cols"]
    index = build(scores[rows], columns, ridge=0.0)
    found = index.approximate(scores[:, index.anchors])
    expected = reference[f"{name}_row3"]
    np.testing.assert_allclose(found[3], expected, atol=1e-4 * np.abs(expected).max())
    error = relative_error(found, scores)
    assert error == pytest.approx(TOLD[name]["rel_err_all"], rel=1e-4) or error < 1e-6 > TOLD[name]["rel_err_all"]
    others = np.setdiff1d(np.arange(len(scores)), rows)
    for k, depth in ((1, 10), (10, 50), (10, 100)):
        recall = _recall(found[others], scores[others], k, depth)
        assert recall == pytest.approx(TOLD[name][f"recall@{k}|rerank{depth}"], abs=1e-4)


def _recall(found: np.ndarray, scores: np.ndarray, k: int, depth: int) -> float:
    near, true = np.argsort(-found, axis=1)[:, :depth], np.argsort(-scores, axis=1)[:, :k]
    return float(np.mean([np.isin(one, other).mean() for one, other in zip(true, near, strict=True)]))


@pytest.mark.parametrize("sizes", [(60, 60), (60, 59), (30, 30), (80, 100)])
def test_trap_a_square_anchor_block_explodes_without_damping(noisy: np.ndarray, sizes: tuple[int, int]) -> None:
    errors = {}
    for ridge in (0.0, None):
        index = build(noisy[: sizes[0]], np.arange(sizes[1]), ridge=ridge)
        errors[ridge] = relative_error(index.approximate(noisy[80:, index.anchors]), noisy[80:])
    assert errors[None] < 0.6
    assert errors[0.0] > errors[None]
    if sizes[0] == sizes[1]:
        assert errors[0.0] > 2


def test_the_damping_is_chosen_by_what_anchor_questions_tell_of_each_other(noisy: np.ndarray) -> None:
    index = build(noisy[:60], np.arange(60))
    found = relative_error(index.approximate(noisy[60:, :60])[:, 60:], noisy[60:, 60:])
    assert index.error == pytest.approx(found, rel=0.1)  # predicted without a look at other questions
    assert build(noisy[:60], np.arange(60), ridge=1e-12).error > index.error


def test_leaving_one_out_equals_doing_it(noisy: np.ndarray) -> None:
    rows, anchors, ridge = noisy[:20, :50], np.arange(6), 0.01
    damping = ridge * np.linalg.svd(rows[:, :6], compute_uv=False)[0] ** 2
    predicted = []
    for row in range(20):
        rest = np.delete(rows, row, axis=0)
        block = rest[:, :6]
        weights = np.linalg.solve(block.T @ block + damping * np.eye(6), block.T @ rest)
        predicted.append(rows[row, :6] @ weights)
    expected = relative_error(np.array(predicted)[:, 6:], rows[:, 6:])
    assert build(rows, anchors, ridge=ridge).error == pytest.approx(expected, rel=1e-6)


def test_the_oracle_is_no_worse_than_what_can_be_done(noisy: np.ndarray, reference: dict[str, Any]) -> None:
    rows, anchors = np.arange(40), np.arange(30)
    index = build(noisy[rows], anchors)
    bound = relative_error(oracle(noisy, rows, anchors), noisy)
    assert bound < relative_error(index.approximate(noisy[:, anchors]), noisy)
    scores = reference["scores"]
    assert relative_error(oracle(scores, np.arange(20), np.arange(15)), scores) < 1e-6


def test_anchor_items_are_known_already_and_never_asked_again(noisy: np.ndarray) -> None:
    index = build(noisy[:40], np.array([5, 3, 5]))
    np.testing.assert_array_equal(index.anchors, [3, 5])
    chosen = candidates(index.approximate(noisy[:, index.anchors]), index.anchors, 1_000)
    assert chosen.shape == (120, 398)
    assert not np.isin(chosen, [3, 5]).any()


def test_constant_scores_are_no_trouble() -> None:
    for constant in (0.0, 2.0):
        scores = np.full((4, 6), constant)
        index = build(scores, np.array([0, 1, 2, 3]))
        np.testing.assert_allclose(index.approximate(scores[:, :4]), scores, atol=1e-9)


@pytest.mark.parametrize(
    ("rows", "anchors", "options", "words"),
    [
        (np.ones((2, 3)), [0, 3], {}, "anchor items: expected row numbers from 0 to 2, got 3"),
        (np.ones((2, 3)), [], {}, "expected at least one, got none"),
        (np.array([[1.0, np.nan]]), [0], {}, "expected finite numbers"),
        (np.empty((0, 3)), [0], {}, "expected an array of shape"),
        (np.ones((2, 3)), [0], {"ridge": -1.0}, "ridge: expected 0 or more, got -1"),
    ],
)
def test_what_cannot_be_used_is_told(
    rows: np.ndarray, anchors: list[int], options: dict[str, float], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        build(rows, np.array(anchors, dtype=np.int64), **options)
