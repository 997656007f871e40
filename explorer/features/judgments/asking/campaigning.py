"""Making campaigns from a workspace: its items, the questions, and further active questions as answers come in."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.features.judgments import campaigns
from explorer.features.judgments.asking import sampling
from explorer.features.judgments.campaigns import RANDOM_SHARE, Campaign, PoolQuestion, Settings
from explorer.features.judgments.exchange.files import read_rows
from explorer.features.judgments.service import judgment_store, workspace_ids
from explorer.features.judgments.store import Store
from explorer.search.filters import mask, parse_filters
from explorer.workspace.folder import Workspace
from explorer.workspace.summary import rows_of_view

BATCH, LOW, BURN_IN = 40, 30, 40
MOST_ACTIVE_ITEMS, CANDIDATES = 1_000, 20


def choose_items(workspace: Workspace, view: str = "", filters: str = "") -> list[str]:
    """Ids of the items of a saved view that pass `filters` (as in the address of Explore); all when both are empty."""
    dataset = workspace.dataset()
    rows = rows_of_view(workspace, view)
    passed = mask(dataset, parse_filters(filters))
    ids = workspace_ids(workspace)
    return [ids[row] for row in rows if passed[row]]


def make_campaign(
    workspace: Workspace, name: str, settings: Settings, item_ids: Sequence[str], listed: Sequence[Sequence[str]] = ()
) -> Campaign:
    """Make a campaign with its questions; listed: the questions of the sampler "list", ids.

    Raises InputError when the items are too few, the list does not fit, or the settings cannot be asked.
    """
    campaigns.check_settings(settings)
    campaigns.check_items(settings, item_ids)
    pool = _listed(settings, item_ids, listed) if settings.sampler == "list" else _drawn(workspace, settings, item_ids)
    return campaigns.create_campaign(judgment_store(workspace), name, settings, item_ids, pool)


def read_list(path: Path) -> list[list[str]]:
    """Questions of a fixed list from a table with the ids of one question a row."""
    rows, _, _ = read_rows(path)
    return [[str(cell).strip() for cell in row] for row in rows]


def parse_list(text: str) -> list[list[str]]:
    """Questions of a fixed list as typed: one a line, ids separated by commas or tabs."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [[part.strip() for part in line.replace("\t", ",").split(",") if part.strip()] for line in lines]


def _listed(settings: Settings, item_ids: Sequence[str], listed: Sequence[Sequence[str]]) -> list[PoolQuestion]:
    known = set(item_ids)
    if not listed:
        raise InputError("Expected a list of questions, one a line with the ids of its items; got none.")
    for number, items in enumerate(listed, 1):
        if len(items) != settings.size:
            raise InputError(f"The list, line {number}: expected {settings.size} ids, got {len(items)}.")
        if len(set(items)) < len(items):
            raise InputError(f"The list, line {number}: expected different items, got {', '.join(items)}.")
        unknown = [item for item in items if item not in known]
        if unknown:
            raise InputError(f"The list, line {number}: there is no item with the id {unknown[0]!r} in this selection.")
    return [PoolQuestion(tuple(items), "list") for items in listed]


def _drawn(workspace: Workspace, settings: Settings, item_ids: Sequence[str]) -> list[PoolQuestion]:
    rng = np.random.default_rng(settings.seed)
    if settings.sampler == "disagreement":
        return _disagreeing(workspace, settings, item_ids, rng)
    count = settings.questions
    if settings.sampler == "active":
        if len(item_ids) > MOST_ACTIVE_ITEMS:
            raise InputError(
                f"Active sampling learns a place for each item: expected at most {MOST_ACTIVE_ITEMS:,} items, "
                f"got {len(item_ids):,}. Choose a view or a filter."
            )
        count = min(count, BURN_IN)
    draw = sampling.every_item_first if settings.task in ("tags", "arrangement") else sampling.random_questions
    if settings.task == "tags":
        count = min(count, len(item_ids))
    rows = draw(count, len(item_ids), settings.size, rng)
    return [_question(item_ids, row, "random") for row in rows]


