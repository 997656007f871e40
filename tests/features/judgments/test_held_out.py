"""What is held out of a fit to answers: other questions, other people, both, and only questions drawn at random."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.base.arrays import Rows
from explorer.base.progress import Silent
from explorer.features.judgments.agreement.similarity import Similarity
from explorer.features.judgments.learning.held_out import TESTS, held_out
from explorer.features.judgments.questions import Asked, Choices, Ratings, choices_from_rows
from explorer.features.judgments.questions import asked_of as asked_of_answers
from explorer.features.judgments.splits import ENOUGH, PARTS, measured_on, measured_words, split, turns
from explorer.features.judgments.values import Answer

ITEMS = 12


def asked_of(people: int, each: int = 60, seed: int = 0) -> Choices:
    """Each of the people answers `each` random odd-one-outs of one list, at random."""
    rng = np.random.default_rng(seed)
    listed = np.array([rng.permutation(ITEMS)[:3] for _ in range(each)])
    shown, person = np.tile(listed, (people, 1)), np.repeat(np.arange(people), each)
    names = [f"p{number}" for number in range(people)]
    return choices_from_rows("odd_one_out", shown, rng.integers(0, 3, len(shown)), person, names)


def test_what_is_tested_shares_nothing_with_what_it_was_learned_from() -> None:
    asked = asked_of(people=10)
    found = turns(asked, np.random.default_rng(0))
    assert len(found) == PARTS
    for turn in found:
        questions, people = (set(part[turn.train].tolist()) for part in (asked.question, asked.person))
        for name, test in turn.tests.items():
            assert test.any() and not (test & turn.train).any()
            new, other = set(asked.question[test].tolist()), set(asked.person[test].tolist())
            assert (new.isdisjoint(questions), other.isdisjoint(people)) == (name != "people", name != "questions")
    for name in TESTS:
        assert np.sum([turn.tests[name] for turn in found], axis=0).max() == 1, "an answer is tested once"
    assert {name for turn in found for name in turn.tests} == set(TESTS)


@pytest.mark.parametrize("people", [1, 3])
def test_too_few_people_are_not_held_out(people: int) -> None:
    found = turns(asked_of(people), np.random.default_rng(0))
    assert [set(turn.tests) for turn in found] == [{"questions"}] * PARTS
    assert len(split(asked_of(people), np.random.default_rng(0)).held_people) == 0
    nobody = replace(asked_of(6), person=np.full(360, -1), people=())
    assert set(turns(nobody, np.random.default_rng(0))[0].tests) == {"questions"}


def test_where_there_are_very_many_answers_one_turn_is_enough() -> None:
    asked = asked_of(people=60, each=25 * ENOUGH // 60 + 250)
    assert len(turns(asked, np.random.default_rng(0))) == 1


def test_questions_chosen_for_being_hard_are_learned_from_and_not_tested_on() -> None:
    asked = asked_of(people=10, each=100)
    chosen = asked.question % 3 == 0
    asked = replace(asked, at_random=~chosen)
    for turn in turns(asked, np.random.default_rng(0)):
        assert (turn.train & chosen).any() and not any((test & chosen).any() for test in turn.tests.values())
    parts = split(asked, np.random.default_rng(0), 0.3, 0.3)
    assert parts.train.at_random is not None and not parts.train.at_random.all()
    tested = [one for one in (parts.people, parts.items, parts.new_items) if one is not None]
    assert tested and all(one.at_random is not None and one.at_random.all() for one in tested)
    few = replace(asked, at_random=asked.question < 40)
    assert measured_on(few).all(), "forty random questions are too few to be measured on alone"
    assert "on those drawn at random alone" in measured_words(asked) and "fewer than 50" in measured_words(few)
    assert measured_words(asked_of(people=4)) == ""


@pytest.mark.parametrize("task", ["triplet", "pair_rating"])
def test_answers_know_whether_their_question_was_chosen_for_being_hard(task: str) -> None:
    samplers = ("random", "active", "list", "disagreement")
    answers = [
        Answer(
            campaign="c",
            task=task,
            annotator="p",
            trial=str(n),
            items=("a", "b", "c")[: 3 if task == "triplet" else 2],
            answer=("a", "b", "c") if task == "triplet" else 3.0,
            sampler=name,
        )
        for n, name in enumerate(samplers)
    ]
    found = asked_of_answers(answers, ["a", "b", "c"], task).at_random
    assert found is not None and found.tolist() == [True, False, True, False]
    assert asked_of_answers(answers[:1], ["a", "b", "c"], task).at_random is None


def oldest_pair(first: Rows, second: Rows) -> np.ndarray:
    """A similarity by which the pair with the lowest numbers is most alike; nothing is known about item 0."""
    return np.where((first == 0) | (second == 0), np.nan, -(first + 0.1 * second).astype(float))


def test_all_turns_together_are_scored_where_the_items_are_known() -> None:
    asked, fits = asked_of(people=8), []

    def fit(some: Asked) -> Similarity:
        fits.append(len(some))
        return oldest_pair

    found = held_out(asked, fit, np.random.default_rng(0), Silent())
    assert fits == [turn.train.sum() for turn in turns(asked, np.random.default_rng(0))]
    parts, known = turns(asked, np.random.default_rng(0)), (asked.items[:, 0] > 0)[asked.question]
    for name, one in found.items():
        tested = np.any([turn.tests[name] for turn in parts], axis=0) & known
        assert one.answers == tested.sum()
        assert one.score.value == pytest.approx((asked.choice[tested] == 2).mean())  # of three the last one is odd
        assert one.score.low < one.score.value < one.score.high
        assert (one.people, one.questions) == (8, len(np.unique(asked.question[tested])))
    assert list(found) == list(TESTS)


def test_ratings_are_foreseen_by_correlation() -> None:
    rng = np.random.default_rng(0)
    pairs = np.array([(a, b) for a in range(ITEMS) for b in range(a)])[:, ::-1]
    question, person = np.tile(np.arange(len(pairs)), 6), np.repeat(np.arange(6), len(pairs))
    value = -np.abs(pairs[question, 0] - pairs[question, 1]) + rng.normal(0, 0.1, len(question))
    asked = Ratings(
        task="pair_rating", pairs=pairs, question=question, value=value, person=person, people=tuple("abcdef")
    )
    found = held_out(asked, lambda some: lambda a, b: -np.abs(a - b).astype(float), rng, Silent())
    assert list(found) == list(TESTS) and all(one.score.value > 0.95 for one in found.values())
    assert held_out(asked.take(question < 3), lambda some: oldest_pair, rng, Silent()) == {}
