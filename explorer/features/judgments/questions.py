"""Answers as questions with votes: what people's reliability and models' agreement are computed from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.base.errors import InputError
from explorer.features.judgments.arrangements import arrangement_matrix
from explorer.features.judgments.values import CHOSEN, Answer

CHOICE_TASKS = ("odd_one_out", "triplet")
RATING_TASKS = ("pair_rating", "arrangement")
LEAST_RATED = 3


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Questions about three items, and what each person chose.

    task: "odd_one_out" or "triplet". items: (q, 3) rows; an odd one out in ascending order, a triplet as [reference, a,
    b] with a < b. question: (a,) which question each answer is for. choice: (a,) the position in `items` of what was
    chosen: the odd one, or the nearer one. person: (a,) number in `people`, -1 where nobody is named. at_random: (a,)
    False where the question was chosen for being hard (`CHOSEN`); None where none was.
    """

    task: str
    items: Rows
    question: Rows
    choice: Rows
    person: Rows
    people: tuple[str, ...]
    at_random: Mask | None = None

    def __len__(self) -> int:
        return len(self.question)

    @property
    def votes(self) -> Doubles:
        """(q, 3) people who chose each position; the reference of a triplet has none."""
        found = np.zeros((len(self.items), 3))
        np.add.at(found, (self.question, self.choice), 1)
        return found

    def take(self, kept: Mask) -> "Choices":
        """Only the answers that are True in (a,) `kept`, and only the questions that they are for."""
        questions, renumbered = np.unique(self.question[kept], return_inverse=True)
        return replace(
            self,
            items=self.items[questions],
            question=renumbered,
            choice=self.choice[kept],
            person=self.person[kept],
            at_random=None if self.at_random is None else self.at_random[kept],
        )

    def triplets(self) -> Rows:
        """(t, 3) [reference, nearer, farther]; an odd one out counts for both references of the pair that is alike."""
        rows = self.items[self.question]
        place = np.arange(len(rows))
        if self.task == "triplet":
            return np.stack([rows[:, 0], rows[place, self.choice], rows[place, 3 - self.choice]], 1)
        first, second = rows[place, (self.choice + 1) % 3], rows[place, (self.choice + 2) % 3]
        odd = rows[place, self.choice]
        return np.concatenate([np.stack([first, second, odd], 1), np.stack([second, first, odd], 1)])


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """Pairs of items and how alike each person finds them; more is more alike.

    pairs: (q, 2) rows, the smaller first: each pair once and never an item with itself. question: (a,) which pair each
    value is for. value: (a,). person: (a,) number in `people`, -1 where nobody is named. at_random: as in `Choices`.
    """

    task: str
    pairs: Rows
    question: Rows
    value: Doubles
    person: Rows
    people: tuple[str, ...]
    at_random: Mask | None = None

    def __len__(self) -> int:
        return len(self.question)

    @cached_property
    def standardised(self) -> Doubles:
        """(a,) how many of their own standard deviations each value lies above its person's mean.

        So people who use scales of other widths count alike. Answers that name nobody, and people with fewer than three
        answers, are taken together as one person.
        """
        few = np.bincount(self.person + 1, minlength=1) < LEAST_RATED
        group = np.where((self.person < 0) | few[self.person + 1], 0, self.person + 1)
        size = np.maximum(np.bincount(group), 1)
        away = self.value - (np.bincount(group, self.value) / size)[group]
        spread = np.sqrt(np.bincount(group, away**2) / size)
        rounding = 1e-12 * np.abs(self.value).max(initial=0.0)
        varies = spread > rounding
        return np.where(varies[group], away / np.where(varies, spread, 1.0)[group], 0.0)

    @cached_property
    def mean(self) -> Doubles:
        """(q,) mean over people of each pair's standardised rating."""
        counts = np.bincount(self.question, minlength=len(self.pairs))
        sums = np.bincount(self.question, self.standardised, minlength=len(self.pairs))
        return np.asarray(sums / np.maximum(counts, 1))

    def take(self, kept: Mask) -> "Ratings":
        """Only the answers that are True in (a,) `kept`, and only the pairs that they are for."""
        questions, renumbered = np.unique(self.question[kept], return_inverse=True)
        return replace(
            self,
            pairs=self.pairs[questions],
            question=renumbered,
            value=self.value[kept],
            person=self.person[kept],
            at_random=None if self.at_random is None else self.at_random[kept],
        )


Asked = Choices | Ratings


def judged(answers: Sequence[Answer]) -> list[Answer]:
    """The answers that count as judgments: no attention checks, and of repeats only the first answer."""
    return [answer for answer in answers if not answer.is_check and not answer.repeat_of]