def _question(item_ids: Sequence[str], row: Rows, sampler: str) -> PoolQuestion:
    return PoolQuestion(tuple(item_ids[place] for place in row), sampler)


def _disagreeing(
    workspace: Workspace, settings: Settings, item_ids: Sequence[str], rng: np.random.Generator
) -> list[PoolQuestion]:
    """85 % of the questions where the models differ most among many random ones, 15 % random to measure with."""
    rows = workspace.dataset().rows_of(item_ids)
    every = [workspace.embeddings(model) for model in settings.models]
    present = np.flatnonzero(np.all([one.present[rows] for one in every], axis=0))
    if len(present) < settings.size:
        raise InputError(f"Only {len(present)} of these items have vectors of all chosen models.")
    vectors = [np.asarray(one.vectors[rows[present]], dtype=np.float32) for one in every]
    plain = max(round(RANDOM_SHARE * settings.questions), 1)
    wanted = max(settings.questions - plain, 1)
    drawn = sampling.random_questions(min(CANDIDATES * wanted, 200_000) + plain, len(present), settings.size, rng)
    kept, candidates = drawn[:plain], drawn[plain:]
    gaps = sampling.disagreement(vectors, candidates, settings.task)
    best = candidates[np.argsort(-gaps, kind="stable")[:wanted]]
    pool = [_question(item_ids, present[row], "random") for row in kept]
    pool += [_question(item_ids, present[row], "disagreement") for row in best]
    return [pool[place] for place in rng.permutation(len(pool))][: settings.questions]


def refill(store: Store, name: str) -> int:
    """Add the next questions of an active campaign, 85 % where the answers tell most and 15 % random; how many."""
    found = campaigns.campaign(store, name)
    settings, ids = found.settings, campaigns.campaign_items(store, name)
    answers = store.answers(name)
    with store.connect() as connection:
        asked = campaigns.pool_items(connection, name)
    missing = min(BATCH, settings.questions - len(asked))
    if missing <= 0:
        return 0
    rng = np.random.default_rng([settings.seed, len(asked)])
    places = {item: row for row, item in enumerate(ids)}
    known = np.array([[places[item] for item in items] for items in asked], dtype=np.int64).reshape(-1, 3)
    odd = settings.task == "odd_one_out"
    triplets = sampling.triplets_of(answers, ids)
    plain = round(missing * RANDOM_SHARE)
    best = sampling.active_questions(triplets, len(ids), missing - plain, rng, odd=odd, asked=known)
    drawn = sampling.random_questions(plain, len(ids), 3, rng)
    pool = [_question(ids, row, "active") for row in best] + [_question(ids, row, "random") for row in drawn]
    pool = [pool[place] for place in rng.permutation(len(pool))]
    with store.connect(write=True) as connection:
        if len(campaigns.pool_items(connection, name)) == len(asked):  # another process may have been first
            campaigns.add_to_pool(connection, name, pool)
    return len(pool)


_refilling: set[tuple[str, str]] = set()
_lock = threading.Lock()


def refill_in_background(store: Store, name: str) -> None:
    """Start `refill` unless it is running for this campaign in this process."""
    key = (str(store.path), name)
    with _lock:
        if key in _refilling:
            return
        _refilling.add(key)
    threading.Thread(target=_refill, args=(store, name, key), daemon=True, name=f"refill {name}").start()


def _refill(store: Store, name: str, key: tuple[str, str]) -> None:
    try:
        refill(store, name)
    finally:
        with _lock:
            _refilling.discard(key)


def needs_refill(store: Store, campaign: Campaign) -> bool:
    """Whether an active campaign has few questions left that nobody was asked, and may have more."""
    if campaign.settings.sampler != "active":
        return False
    with store.connect() as connection:
        row = connection.execute(
            "SELECT COUNT(*), COALESCE(SUM(issued < ?), 0) FROM pool WHERE campaign = ?",
            [campaign.settings.answers_per_question, campaign.name],
        ).fetchone()
    return bool(row[0] < campaign.settings.questions and row[1] < LOW)
