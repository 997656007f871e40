"""Which questions are measured on: random ones where others were chosen for being hard, one condition at a time."""

from dataclasses import replace

import pytest

from explorer.features.judgments.agreement.which import LEAST_RANDOM, which_answers
from explorer.features.judgments.values import Answer


def answers(sampler: str, questions: int, condition: str = "", people: int = 2) -> list[Answer]:
    return [
        Answer(
            campaign="c",
            task="odd_one_out",
            annotator=f"p{person}",
            trial=f"{sampler}{condition}{number}",
            items=(f"{sampler}{number}", "y", "z"),
            answer="z",
            sampler=sampler,
            condition=condition,
        )
        for number in range(questions)
        for person in range(people)
    ]


@pytest.mark.parametrize("sampler", ["active", "disagreement"])
def test_random_questions_count_alone_when_there_are_enough(sampler: str) -> None:
    hard = answers(sampler, 30)
    enough = which_answers([*hard, *answers("random", LEAST_RANDOM)], "enough")
    assert enough.only_random and {one.sampler for one in enough.answers} == {"random"}
    assert (enough.random, enough.chosen) == (LEAST_RANDOM, 30)
    assert "Measured on the 50 questions drawn at random; 30 questions" in enough.sentence
    few = which_answers([*hard, *answers("random", LEAST_RANDOM - 1)], "enough")
    assert not few.only_random and len(few.answers) == 2 * (30 + LEAST_RANDOM - 1)
    assert "only 49 were drawn at random" in few.sentence


def test_the_choice_is_the_readers() -> None:
    given = [*answers("active", 5), *answers("random", 5)]
    assert which_answers(given, "random").only_random
    assert len(which_answers(given, "all").answers) == len(which_answers(given).answers) == 20
    nothing = which_answers(answers("active", 5), "random")
    assert len(nothing.answers) == 10 and "none was drawn at random" in nothing.sentence
    assert which_answers(answers("random", 60), "enough").sentence == ""


def test_checks_and_repeats_are_no_random_questions_and_stay() -> None:
    check = [replace(one, is_check=True, sampler="check") for one in answers("random", 60)]
    found = which_answers([*answers("active", 5), *answers("random", 50), *check], "enough")
    assert found.random == 50 and sum(one.is_check for one in found.answers) == 120


def test_answers_under_different_conditions_are_not_mixed() -> None:
    given = [*answers("random", 3, "by colour"), *answers("random", 5, "by shape")]
    found = which_answers(given, "all", "")
    assert found.conditions == ("by shape", "by colour") and found.condition == "by shape"
    assert {one.condition for one in found.answers} == {"by shape"}
    assert found.sentence == "Answers judged by colour are not among these." and which_answers(given).sentence == ""
    assert {one.condition for one in which_answers(given, "all", "by colour").answers} == {"by colour"}
    assert len(which_answers(given).answers) == 16
