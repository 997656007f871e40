"""Campaigns: what is asked of whom, and how. Settings never change; a campaign is open until it is closed."""

import json
import re
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.judgments.store import Store, now
from explorer.features.judgments.values import ITEMS_NEEDED, MOST_ARRANGED, TASKS, to_json

SAMPLERS = ("random", "list", "active", "disagreement", "import")
RESUME = ("resume", "restart", "block")
WORDINGS = ("odd", "pair")
SHOWN = ("both", "images", "texts")
ACTIVE_TASKS = ("odd_one_out", "triplet")
RANDOM_SHARE = 0.15
LONGEST_NAME, LONGEST_TEXT = 60, 500
NAME = re.compile(r"[^\W_][\w .,@()+'-]*", re.UNICODE)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a campaign asks.

    task: one of TASKS. condition: such as "by colour"; "" for none. instruction: shown to the annotator above each
    question. wording: of an odd one out: "odd" (pick the odd one) or "pair" (pick the two most alike).
    questions: how many different ones; answers_per_question: by different people; per_person: most questions that one
    person is asked, 0 for no limit. sampler: one of SAMPLERS; models: encoders of the sampler "disagreement".
    items_per_question: of an arrangement. scale: lowest and highest rating of a pair.
    repeat_share, check_share: of the questions, from 0 to 0.5: asked again later; with a known answer.
    resume: what a person who was away for half an hour meets: "resume" goes on, "restart" starts over, "block" is
    turned away. max_age_hours: after so long, "resume" starts over; 0 for never. code: invitation code, "" for none.
    source: file that the answers were imported from. seed: of everything random. show: one of SHOWN, of items that have
    an image and a text.
    """

    task: str
    condition: str = ""
    instruction: str = ""
    wording: str = "odd"
    questions: int = 100
    answers_per_question: int = 1
    per_person: int = 0
    sampler: str = "random"
    models: tuple[str, ...] = ()
    items_per_question: int = 0
    scale: tuple[float, float] = (1.0, 7.0)
    repeat_share: float = 0.0
    check_share: float = 0.0
    resume: str = "resume"
    max_age_hours: float = 0.0
    code: str = ""
    source: str = ""
    seed: int = 0
    show: str = "both"

    @property
    def size(self) -> int:
        """Items in one question."""
        return self.items_per_question or {"arrangement": 6}.get(self.task, ITEMS_NEEDED[self.task])


@dataclass(frozen=True)
class Campaign:
    """A campaign as it is kept. closed: when it was closed, "" while it is open."""

    name: str
    settings: Settings
    created: str
    closed: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class PoolQuestion:
    """One question to be asked: ids of its items (the reference of a triplet first) and what chose it."""

    items: tuple[str, ...]
    sampler: str


def check_settings(settings: Settings) -> Settings:
    """Return `settings` when they can be asked; InputError otherwise."""
    check_choice(settings.task, TASKS, "task")
    check_choice(settings.sampler, SAMPLERS, "sampler")
    check_choice(settings.resume, RESUME, "resume policy")
    check_choice(settings.wording, WORDINGS, "wording")
    check_choice(settings.show, SHOWN, "show")
    _whole(settings.questions, 1, 200_000, "Different questions")
    _whole(settings.answers_per_question, 1, 1000, "Answers a question")
    _whole(settings.per_person, 0, 100_000, "Questions a person")
    for name, share in (("repeats", settings.repeat_share), ("attention checks", settings.check_share)):
        if not 0 <= share <= 0.5:
            raise InputError(f"Share of {name}: expected 0 to 0.5, got {share:g}.")
    low, high = settings.scale
    if settings.sampler != "import" and not (0 <= low < high <= 9 and float(low + high).is_integer()):
        raise InputError(f"Scale: expected whole numbers from 0 to 9, the lowest first; got {low:g} to {high:g}.")
    if settings.task == "arrangement":
        _whole(settings.size, 3, MOST_ARRANGED, "Items in an arrangement")
    if settings.sampler == "active" and settings.task not in ACTIVE_TASKS:
        raise InputError("Active sampling works for the odd one out and for triplets; choose random for other tasks.")
    if settings.sampler == "disagreement" and (settings.task == "tags" or len(settings.models) < 2):
        raise InputError("Questions where models disagree need at least two models, and a task other than tags.")
    if settings.max_age_hours < 0:
        raise InputError(f"Maximum age: expected hours from 0, got {settings.max_age_hours:g}.")
    for name, text in (("condition", settings.condition), ("instruction", settings.instruction)):
        if len(text) > LONGEST_TEXT:
            raise InputError(f"The {name}: expected at most {LONGEST_TEXT} characters, got {len(text)}.")
    return settings


def parse_scale(text: str) -> tuple[float, float]:
    """Lowest and highest rating from "1,7"; InputError when it is something else."""
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(f"Scale: expected two numbers such as 1,7; got {text!r}.") from error
    return low, high


def check_person(name: str) -> str:
    """Return the name that an annotator gave, without blanks around it; InputError when it cannot be one."""
    return _clean_name(name, "name", "dots, dashes or an e-mail address")


def check_campaign_name(name: str) -> str:
    """Return the name of a campaign, without blanks around it; InputError when it cannot be one."""
    return _clean_name(name, "campaign name", "dots or dashes")


def _clean_name(name: str, what: str, signs: str) -> str:
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= LONGEST_NAME or not NAME.fullmatch(clean):
        raise InputError(
            f"Expected a {what} of 1 to {LONGEST_NAME} letters, digits, spaces, {signs}, "
            f"starting with a letter or digit; got {clean[:80]!r}."
        )
    return clean


def create_campaign(
    store: Store, name: str, settings: Settings, item_ids: Sequence[str], pool: Sequence[PoolQuestion]
) -> Campaign:
    """Add a campaign with its first questions; InputError when the name is taken or the items are too few."""
    name = check_campaign_name(name)
    check_settings(settings)
    check_items(settings, item_ids)
    campaign = Campaign(name, settings, now(), secret=secrets.token_hex(16))
    with store.connect(write=True) as connection:
        if connection.execute("SELECT 1 FROM campaigns WHERE name = ?", [name]).fetchone():
            raise InputError(f"There is a campaign called {name!r} already. Choose another name.")
        connection.execute(
            "INSERT INTO campaigns (name, settings, item_ids, secret, created) VALUES (?, ?, ?, ?, ?)",
            [name, to_json(asdict(settings)), to_json(list(item_ids)), campaign.secret, campaign.created],
        )
        add_to_pool(connection, name, pool)
    return campaign


def check_items(settings: Settings, item_ids: Sequence[str]) -> None:
    """InputError when there are fewer items than one question needs."""
    if settings.sampler != "import" and len(item_ids) < settings.size:
        raise InputError(
            f"A question of this campaign shows {settings.size} different items; only {len(item_ids)} were chosen. "
            "Choose more items, or a wider filter."
        )


def add_to_pool(connection: sqlite3.Connection, name: str, pool: Sequence[PoolQuestion]) -> None:
    """Add questions after those that are there."""
    row = connection.execute("SELECT COALESCE(MAX(number) + 1, 0) FROM pool WHERE campaign = ?", [name]).fetchone()
    rows = [(name, number, to_json(list(one.items)), one.sampler) for number, one in enumerate(pool, row[0])]
    connection.executemany("INSERT INTO pool (campaign, number, items, sampler) VALUES (?, ?, ?, ?)", rows)


def pool_items(connection: sqlite3.Connection, name: str) -> list[list[str]]:
    """Ids of each question of a campaign, within a call of the store."""
    rows = connection.execute("SELECT items FROM pool WHERE campaign = ? ORDER BY number", [name])
    return [json.loads(row["items"]) for row in rows]


def campaigns(store: Store) -> list[Campaign]:
    """All campaigns, the newest first."""
    if not store.exists():
        return []
    with store.connect() as connection:
        rows = connection.execute("SELECT name, settings, created, closed, secret FROM campaigns ORDER BY created DESC")
        return [_campaign(row) for row in rows]


def read_campaign(connection: sqlite3.Connection, name: str) -> Campaign:
    """One campaign, within a call of the store; InputError when there is none of this name."""
    row = connection.execute(
        "SELECT name, settings, created, closed, secret FROM campaigns WHERE name = ?", [name]
    ).fetchone()
    if row is None:
        raise InputError(f"There is no campaign called {name!r}.")
    return _campaign(row)


def campaign(store: Store, name: str) -> Campaign:
    """One campaign; InputError when there is none of this name."""
    if not store.exists():
        raise InputError(f"There is no campaign called {name!r}.")
    with store.connect() as connection:
        return read_campaign(connection, name)


def campaign_items(store: Store, name: str) -> list[str]:
    """Ids of the items that a campaign asks about."""
    with store.connect() as connection:
        row = connection.execute("SELECT item_ids FROM campaigns WHERE name = ?", [name]).fetchone()
    return list(json.loads(row["item_ids"])) if row else []


def set_open(store: Store, name: str, is_open: bool) -> None:
    """Open a campaign again, or close it: no answers are taken from then on. InputError when there is none."""
    with store.connect(write=True) as connection:
        read_campaign(connection, name)
        connection.execute("UPDATE campaigns SET closed = ? WHERE name = ?", ["" if is_open else now(), name])


def _campaign(row: sqlite3.Row) -> Campaign:
    values: dict[str, Any] = json.loads(row["settings"])
    values |= {"models": tuple(values.get("models", ())), "scale": tuple(values.get("scale", (1.0, 7.0)))}
    return Campaign(row["name"], Settings(**values), row["created"], row["closed"], row["secret"])


def _whole(value: int, low: int, high: int, what: str) -> None:
    if not low <= value <= high:
        raise InputError(f"{what}: expected {low:,} to {high:,}, got {value:,}.")
