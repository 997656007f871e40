"""The people who annotated, one by one: checks passed, questions answered alike twice, agreement with the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.features.judgments.agreement.each_person import EachPerson, first_answers
from explorer.features.judgments.agreement.reliability import like_the_others
from explorer.features.judgments.questions import Asked, Ratings
from explorer.features.judgments.values import Answer, answered_alike
from explorer.io.natural import natural_order


@dataclass(frozen=True, kw_only=True)
class Person:
    """One annotator. Shares are None where there is nothing to compute them from.

    answers: judgments given. checks, passed: attention checks seen, and answered as expected. repeats, same: questions
    asked twice, and answered alike. others: share of the answers that agree with the majority of the other people, ties
    left out, over `compared` questions. median_ms: median time to an answer.
    """

    name: str
    answers: int
    checks: int
    passed: int
    repeats: int
    same: int
    others: float | None
    compared: int
    median_ms: float | None


def people_table(answers: Sequence[Answer], asked: Asked) -> list[Person]:
    """A line a named person, the one with most answers first. answers: all of the task, checks and repeats included."""
    names = {name: number for number, name in enumerate(asked.people)}
    everyone: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.annotator:
            everyone.setdefault(answer.annotator, []).append(answer)
    others = _agreement_with_others(asked)
    table = [_person(name, given, *others.get(names.get(name, -1), (None, 0))) for name, given in everyone.items()]
    order = {name: place for place, name in enumerate(natural_order(everyone))}
    return sorted(table, key=lambda person: (-person.answers, order[person.name]))


def _person(name: str, given: list[Answer], others: float | None, compared: int) -> Person:
    checks = [answer for answer in given if answer.is_check]
    trials = {(answer.campaign, answer.trial): answer for answer in given}
    pairs = [(a, trials.get((a.campaign, a.repeat_of))) for a in given if a.repeat_of]
    repeated = [(again, first) for again, first in pairs if first is not None]
    same = sum(answered_alike(first, again) for again, first in repeated)
    times = [answer.rt_ms for answer in given if answer.rt_ms is not None]
    judgments = sum(not answer.is_check and not answer.repeat_of for answer in given)
    median = float(np.median(times)) if times else None
    passed = sum(bool(answer.passed) for answer in checks)
    return Person(
        name=name,
        answers=judgments,
        checks=len(checks),
        passed=passed,
        repeats=len(repeated),
        same=same,
        others=others,
        compared=compared,
        median_ms=median,
    )


def _agreement_with_others(asked: Asked) -> dict[int, tuple[float | None, int]]:
    if isinstance(asked, Ratings):
        return EachPerson(asked).like_the_others()
    asked = asked.take(first_answers(asked))
    right, compared = like_the_others(asked)
    found: dict[int, tuple[float | None, int]] = {}
    for person in np.unique(asked.person[asked.person >= 0]):
        mine = compared & (asked.person == person)
        found[int(person)] = (float(right[mine].mean()) if mine.any() else None, int(mine.sum()))
    return found


def failed_checks(people: Sequence[Person], least: float) -> list[str]:
    """Names of the people who passed fewer than the share `least` of their attention checks; no checks, no failure."""
    return [person.name for person in people if person.checks and person.passed < least * person.checks]


def without(answers: Sequence[Answer], names: Sequence[str]) -> list[Answer]:
    """The answers of everybody but `names`."""
    left_out = set(names)
    return [answer for answer in answers if answer.annotator not in left_out]
