"""What SQLite and PostgreSQL have to be told in different words; all other SQL of the store is the same for both."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from explorer.features.judgments.store.migrations import NO_DELETE
from explorer.features.judgments.store.places import Connection


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """last: a number that grows with every event. pass_over: let it grow by ?1. on, off: deletes of events.

    go_on: after rows were copied, let that number be ?1 at least, and the numbers of rows go on from the last ones.
    unclaimed: ends a query for a question that others may be given at this moment.
    """

    pass_over: str
    last: str
    on: str
    off: str
    go_on: tuple[str, ...]
    unclaimed: str


SQLITE = Dialect(
    pass_over="UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'events'",
    last="SELECT seq FROM sqlite_sequence WHERE name = 'events'",
    on="DROP TRIGGER no_delete",
    off=NO_DELETE,
    go_on=(
        "DELETE FROM sqlite_sequence WHERE name = 'events'",
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'events', MAX(?1, COALESCE(MAX(seq), 0)) FROM events",
    ),
    unclaimed="",
)
# Several people's events are written at once, the largest number may be seen before smaller ones: they are counted.
POSTGRES = Dialect(
    pass_over="UPDATE passed_over SET seq = seq + ?1",
    last="SELECT (SELECT seq FROM passed_over) + (SELECT COUNT(*) FROM events)",
    on="SELECT set_config('explorer.erasing', 'on', true)",
    off="SELECT set_config('explorer.erasing', 'off', true)",
    go_on=(
        "UPDATE passed_over SET seq = ?1 - (SELECT COUNT(*) FROM events)",
        "SELECT setval(pg_get_serial_sequence('events', 'seq'), MAX(seq)) FROM events HAVING MAX(seq) > 0",
        "SELECT setval(pg_get_serial_sequence('imports', 'number'), MAX(number)) FROM imports HAVING MAX(number) > 0",
    ),
    unclaimed=" FOR UPDATE OF p SKIP LOCKED",
)


def dialect_of(connection: Connection) -> Dialect:
    """The dialect that a connection speaks."""
    return SQLITE if isinstance(connection, sqlite3.Connection) else POSTGRES


def changed(connection: Connection, gone: int = 0) -> None:
    """Let `Store.last_event` tell that what counts is no longer the same. gone: events that were deleted."""
    connection.execute(dialect_of(connection).pass_over, [gone + 1])


@contextmanager
def deletes_allowed(connection: Connection) -> Iterator[None]:
    """Let events be deleted within the block, for those whose answers they are."""
    words = dialect_of(connection)
    connection.execute(words.on)
    yield
    connection.execute(words.off)
