"""The two exceptions from "events are only ever added": a person who withdraws, and an import that is taken back.

Both are one transaction, leave a line that says that and when it was done, and nothing of what was said.
"""

import secrets

from explorer.features.judgments.store.asked import forget_questions
from explorer.features.judgments.store.dialects import changed, deletes_allowed
from explorer.features.judgments.store.events import now
from explorer.features.judgments.store.places import Connection


def erase_person(connection: Connection, campaign: str, key: str) -> int:
    """Delete all that is known of a person but a tombstone without a name; how many events are gone."""
    gone = _erase(connection, "campaign = ? AND annotator = ?", [campaign, key])
    forget_questions(connection, campaign, key)
    created = connection.execute(
        "SELECT created FROM people WHERE campaign = ? AND key = ?", [campaign, key]
    ).fetchone()
    connection.execute("DELETE FROM people WHERE campaign = ? AND key = ?", [campaign, key])
    connection.execute(
        "INSERT INTO people (campaign, key, name, via, extra, arm, language, created, withdrawn) "
        "VALUES (?, ?, '', '', '{}', '', '', ?, ?)",
        [campaign, f"withdrawn-{secrets.token_hex(6)}", created[0] if created else "", now()],
    )
    return gone


def erase_import(connection: Connection, campaign: str, number: int, file: str = "") -> int:
    """Delete the events that one import brought; how many are gone. The line about the import stays, with the date.

    file: its name where the import is from before imports had numbers: then its events are those that name the file.
    """
    where = "import_number = 0 AND imported = ?" if file else "import_number = ?"
    gone = _erase(connection, f"campaign = ? AND {where}", [campaign, file or number])
    connection.execute("UPDATE imports SET taken_back = ? WHERE number = ?", [now(), number])
    return gone


def _erase(connection: Connection, where: str, values: list[object]) -> int:
    with deletes_allowed(connection):
        gone = connection.execute(f"DELETE FROM events WHERE {where}", values).rowcount
    changed(connection, gone)
    return gone
