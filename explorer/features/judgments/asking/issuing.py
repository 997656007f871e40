"""Issuing questions to a person: from the pool, as repeats and attention checks; written down before they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zlib import crc32

import numpy as np

from explorer.features.judgments.settings import Campaign, Settings
from explorer.features.judgments.store import Connection
from explorer.features.judgments.store.asked import (
    Question,
    count_asked,
    insert_question,
    next_place,
    release,
    to_repeat,
    unasked,
)
from explorer.features.judgments.store.campaigns import change_issued, pool_question, pool_size

AWAY = timedelta(minutes=30)
REPEAT_LAG = 4
CHECKABLE = ("odd_one_out", "triplet", "pair_rating")


@dataclass(frozen=True)
class Turn:
    """One person in a campaign, within a call of the store."""

    connection: Connection
    campaign: Campaign
    person: str

    @property
    def settings(self) -> Settings:
        """What the campaign asks."""
        return self.campaign.settings

    @property
    def key(self) -> tuple[Connection, str, str]:
        """What the functions of the store ask for first: connection, name of the campaign, person."""
        return self.connection, self.campaign.name, self.person


def issue(turn: Turn, count: int) -> list[Question]:
    """Up to `count` further questions for a person, written down before they are shown."""
    found: list[Question] = []
    for _ in range(max(count, 0)):
        if 0 < turn.settings.per_person <= count_asked(*turn.key):
            break
        question = _choose(turn, next_place(*turn.key))
        if question is None:
            break
        insert_question(*turn.key, question)
        found.append(question)
    return found


def _choose(turn: Turn, place: int) -> Question | None:
    """A check or a repeat as often as the settings say, else a question from the pool; None when none is left."""
    settings, question = turn.settings, None
    rng = np.random.default_rng([settings.seed, place, crc32(turn.person.encode())])
    draw = rng.random()
    if draw < settings.check_share and settings.task in CHECKABLE:
        question = _check(turn, place, rng)
    elif draw < settings.check_share + settings.repeat_share and settings.task != "tags":
        question = _repeat(turn, place, rng)
    return question or _from_pool(turn, place, rng)


def _from_pool(turn: Turn, place: int, rng: np.random.Generator) -> Question | None:
    """A question that lacks answers and that this person was not asked; those begun by others come first.

    Tags go round instead: an item is best not with two people at once. A question that someone was asked and left
    lying for half an hour is free again.
    """
    most, begun_first = turn.settings.answers_per_question, turn.settings.task != "tags"
    found = unasked(*turn.key, most, begun_first=begun_first)
    if found is None and release(turn.connection, turn.campaign.name, datetime.now(UTC) - AWAY):
        found = unasked(*turn.key, most, begun_first=begun_first)
    if found is None:
        return None
    number, items, sampler = found
    change_issued(turn.connection, turn.campaign.name, number, 1)
    return Question(place=place, number=number, items=_shuffled(items, turn.settings, rng), sampler=sampler)


def _repeat(turn: Turn, place: int, rng: np.random.Generator) -> Question | None:
    earlier = to_repeat(*turn.key, place - REPEAT_LAG)
    if earlier is None:
        return None
    items = _shuffled(earlier.items, turn.settings, rng)
    return Question(place=place, number=-1, items=items, sampler="repeat", repeat_of=earlier.trial)


def _check(turn: Turn, place: int, rng: np.random.Generator) -> Question | None:
    """A question that shows one item twice."""
    size = pool_size(turn.connection, turn.campaign.name)
    items = pool_question(turn.connection, turn.campaign.name, int(rng.integers(max(size, 1))))
    if items is None:
        return None
    first, second = (items[one] for one in rng.permutation(len(items))[:2])
    if turn.settings.task == "pair_rating":
        shown = [first, first]
    elif turn.settings.task == "triplet":
        shown = [first, *rng.permutation([first, second]).tolist()]
    else:
        shown = rng.permutation([first, first, second]).tolist()
    return Question(place=place, number=-1, items=tuple(shown), sampler="check", is_check=True)


def _shuffled(items: Sequence[str], settings: Settings, rng: np.random.Generator) -> tuple[str, ...]:
    """The items in another order; the reference of a triplet stays first."""
    head = items[:1] if settings.task == "triplet" else ()
    rest = items[len(head) :]
    return (*head, *(rest[place] for place in rng.permutation(len(rest))))
