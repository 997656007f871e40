"""Answers split so that what is tested was never learned from: other questions, other people, other items."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError
from explorer.features.judgments.agreement.which import LEAST_RANDOM
from explorer.features.judgments.questions import Asked, Choices, Ratings

LEAST, LEAST_PEOPLE = 20, 4
PARTS, ENOUGH = 5, 10_000
RATING_TRIPLETS = 20_000


@dataclass(frozen=True, kw_only=True)
class Split:
    """Answers to learn from, and three sets that share nothing with them.

    train: by people who are kept, about items that are kept. people: by other people, about the kept items. items:
    about at least one new item, by anybody who is not kept (by anybody where nobody is held out). new_items: of those,
    only questions in which all items are new. None where there is no answer of that kind. held_items, held_people: rows
    and numbers of what is held out. Tested are questions that were drawn at random, see `measured_on`.
    """

    train: Asked
    people: Asked | None
    items: Asked | None
    new_items: Asked | None
    held_items: Rows
    held_people: Rows


def split(asked: Asked, rng: np.random.Generator, items_out: float = 0.2, people_out: float = 0.5) -> Split:
    """Hold out a share of the items and a share of the named people.

    With fewer than four named people nobody is held out. Raises InputError when too few answers are left to learn from.
    """
    rows = rows_of(asked)
    used, named = np.unique(rows), people_to_hold_out(asked)
    held_items = np.sort(rng.permutation(used)[: round(items_out * len(used))])
    held_people = np.sort(rng.permutation(named)[: round(people_out * len(named))])
    new = np.isin(rows, held_items).sum(1)[asked.question]
    other = np.isin(asked.person, held_people)
    kept = (new == 0) & ~other
    if kept.sum() < LEAST:
        raise InputError(
            f"Learning needs at least {LEAST} answers beside those held out, got {kept.sum()}. Collect more answers."
        )
    testers = measured_on(asked) & (other if len(held_people) else True)
    return Split(
        train=asked.take(kept),
        people=_some(asked, (new == 0) & other & testers),
        items=_some(asked, (new > 0) & testers),
        new_items=_some(asked, (new == rows.shape[1]) & testers),
        held_items=held_items,
        held_people=held_people,
    )


@dataclass(frozen=True)
class Turn:
    """Which of the (a,) answers are learned from in a turn, and which are tested on.

    tests: "questions": other questions, by people who are learned from; "people": the same questions, by other people;
    "both": other questions by other people. The last two are missing where nobody can be held out.
    """

    train: Mask
    tests: dict[str, Mask]


def turns(asked: Asked, rng: np.random.Generator) -> list[Turn]:
    """Five parts of the questions, and of the people with them, held out in turn.

    Where there are very many answers the first turns are enough: those until each test has 10,000 answers.
    """
    measured, named = measured_on(asked), people_to_hold_out(asked)
    question = (rng.permutation(len(rows_of(asked))) % PARTS)[asked.question]
    part_of = np.full(len(asked.people) + 1, -1)  # the last one stands for nobody
    part_of[rng.permutation(named)] = np.arange(len(named)) % PARTS
    person = part_of[asked.person]
    found: list[Turn] = []
    for part in range(PARTS):
        new, other = question == part, person == part
        tests = {"questions": new & ~other & measured}
        if len(named):
            tests |= {"people": ~new & other & measured, "both": new & other & measured}
        found.append(Turn(~new & ~other, tests))
        if all(sum(turn.tests[name].sum() for turn in found) >= ENOUGH for name in tests):
            break
    return [turn for turn in found if turn.train.any()]


def people_to_hold_out(asked: Asked) -> Rows:
    """Numbers of the named people; none when they are fewer than four, too few to hold any of them out."""
    named = np.unique(asked.person[asked.person >= 0])
    return named if len(named) >= LEAST_PEOPLE else named[:0]


def measured_on(asked: Asked) -> Mask:
    """(a,) answers to questions that were drawn at random, where others were chosen for being hard; else all.

    Fewer than 50 random questions are too few to be measured on alone; then all count, too.
    """
    if asked.at_random is None or len(np.unique(asked.question[asked.at_random])) < LEAST_RANDOM:
        return np.ones(len(asked), dtype=bool)
    return asked.at_random


def measured_words(asked: Asked) -> str:
    """Which questions are tested on, where some were chosen for being hard; else nothing."""
    if asked.at_random is None:
        return ""
    if measured_on(asked) is asked.at_random:
        return "Learned from all questions, measured on those drawn at random alone."
    return f"Measured on questions chosen for being hard, too: fewer than {LEAST_RANDOM} were drawn at random."


def triplets_of(asked: Asked, rng: np.random.Generator) -> Rows:
    """(t, 3) [reference, nearer, farther] that the answers say.

    An odd one out says two things: of either item of the pair that is alike, it is nearer to the other one than to the
    odd one. Of ratings, random pairs of pairs that share an item and were rated differently, at most 20,000.
    """
    if isinstance(asked, Choices):
        return asked.triplets()
    return _rating_triplets(asked, rng)


def _rating_triplets(asked: Ratings, rng: np.random.Generator) -> Rows:
    mean = asked.mean
    ends = np.concatenate([np.c_[asked.pairs, np.arange(len(mean))], np.c_[asked.pairs[:, ::-1], np.arange(len(mean))]])
    ends = ends[np.lexsort((rng.random(len(ends)), ends[:, 0]))]
    starts = np.searchsorted(ends[:, 0], ends[:, 0])
    sizes = np.bincount(ends[:, 0])[ends[:, 0]]
    first = rng.integers(0, len(ends), RATING_TRIPLETS)
    second = starts[first] + rng.integers(0, sizes[first])
    a, b = ends[first], ends[second]
    nearer = mean[a[:, 2]] > mean[b[:, 2]]
    keep = (mean[a[:, 2]] != mean[b[:, 2]]) & (a[:, 1] != b[:, 1])
    rows = np.c_[a[:, 0], np.where(nearer, a[:, 1], b[:, 1]), np.where(nearer, b[:, 1], a[:, 1])]
    return np.unique(rows[keep], axis=0)


def rows_of(asked: Asked) -> Rows:
    """(q, 3) or (q, 2) rows of the items of each question."""
    return asked.items if isinstance(asked, Choices) else asked.pairs


def _some(asked: Asked, kept: Mask) -> Asked | None:
    return asked.take(kept) if kept.sum() >= LEAST else None
