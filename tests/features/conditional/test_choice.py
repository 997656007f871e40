"""Trials of methods on held-out items: what is scored, what wins, and that nothing leaks between the halves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.features.conditional.choice import (
    HALVES,
    Exam,
    Seen,
    Trial,
    best_trial,
    set_exam,
    sit,
    trial,
)
from explorer.features.conditional.trials import plain_look


def unit(rows: NDArray[np.floating]) -> Floats:
    return unit_rows(rows.astype(np.float32))


def exam_of(codes: list[int], seed: int = 0) -> Exam | None:
    rng = np.random.default_rng(seed)
    return set_exam(unit(rng.normal(size=(len(codes), 6))), np.array(codes))


@given(st.lists(st.integers(0, 5), min_size=8, max_size=60))
def test_every_question_has_a_partner_in_its_half(codes: list[int]) -> None:
    exam = exam_of(codes)
    if exam is None:
        return
    for row in exam.questions:
        same = (exam.codes == exam.codes[row]) & (exam.half == exam.half[row])
        assert same.sum() - 1 == exam.partners[row] > 0
    for code in set(codes):
        sizes = np.bincount(exam.half[exam.codes == code], minlength=HALVES)
        assert abs(sizes[0] - sizes[1]) <= 1, "every value is spread evenly"


def test_the_score_is_the_share_of_right_ones_among_as_many_as_there_are() -> None:
    exam = Exam(
        vectors=unit(np.array([[1, 0], [1, 0.1], [1, 0.2], [0, 1], [0.1, 1], [0.2, 1]])),
        codes=np.array([0, 0, 1, 1, 1, 0]),
        half=np.zeros(6, dtype=np.int64),
        questions=np.arange(6),
    )
    np.testing.assert_allclose(sit(exam, plain_look(exam)), [0.5, 0.5, 0, 0.5, 0.5, 0], atol=1e-6)
    assert exam.chance == pytest.approx(2 / 5)


def test_items_of_one_value_in_one_place_are_all_found_and_random_ones_by_chance() -> None:
    codes = np.arange(600) % 5
    grouped = set_exam(unit(np.eye(5)[codes] + 0.01), codes)
    assert grouped is not None and sit(grouped, plain_look(grouped)).min() == 1
    blind = exam_of(codes.tolist())
    assert blind is not None and abs(sit(blind, plain_look(blind)).mean() - blind.chance) < 0.03


def test_what_is_taken_from_items_comes_from_the_other_half() -> None:
    exam = exam_of([0, 1, 2, 3] * 30)
    assert exam is not None
    asked: list[int] = []

    def look(known: Rows, own: Rows, questions: Rows) -> Seen:
        assert not set(known) & set(own) and set(questions) <= set(own)
        assert len(known) + len(own) == 120
        asked.extend(questions)
        return exam.vectors[own], exam.vectors[questions]

    sit(exam, look)
    assert sorted(asked) == exam.questions.tolist()


def test_a_method_wins_only_beyond_the_interval_of_the_difference() -> None:
    rng = np.random.default_rng(1)
    plain = rng.random(400, dtype=np.float32)
    same, better, best = (plain + rng.normal(gain, 0.3, 400).astype(np.float32) for gain in (0.0, 0.1, 0.2))
    trials = [trial(name, scores, plain) for name, scores in (("image", plain), ("same", same), ("better", better))]
    found = best_trial(trials)
    assert found is not None and found.method == "better"
    top = best_trial([*trials, trial("aspect", best, plain, "mine")])
    assert top is not None and (top.method, top.head) == ("aspect", "mine")
    assert best_trial(trials[:2]) is None, "the item alone wins ties"


def test_too_few_items_are_not_asked_about_and_many_are_sampled() -> None:
    assert exam_of([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) is None, "no two share a value"
    assert exam_of([0, 0, 0]) is None
    many = exam_of([0, 1] * 7000)
    assert many is not None and len(many.codes) == 12_000 and len(many.questions) == 1_000


def test_a_trial_comes_back_from_json_as_it_was() -> None:
    made = trial("profile", np.array([0.1, 0.4, 0.9]), np.array([0.2, 0.2, 0.2]))
    assert Trial.from_dict(made.as_dict()) == made
