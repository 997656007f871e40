"""The best of each row, block by block; texts of a task as vectors."""

from collections.abc import Sequence

import numpy as np
import pytest

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.match import best
from explorer.features.match.best import Scored, best_pairs, places_of_best, row_blocks
from explorer.features.match.embedded import text_vectors
from explorer.features.match.method import Task
from explorer.features.match.sides import side_of_strings


def pairs(scores: Floats, keep: int = 2, least: float = 0.0, same: bool = False) -> best.Best:
    def score(rows: Rows) -> Scored:
        return Scored(scores[rows], {"twice": 2 * scores[rows]})

    sizes = scores.shape[0], scores.shape[1]
    return best_pairs(sizes, score, keep=keep, least=least, same=same, progress=Silent())


def test_of_equal_ones_the_first_come_first() -> None:
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 4, (50, 30)).astype(np.float32)
    for keep in (1, 3, 30, 99):
        expected = np.argsort(-scores, axis=1, kind="stable")[:, :keep]
        np.testing.assert_array_equal(places_of_best(scores, keep), expected)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(1).random((17, 9)).astype(np.float32)
    whole = pairs(scores)
    monkeypatch.setattr(best, "NUMBERS", 20)
    assert [len(rows) for rows in row_blocks(17, 9)] == [2] * 8 + [1]
    parts = pairs(scores)
    np.testing.assert_array_equal(whole.right, parts.right)
    np.testing.assert_array_equal(parts.parts["twice"], 2 * parts.scores)


def test_what_is_not_above_the_least_or_no_number_is_left_out() -> None:
    found = pairs(np.array([[0.0, 0.5], [-np.inf, 0.2], [0.0, 0.0]], np.float32))
    assert list(zip(found.left, found.right, strict=True)) == [(0, 1), (1, 1)]


def test_of_nothing_there_is_nothing() -> None:
    assert len(pairs(np.empty((0, 3), np.float32)).left) == 0
    assert len(pairs(np.empty((3, 0), np.float32)).left) == 0


def test_of_one_list_each_pair_stands_once() -> None:
    scores = np.array([[9, 1, 2], [1, 9, 3], [2, 3, 9]], np.float32)
    found = pairs(scores, keep=2, same=True)
    assert list(zip(found.left, found.right, found.scores, strict=True)) == [(0, 1, 1), (0, 2, 2), (1, 2, 3)]


def test_empty_texts_have_no_direction_and_are_never_read() -> None:
    def embed(texts: Sequence[str]) -> Floats:
        assert all(text.strip() for text in texts)
        return np.ones((len(texts), 3), np.float32)

    side = side_of_strings(["a"], "x")
    found = text_vectors(Task(left=side, right=side, embed=embed), ["a", " ", "b"], "This")
    np.testing.assert_array_equal(found, [[1, 1, 1], [0, 0, 0], [1, 1, 1]])
    assert text_vectors(Task(left=side, right=side, embed=embed), ["", " "], "This").shape == (2, 1)
    with pytest.raises(InputError, match="This compares by meaning and needs a model"):
        text_vectors(Task(left=side, right=side), ["a"], "This")
