"""Analogies on a space in which the answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.features.relational.answering import answer as best_answers
from explorer.features.relational.contract import METHODS, Ask, methods_of
from explorer.features.relational.method import Pairs
from explorer.features.relational.offset import moved

LOOKS, LOGICS = 5, 4


def world(noise: float = 0.0) -> Floats:
    """(20, 9) one item for each look and logic: row = look * 4 + logic."""
    rows = [np.concatenate([np.eye(LOOKS)[a], np.eye(LOGICS)[b]]) for a in range(LOOKS) for b in range(LOGICS)]
    found = np.array(rows) + noise * np.random.default_rng(0).normal(size=(20, 9))
    return unit_rows(found.astype(np.float32))


def answer(
    method: str,
    vectors: Floats,
    pairs: Pairs,
    third: int,
    count: int,
    *,
    logic: Floats | None = None,
    allowed: Rows | None = None,
) -> tuple[Rows, Floats]:
    return best_answers(method, Ask(item=third, pairs=pairs, looks=vectors, logic=logic), count, allowed)


def logic_only() -> Floats:
    return unit_rows(np.array([np.eye(LOGICS)[b] + 0.01 for _ in range(LOOKS) for b in range(LOGICS)], np.float32))


@pytest.mark.parametrize("method", methods_of("analogy"))
@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3), st.integers(0, 3))
def test_another_look_with_the_other_logic(method: str, look: int, other: int, logic: int, target: int) -> None:
    if look == other or logic == target:
        return
    pairs, third = ((look * 4 + logic, look * 4 + target),), other * 4 + logic
    rows, scores = answer(method, world(), pairs, third, 3, logic=logic_only())
    assert rows[0] == other * 4 + target
    assert np.all(np.diff(scores) <= 0)


@pytest.mark.parametrize("method", methods_of("analogy"))
def test_the_items_of_the_question_are_never_answers(method: str) -> None:
    pairs, third = ((0, 1), (4, 5)), 8
    rows, _ = answer(method, world(0.1), pairs, third, 100, logic=logic_only())
    assert len(rows) == 15
    assert not {0, 1, 4, 5, 8} & set(rows.tolist())


def test_without_that_rule_the_third_item_would_win() -> None:
    vectors = world()
    near = ((0, 4),)  # another look, same logic: a small step
    assert int(moved(vectors, near, 8).argmax()) in (4, 8)


def test_only_allowed_rows() -> None:
    rows, _ = answer("offset", world(), ((0, 1),), 4, 5, allowed=np.array([2, 3, 4]))
    assert set(rows.tolist()) == {2, 3}


def test_formulas_by_hand() -> None:
    v = world(0.2)
    a, b, c = v[0], v[1], v[4]
    aim = c + b - a
    np.testing.assert_allclose(moved(v, ((0, 1),), 4), v @ aim / np.linalg.norm(aim), atol=1e-5)
    shares = (v @ np.stack([a, b, c]).T + 1) / 2
    by_hand = (shares[:, 1] + 1e-3) * shares[:, 2] / (shares[:, 0] + 1e-3)
    np.testing.assert_allclose(METHODS["ratio"].scores(Ask(item=4, pairs=((0, 1),), looks=v)), by_hand, rtol=1e-4)


def test_several_pairs_beat_a_misleading_one() -> None:
    clean, noisy = world(), world(0.25)
    one = answer("offset", noisy, ((0, 1),), 16, 1)[0][0]
    many = answer("offset", noisy, ((0, 1), (4, 5), (8, 9), (12, 13)), 16, 1)[0][0]
    assert many == 17 or one != 17
    assert answer("offset", clean, ((0, 1), (4, 5)), 16, 1)[0][0] == 17


@pytest.mark.parametrize(
    ("pairs", "third", "method", "message"),
    [
        ((), 1, "offset", "at least one pair"),
        (((2, 2),), 1, "offset", "same item"),
        (((0, 99),), 1, "offset", "from 0 to 19, got 99"),
        (((0, 1),), 1, "relational", "no head"),
        (((0, 1),), 1, "guess", "offset, ratio, relational"),
    ],
)
def test_bad_questions(pairs: Pairs, third: int, method: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        answer(method, world(), pairs, third, 3)
