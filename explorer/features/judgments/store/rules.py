"""The rules by which answers count, and what they need, as rows; every function works within a call of the store."""

import json
from typing import Any

from explorer.features.judgments.store.dialects import changed
from explorer.features.judgments.store.places import Connection
from explorer.features.judgments.values import to_json


def read_rules(connection: Connection) -> dict[str, dict[str, Any]]:
    """By campaign the values of its rules, {} where nobody has decided anything."""
    rows = connection.execute("SELECT name, rules FROM campaigns")
    return {str(row["name"]): json.loads(row["rules"]) for row in rows}


def write_rules(connection: Connection, campaign: str, values: dict[str, Any]) -> None:
    """Write down the rules of a campaign."""
    connection.execute("UPDATE campaigns SET rules = ? WHERE name = ?", [to_json(values), campaign])
    changed(connection)


def count_skips(connection: Connection, campaign: str) -> dict[str, int]:
    """By person how many questions they skipped since they started and did not take up again."""
    rows = connection.execute(
        "SELECT e.annotator, COUNT(*) FROM events e WHERE e.campaign = ? AND e.kind = 'skip' AND NOT EXISTS "
        "(SELECT 1 FROM events u WHERE u.campaign = e.campaign AND u.annotator = e.annotator AND u.trial = e.trial "
        "AND u.kind = 'undo') AND e.seq > COALESCE((SELECT MAX(r.seq) FROM events r WHERE r.campaign = e.campaign "
        "AND r.annotator = e.annotator AND r.kind = 'restart'), 0) GROUP BY e.annotator",
        [campaign],
    )
    return {str(row[0]): int(row[1]) for row in rows}
