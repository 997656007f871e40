"""The two exceptions from "events are only ever added": a person who withdraws, and an import that is taken back.

Both are one transaction, leave a line that says that and when it was done, and nothing of what was said.
"""

import secrets

from explorer.features.judgments.store.file import now
from explorer.features.judgments.store.migrations import NO_DELETE
from explorer.io.sqlite import Connection


def erase_person(connection: Connection, campaign: str, key: str) -> int:
    """Delete all that is known of a person but a tombstone without a name; how many events are gone."""
    gone = _erase(connection, "campaign = ? AND annotator = ?", [campaign, key])
    connection.execute(
        "UPDATE pool SET issued = MAX(issued - 1, 0) WHERE campaign = ?1 AND number IN "
        "(SELECT number FROM questions WHERE campaign = ?1 AND annotator = ?2 AND number >= 0 AND set_aside = '')",
        [campaign, key],
    )
    connection.execute("DELETE FROM questions WHERE campaign = ? AND annotator = ?", [campaign, key])
    created = connection.execute(
        "SELECT created FROM people WHERE campaign = ? AND key = ?", [campaign, key]
    ).fetchone()
    connection.execute("DELETE FROM people WHERE campaign = ? AND key = ?", [campaign, key])
    connection.execute(
        "INSERT OR REPLACE INTO people (campaign, key, name, via, extra, arm, language, created, withdrawn) "
        "VALUES (?, ?, '', '', '{}', '', '', ?, ?)",
        [campaign, f"withdrawn-{secrets.token_hex(6)}", created[0] if created else "", now()],
    )
    return gone


def erase_import(connection: Connection, campaign: str, number: int) -> int:
    """Delete the answers that one import brought; how many are gone. The line about the import stays, with the date."""
    gone = _erase(connection, "campaign = ? AND import_number = ?", [campaign, number])
    connection.execute("UPDATE imports SET taken_back = ? WHERE number = ?", [now(), number])
    return gone


def _erase(connection: Connection, where: str, values: list[object]) -> int:
    connection.execute("DROP TRIGGER no_delete")
    gone = connection.execute(f"DELETE FROM events WHERE {where}", values).rowcount
    connection.execute(NO_DELETE)
    return gone
