"""What SQLite and PostgreSQL have to be told in different words; all other SQL of the store is the same for both."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from explorer.features.judgments.store.migrations import NO_DELETE
from explorer.features.judgments.store.places import Connection


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """pass_over: use up one number of an event. last: the latest number that was used. on, off: deletes of events.

    go_on: after rows were copied, let the next event get the number after ?1, and the next import that after the last.
    """

    pass_over: str
    last: str
    on: str
    off: str
    go_on: tuple[str, ...]


SQLITE = Dialect(
    pass_over="UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'events'",
    last="SELECT seq FROM sqlite_sequence WHERE name = 'events'",
    on="DROP TRIGGER no_delete",
    off=NO_DELETE,
    go_on=(
        "DELETE FROM sqlite_sequence WHERE name = 'events'",
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'events', ?1 WHERE ?1 > 0",
    ),
)
# A sequence of PostgreSQL counts for all at once, also what is not committed; these tables do not.
POSTGRES = Dialect(
    pass_over="UPDATE passed_over SET seq = nextval(pg_get_serial_sequence('events', 'seq'))",
    last="SELECT GREATEST((SELECT seq FROM passed_over), (SELECT COALESCE(MAX(seq), 0) FROM events))",
    on="SELECT set_config('explorer.erasing', 'on', true)",
    off="SELECT set_config('explorer.erasing', 'off', true)",
    go_on=(
        "SELECT setval(pg_get_serial_sequence('events', 'seq'), ?1) WHERE ?1 > 0",
        "UPDATE passed_over SET seq = ?1",
        "SELECT setval(pg_get_serial_sequence('imports', 'number'), MAX(number)) FROM imports HAVING MAX(number) > 0",
    ),
)


def dialect_of(connection: Connection) -> Dialect:
    """The dialect that a connection speaks."""
    return SQLITE if isinstance(connection, sqlite3.Connection) else POSTGRES


def changed(connection: Connection) -> None:
    """Pass over one number of an event, so that `Store.last_event` tells that what counts is no longer the same."""
    connection.execute(dialect_of(connection).pass_over)


@contextmanager
def deletes_allowed(connection: Connection) -> Iterator[None]:
    """Let events be deleted within the block, for those whose answers they are."""
    words = dialect_of(connection)
    connection.execute(words.on)
    yield
    connection.execute(words.off)
