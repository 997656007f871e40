"""Further questions of a campaign whose way to ask goes on as answers come in."""

import threading

import numpy as np

from explorer.base.arrays import Rows
from explorer.features.judgments import campaigns
from explorer.features.judgments.arrays import answered_triplets
from explorer.features.judgments.asking.at_random import as_they_come
from explorer.features.judgments.asking.drawing import random_questions, unordered
from explorer.features.judgments.contract import ASKING
from explorer.features.judgments.counted import counted_answers
from explorer.features.judgments.learning.items import fit_items
from explorer.features.judgments.method import Known, Picker
from explorer.features.judgments.settings import RANDOM_SHARE, Campaign, PoolQuestion
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.campaigns import add_to_pool, pool_items, pool_left, pool_size

BATCH, LOW = 40, 30
CANDIDATES, DIM = 60, 4


def next_questions(
    pick: Picker,
    triplets: Rows,
    items: int,
    *,
    count: int,
    rng: np.random.Generator,
    odd: bool = False,
    asked: Rows | None = None,
) -> Rows:
    """(count, 3) questions that `pick` chooses from 60 times as many random ones, given the answers so far.

    triplets: (m, 3) answers [reference, nearer, farther]; places of the items are fitted to them first. odd: the
    questions are odd ones out. asked: (k, 3) questions to leave out. Before there is an answer they are random; fewer
    than `count` come back when there are not that many.
    """
    drawn = random_questions(CANDIDATES * count, items, 3, rng)
    known = {_question_key(row, odd) for row in (asked if asked is not None else ())}
    candidates = drawn[[_question_key(row, odd) not in known for row in drawn]]
    if not len(triplets) or not len(candidates):
        return candidates[:count]
    places = fit_items(triplets, items, min(DIM, items - 1), rng)
    return candidates[pick(Known(places, triplets, odd), candidates, count, rng)]


def refill(store: Store, name: str) -> int:
    """Add the next questions of a campaign, 85 % as its way to ask picks them and 15 % random; how many."""
    found = campaigns.campaign(store, name)
    with store.connect() as connection:
        asked = pool_items(connection, name)
    missing = min(BATCH, found.settings.questions - len(asked))
    if missing <= 0 or ASKING[found.settings.sampler].pick is None:
        return 0
    pool = _more(store, found, asked, missing)
    with store.connect(write=True) as connection:
        if pool_size(connection, name) == len(asked):  # another process may have been first
            add_to_pool(connection, name, pool)
    return len(pool)


def _more(store: Store, found: Campaign, asked: list[list[str]], missing: int) -> list[PoolQuestion]:
    settings, ids = found.settings, campaigns.campaign_items(store, found.name)
    pick = ASKING[settings.sampler].pick or as_they_come
    rng = np.random.default_rng([settings.seed, len(asked)])
    places = {item: row for row, item in enumerate(ids)}
    known = np.array([[places[item] for item in items] for items in asked], dtype=np.int64).reshape(-1, 3)
    triplets = answered_triplets(counted_answers(store, found.name).answers, ids)
    plain, odd = round(missing * RANDOM_SHARE), settings.task == "odd_one_out"
    best = next_questions(pick, triplets, len(ids), count=missing - plain, rng=rng, odd=odd, asked=known)
    drawn = random_questions(plain, len(ids), 3, rng)
    labelled = [(row, settings.sampler) for row in best] + [(row, "random") for row in drawn]
    pool = [PoolQuestion(tuple(ids[place] for place in row), sampler) for row, sampler in labelled]
    return [pool[place] for place in rng.permutation(len(pool))]


def needs_refill(store: Store, campaign: Campaign) -> bool:
    """Whether a campaign that goes on has few questions left that nobody was asked, and may have more."""
    settings = campaign.settings
    if settings.sampler not in ASKING or ASKING[settings.sampler].pick is None:
        return False
    with store.connect() as connection:
        size = pool_size(connection, campaign.name)
        return size < settings.questions and pool_left(connection, campaign.name, settings.answers_per_question) < LOW


_refilling: set[tuple[Store, str]] = set()
_lock = threading.Lock()


def refill_in_background(store: Store, name: str) -> None:
    """Start `refill` unless it is running for this campaign in this process."""
    key = (store, name)
    with _lock:
        if key in _refilling:
            return
        _refilling.add(key)
    threading.Thread(target=_refill, args=(store, name, key), daemon=True, name=f"refill {name}").start()


def _refill(store: Store, name: str, key: tuple[Store, str]) -> None:
    try:
        refill(store, name)
    finally:
        with _lock:
            _refilling.discard(key)


def _question_key(row: Rows, odd: bool) -> tuple[int, ...]:
    return unordered(row) if odd else (int(row[0]), *unordered(row[1:]))
