"""Campaigns and their pools of questions, as rows; every function works within a call of the store."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from explorer.base.errors import InputError
from explorer.features.judgments.settings import Campaign, PoolQuestion, Settings, settings_from
from explorer.features.judgments.store.places import Connection, Row
from explorer.features.judgments.values import to_json

COLUMNS = "name, settings, created, closed, secret, archived"
SIZE = "SELECT COALESCE(MAX(number) + 1, 0) FROM pool WHERE campaign = ?1"


def insert_campaign(connection: Connection, campaign: Campaign, item_ids: Sequence[str]) -> None:
    """Add a campaign; InputError when the name is taken."""
    if connection.execute("SELECT 1 FROM campaigns WHERE name = ?", [campaign.name]).fetchone():
        raise InputError(f"There is a campaign called {campaign.name!r} already. Choose another name.")
    settings = to_json(asdict(campaign.settings))
    connection.execute(
        "INSERT INTO campaigns (name, settings, item_ids, secret, created) VALUES (?, ?, ?, ?, ?)",
        [campaign.name, settings, to_json(list(item_ids)), campaign.secret, campaign.created],
    )


def read_campaign(connection: Connection, name: str) -> Campaign:
    """One campaign; InputError when there is none of this name."""
    row = connection.execute(f"SELECT {COLUMNS} FROM campaigns WHERE name = ?", [name]).fetchone()
    if row is None:
        raise InputError(f"There is no campaign called {name!r}.")
    return _campaign(row)


def read_campaigns(connection: Connection) -> list[Campaign]:
    """All campaigns, the newest first."""
    return [_campaign(row) for row in connection.execute(f"SELECT {COLUMNS} FROM campaigns ORDER BY created DESC")]


def read_items(connection: Connection, name: str) -> list[str]:
    """Ids of the items that a campaign asks about."""
    row = connection.execute("SELECT item_ids FROM campaigns WHERE name = ?", [name]).fetchone()
    return list(json.loads(row["item_ids"])) if row else []


def set_closed(connection: Connection, name: str, closed: str) -> None:
    """Write down when a campaign was closed, "" for an open one."""
    connection.execute("UPDATE campaigns SET closed = ? WHERE name = ?", [closed, name])


def set_archived(connection: Connection, name: str, archived: str) -> None:
    """Write down when a campaign was put away, "" for one that is in the list."""
    connection.execute("UPDATE campaigns SET archived = ? WHERE name = ?", [archived, name])


def count_given(connection: Connection, name: str) -> int:
    """How often anybody answered, skipped or filled in anything of a campaign, what was undone too."""
    sql = "SELECT COUNT(*) FROM events WHERE campaign = ? AND kind != 'start'"
    return int(connection.execute(sql, [name]).fetchone()[0])


def replace_campaign(
    connection: Connection, name: str, settings: Settings, item_ids: Sequence[str], pool: Sequence[PoolQuestion]
) -> None:
    """Give a campaign that nobody answered other settings, items and questions; who came in begins anew."""
    connection.execute(
        "UPDATE campaigns SET settings = ?, item_ids = ? WHERE name = ?",
        [to_json(asdict(settings)), to_json(list(item_ids)), name],
    )
    for table in ("pool", "questions"):
        connection.execute(f"DELETE FROM {table} WHERE campaign = ?", [name])
    connection.execute("UPDATE people SET arm = '' WHERE campaign = ?", [name])
    add_to_pool(connection, name, pool)


def add_to_pool(connection: Connection, name: str, pool: Sequence[PoolQuestion]) -> None:
    """Add questions after those that are there."""
    rows = [
        (name, number, to_json(list(one.items)), one.sampler, one.condition)
        for number, one in enumerate(pool, pool_size(connection, name))
    ]
    connection.executemany(
        "INSERT INTO pool (campaign, number, items, sampler, condition) VALUES (?, ?, ?, ?, ?)", rows
    )


def pool_size(connection: Connection, name: str) -> int:
    """How many questions a campaign has; they are numbered from 0."""
    return int(connection.execute(SIZE, [name]).fetchone()[0])


def pool_left(connection: Connection, name: str, answers_per_question: int) -> int:
    """How many questions of a campaign may be given to somebody else yet."""
    row = connection.execute(
        "SELECT COUNT(*) FROM pool WHERE campaign = ? AND issued < ?", [name, answers_per_question]
    ).fetchone()
    return int(row[0])


def pool_items(connection: Connection, name: str) -> list[list[str]]:
    """Ids of each question of a campaign, in order."""
    rows = connection.execute("SELECT items FROM pool WHERE campaign = ? ORDER BY number", [name])
    return [json.loads(row["items"]) for row in rows]


def pool_question(connection: Connection, name: str, number: int) -> list[str] | None:
    """Ids of one question of a campaign, None when there is none of this number."""
    row = connection.execute("SELECT items FROM pool WHERE campaign = ? AND number = ?", [name, number]).fetchone()
    return None if row is None else list(json.loads(row["items"]))


def change_issued(connection: Connection, name: str, number: int, by: int) -> None:
    """Count a question as given to one person more (1) or fewer (-1)."""
    connection.execute(
        "UPDATE pool SET issued = CASE WHEN issued + ?3 < 0 THEN 0 ELSE issued + ?3 END "
        "WHERE campaign = ?1 AND number = ?2",
        [name, number, by],
    )


def _campaign(row: Row) -> Campaign:
    return Campaign(
        row["name"],
        settings_from(json.loads(row["settings"])),
        row["created"],
        closed=row["closed"],
        secret=row["secret"],
        archived=row["archived"],
    )