def asked_of(answers: Sequence[Answer], ids: Sequence[str], task: str) -> Asked:
    """The judgments of one task about items among `ids` (row numbers are places in `ids`); InputError when none is."""
    kept = [answer for answer in judged(answers) if answer.task == task]
    places = {str(item): row for row, item in enumerate(ids)}
    known = [answer for answer in kept if all(item in places for item in answer.items)]
    if not known:
        away = f" {len(kept)} are about items that are not in this workspace." if kept else ""
        raise InputError(f"There are no judgments of this kind to compare with.{away}")
    if task in CHOICE_TASKS:
        return _choices(known, places, task)
    return _ratings(known, places, list(ids), task)


def choices_from_rows(
    task: str, shown: Rows, choice: Rows, person: Rows | None = None, people: Sequence[str] = ()
) -> Choices:
    """Questions with votes from (a, 3) shown rows and the (a,) position chosen in each; equal questions are joined."""
    chosen = shown[np.arange(len(shown)), choice]
    ordered = np.sort(shown, 1) if task == "odd_one_out" else np.c_[shown[:, 0], np.sort(shown[:, 1:], 1)]
    items, question = np.unique(ordered, axis=0, return_inverse=True)
    place = (items[question.ravel()] == chosen[:, None]).argmax(1)
    who = np.full(len(shown), -1) if person is None else person
    return Choices(
        task=task,
        items=items,
        question=question.ravel(),
        choice=place,
        person=np.asarray(who, dtype=np.int64),
        people=tuple(people),
    )


def _choices(answers: list[Answer], places: dict[str, int], task: str) -> Choices:
    shown = np.array([[places[item] for item in answer.items] for answer in answers], dtype=np.int64)
    wanted = [answer.answer if task == "odd_one_out" else answer.answer[1] for answer in answers]
    choice = np.array(
        [answer.items.index(str(value)) for answer, value in zip(answers, wanted, strict=True)], dtype=np.int64
    )
    person, people = _people(answers)
    found = choices_from_rows(task, shown, choice, person=person, people=people)
    return replace(found, at_random=_at_random(answers))


def _ratings(answers: list[Answer], places: dict[str, int], ids: list[str], task: str) -> Ratings:
    if task == "arrangement":
        return _arranged(answers, ids)
    rows = np.sort(np.array([[places[item] for item in answer.items] for answer in answers], dtype=np.int64), 1)
    different = rows[:, 0] != rows[:, 1]
    pairs, question = np.unique(rows[different], axis=0, return_inverse=True)
    value = np.array([float(answer.answer) for answer in answers])[different]
    person, people = _people(answers)
    found = Ratings(
        task=task, pairs=pairs, question=question.ravel(), value=value, person=person[different], people=people
    )
    at_random = _at_random(answers)
    return found if at_random is None else replace(found, at_random=at_random[different])


def _arranged(answers: list[Answer], ids: list[str]) -> Ratings:
    """Distances of each person's arrangements, scaled together, as negative ratings; unnamed ones each by itself."""
    names = sorted({answer.annotator for answer in answers if answer.annotator})
    used = sorted({item for answer in answers for item in answer.items}, key={v: k for k, v in enumerate(ids)}.get)  # type: ignore[arg-type]
    rows = np.array([ids.index(item) for item in used])
    matrices = [arrangement_matrix([a for a in answers if a.annotator == name], used) for name in names]
    nobody = [arrangement_matrix([a], used) for a in answers if not a.annotator]
    found = ratings_from_matrices(np.stack(matrices + nobody), rows, names, "arrangement")
    return replace(found, person=np.where(found.person < len(names), found.person, -1))


def ratings_from_matrices(matrices: Doubles, rows: Rows, people: Sequence[str], task: str = "arrangement") -> Ratings:
    """Ratings from (p, m, m) dissimilarities of m items by p people: the upper triangle, negated; NaN is no answer."""
    first, second = np.triu_indices(len(rows), 1)
    flat = matrices[:, first, second]
    person, pair = np.nonzero(np.isfinite(flat))
    pairs = np.sort(np.stack([rows[first], rows[second]], 1), 1)
    found = Ratings(
        task=task,
        pairs=pairs,
        question=pair,
        value=-flat[person, pair].astype(np.float64),
        person=person,
        people=tuple(people),
    )
    return found.take(np.ones(len(pair), dtype=bool))


def _people(answers: list[Answer]) -> tuple[Rows, tuple[str, ...]]:
    names = sorted({answer.annotator for answer in answers if answer.annotator})
    numbers = {name: number for number, name in enumerate(names)} | {"": -1}
    return np.array([numbers[answer.annotator] for answer in answers], dtype=np.int64), tuple(names)


def _at_random(answers: list[Answer]) -> Mask | None:
    found = np.array([answer.sampler not in CHOSEN for answer in answers])
    return None if found.all() else found
