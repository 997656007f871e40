"""Issuing questions to a person: from the pool, as repeats and attention checks; written down before they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from zlib import crc32

import numpy as np

from explorer.features.judgments.asking.people import the_person
from explorer.features.judgments.contract import ASKING
from explorer.features.judgments.method import Follower
from explorer.features.judgments.settings import Campaign, Settings
from explorer.features.judgments.store import Connection
from explorer.features.judgments.store.asked import (
    Question,
    Wanted,
    asked_items,
    claim,
    count_asked,
    insert_question,
    release,
    to_repeat,
)
from explorer.features.judgments.store.campaigns import pool_question, read_items
from explorer.features.judgments.store.people import Person, assign_arm, count_arms
from explorer.features.judgments.store.responses import arranged_by
from explorer.features.judgments.store.standing import Standing
from explorer.features.judgments.study import KnownQuestion

REPEAT_LAG = 4
CHECKABLE = ("odd_one_out", "triplet", "pair_rating")
GOLD = "gold"


class NotAlone(Exception):
    """What is to be done depends on what others do at this moment: it has to be begun anew when nobody else writes."""


@dataclass
class Turn:
    """One person in a campaign, within a call of the store. InputError when they withdrew.

    alone: nobody else writes at the same time.
    """

    connection: Connection
    campaign: Campaign
    person: str
    alone: bool = True
    who: Person = field(init=False)

    def __post_init__(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Read anew what is known of the person."""
        self.who = the_person(self.connection, self.campaign.name, self.person)

    @property
    def settings(self) -> Settings:
        """What the campaign asks."""
        return self.campaign.settings

    @property
    def key(self) -> tuple[Connection, str, str]:
        """What the functions of the store ask for first: connection, name of the campaign, person."""
        return self.connection, self.campaign.name, self.person

    @property
    def condition(self) -> str:
        """What this person judges under: the one condition of all, or the one that they were assigned to."""
        return self.who.arm or self.settings.condition

    def be_alone(self) -> None:
        """Raise NotAlone when others may write at the same time."""
        if not self.alone:
            raise NotAlone

    @cached_property
    def number(self) -> int:
        """A number that stands for this person, for what is random and theirs."""
        return crc32(self.person.encode())


def issue(turn: Turn, standing: Standing, count: int) -> list[Question]:
    """Up to `count` further questions for a person, written down before they are shown."""
    if count > 0:
        _assign(turn)
    limit, found = turn.settings.per_person, list[Question]()
    asked = count_asked(*turn.key) if limit and count > 0 else 0
    for place in range(standing.place, standing.place + count):
        if 0 < limit <= asked + len(found):
            break
        question = _choose(turn, place, standing.pool)
        if question is None:
            break
        insert_question(*turn.key, question)
        found.append(question)
    return found


def _assign(turn: Turn) -> None:
    """Give a person one of several conditions: one that fewest people have."""
    if not turn.settings.conditions or turn.who.arm:
        return
    turn.be_alone()
    counts = count_arms(turn.connection, turn.campaign.name)
    fewest = min(counts.get(one, 0) for one in turn.settings.conditions)
    free = [one for one in turn.settings.conditions if counts.get(one, 0) == fewest]
    arm = free[int(np.random.default_rng([turn.settings.seed, turn.number]).integers(len(free)))]
    assign_arm(*turn.key, arm)
    turn.refresh()


def _choose(turn: Turn, place: int, pool: int) -> Question | None:
    """A check or a repeat as often as the settings say, else a question from the pool; None when none is left."""
    settings, question = turn.settings, None
    rng = np.random.default_rng([settings.seed, place, turn.number])
    draw = rng.random()
    if draw < settings.check_share and settings.task in CHECKABLE:
        question = _gold(turn, place, rng) if settings.study.gold else _check(turn, place, pool, rng)
    elif draw < settings.check_share + settings.repeat_share and settings.task != "tags":
        question = _repeat(turn, place, rng)
    return question or _from_pool(turn, place, pool, rng)


def _from_pool(turn: Turn, place: int, pool: int, rng: np.random.Generator) -> Question | None:
    """A question that lacks answers and that this person was not asked; those begun by others come first.

    Tags go round instead: an item is best not with two people at once. A question that someone was asked and left
    lying for half an hour is free again.
    """
    wanted = Wanted(
        most=turn.settings.answers_per_question,
        begun_first=turn.settings.task != "tags",
        condition=turn.who.arm,
        start=int(rng.integers(pool)) if pool and turn.settings.order == "random" else 0,
    )
    follow = follows(turn.settings)
    if follow is not None and place > 0 and count_asked(*turn.key):
        return _following(turn, place, follow, rng)
    found = claim(*turn.key, wanted)
    if found is None:
        turn.be_alone()
    if found is None and release(turn.connection, turn.campaign.name):
        found = claim(*turn.key, wanted)
    if found is None:
        return None
    number, items, sampler = found
    return Question(place=place, number=number, items=_shuffled(items, turn.settings, rng), sampler=sampler)


def follows(settings: Settings) -> Follower | None:
    """What chooses each question by the answers of the same person before it; None where questions do not follow."""
    return ASKING[settings.sampler].follow if settings.sampler in ASKING else None


def _following(turn: Turn, place: int, follow: Follower, rng: np.random.Generator) -> Question | None:
    """The question that follows what a person answered; None when that is enough."""
    if count_asked(*turn.key) >= turn.settings.questions:
        return None
    items = read_items(turn.connection, turn.campaign.name)
    chosen = follow(arranged_by(*turn.key), items, turn.settings.size, rng, turn.settings.evidence)
    if chosen is None:
        return None
    return Question(place=place, number=-1, items=tuple(chosen), sampler=turn.settings.sampler)


def _repeat(turn: Turn, place: int, rng: np.random.Generator) -> Question | None:
    earlier = to_repeat(*turn.key, place - REPEAT_LAG)
    if earlier is None:
        return None
    items = _shuffled(earlier.items, turn.settings, rng)
    return Question(place=place, number=-1, items=items, sampler="repeat", repeat_of=earlier.trial)


def _gold(turn: Turn, place: int, rng: np.random.Generator) -> Question | None:
    """A question of the organiser's own with a known answer that this person was not asked; None when none is left."""
    asked = {same_items(turn.settings, items) for items in asked_items(*turn.key, GOLD)}
    left = [one for one in turn.settings.study.gold if same_items(turn.settings, one.items) not in asked]
    if not left:
        return None
    one = left[int(rng.integers(len(left)))]
    items = _shuffled(one.items, turn.settings, rng)
    return Question(place=place, number=-1, items=items, sampler=GOLD, is_check=True)


def same_items(settings: Settings, items: Sequence[str]) -> tuple[str, ...]:
    """Equal for the same question in any order."""
    head = tuple(items[:1]) if settings.task == "triplet" else ()
    return head + tuple(sorted(items[len(head) :]))


def gold_of(settings: Settings, items: Sequence[str]) -> KnownQuestion | None:
    """The gold question about these items."""
    wanted = same_items(settings, items)
    return next((one for one in settings.study.gold if same_items(settings, one.items) == wanted), None)


def _check(turn: Turn, place: int, pool: int, rng: np.random.Generator) -> Question | None:
    """A question that shows one item twice."""
    items = pool_question(turn.connection, turn.campaign.name, int(rng.integers(max(pool, 1))))
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
