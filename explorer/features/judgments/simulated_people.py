"""A campaign that simulated people have answered, marked as such, so that there is something to look at at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles
from explorer.base.progress import Progress
from explorer.features.judgments.asking.people import Arrival, person_for
from explorer.features.judgments.asking.way import MOST_WANTED, Reply, begin, respond
from explorer.features.judgments.campaigns import campaign as campaign_of
from explorer.features.judgments.campaigns import campaigns, create_campaign, set_open
from explorer.features.judgments.settings import Campaign, PoolQuestion, Settings
from explorer.features.judgments.store import Store

VIA = "simulated"
"""How these people came in; people who are asked come by "browser", "link" or "login"."""


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Simulated people: how many, and (n, f) features of the items, which are all that they see.

    careless: share of answers given at random, of the most careful and the least careful person.
    """

    count: int
    features: Doubles
    careless: tuple[float, float] = (0.02, 0.3)


def is_answered(store: Store, name: str) -> bool:
    """Whether all simulated people have answered: the campaign is closed then, not before."""
    return any(one.name == name and bool(one.closed) for one in campaigns(store))


def answer_campaign(
    store: Store,
    name: str,
    settings: Settings,
    *,
    item_ids: Sequence[str],
    pool: Sequence[PoolQuestion],
    crowd: Crowd,
    progress: Progress,
) -> None:
    """Make an odd-one-out campaign and let the crowd answer it, each through the way that people go; then close it.

    item_ids: of the rows of `crowd.features`. What was interrupted is gone on with: each answer is kept at once, and
    a person who is there already goes on. Nothing happens when it is closed.
    """
    if is_answered(store, name):
        return
    if all(one.name != name for one in campaigns(store)):
        create_campaign(store, name, settings, item_ids, pool=pool)
    seen = dict(zip(item_ids, crowd.features, strict=True))
    made = campaign_of(store, name)
    progress.start("Simulated people answer", crowd.count)
    for number, share in enumerate(np.linspace(*crowd.careless, crowd.count), 1):
        _answer(store, made, f"simulated {number}", seen, float(share))
        progress.advance(number)
    set_open(store, name, False)
    progress.finish()


def _answer(store: Store, campaign: Campaign, name: str, seen: Mapping[str, Doubles], careless: float) -> None:
    """One person's way through the campaign, to its end."""
    person = person_for(store, campaign, Arrival(via=VIA, name=name))
    begin(store, campaign.name, person.key)
    reply = respond(store, campaign.name, person.key, wanted=MOST_WANTED)
    rng = np.random.default_rng([campaign.settings.seed, int(name.split()[-1]), reply.answered])
    while reply.questions:
        given = _answers(reply, seen, careless, rng)
        reply = respond(store, campaign.name, person.key, given, wanted=MOST_WANTED)


def _answers(
    reply: Reply, seen: Mapping[str, Doubles], careless: float, rng: np.random.Generator
) -> list[dict[str, object]]:
    given: list[dict[str, object]] = []
    for question in reply.questions:
        odd = rng.integers(3) if rng.random() < careless else odd_one([seen[item] for item in question.items])
        seconds = 1_200 + 900 * rng.gamma(2.0)
        given.append(
            {"kind": "answer", "trial": question.trial, "answer": question.items[int(odd)], "rt_ms": float(seconds)}
        )
    return given


def odd_one(x: Sequence[Doubles]) -> int:
    """The place of the one of three whose two others lie nearest to each other."""
    return int(np.argmin([((x[(i + 1) % 3] - x[(i + 2) % 3]) ** 2).sum() for i in range(3)]))
