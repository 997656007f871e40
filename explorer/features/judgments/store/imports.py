"""Files that answers were imported from, as rows; every function works within a call of the store."""

import sqlite3
from dataclasses import dataclass

from explorer.io.sqlite import Connection


@dataclass(frozen=True, kw_only=True)
class Import:
    """One file that was imported into a campaign.

    content: hash of its answers, whatever the file was called. answers: how many it held. numbering: JSON with the
    rule, the base and the item of each number where it numbered the items, else "". created: ISO 8601, UTC.
    """

    campaign: str
    file: str
    content: str
    answers: int
    numbering: str
    created: str


def insert_import(connection: Connection, one: Import) -> None:
    """Write down that a file was imported."""
    connection.execute(
        "INSERT INTO imports (campaign, file, content, answers, numbering, created) VALUES (?, ?, ?, ?, ?, ?)",
        [one.campaign, one.file, one.content, one.answers, one.numbering, one.created],
    )


def read_imports(connection: Connection, campaign: str) -> list[Import]:
    """The files that were imported into a campaign, in order."""
    rows = connection.execute("SELECT * FROM imports WHERE campaign = ? ORDER BY number", [campaign])
    return [_import(row) for row in rows]


def same_import(connection: Connection, content: str) -> Import | None:
    """The first import of the same answers that are all still there, None when there is none."""
    rows = connection.execute(
        "SELECT i.* FROM imports i WHERE i.content = ? AND i.answers <= (SELECT COUNT(*) FROM events e WHERE "
        "e.campaign = i.campaign AND e.imported = i.file AND e.kind = 'answer') ORDER BY i.number LIMIT 1",
        [content],
    )
    return next(map(_import, rows), None)


def _import(row: sqlite3.Row) -> Import:
    return Import(**{name: row[name] for name in Import.__dataclass_fields__})
