"""SQLite files of a workspace: a connection a call, one transaction, numbered migrations, errors as messages."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from explorer.base.errors import WorkspaceError

Connection = sqlite3.Connection
SqliteError = sqlite3.Error
WAIT_SECONDS = 30.0


@contextmanager
def connected(path: Path, migrations: Sequence[str], *, write: bool = False) -> Iterator[Connection]:
    """A connection to the file at `path`, made when missing; with `write`, a transaction that is on disk at its end.

    migrations: the scripts that lead to the schema, one a version; the file is brought up to the last one first.
    Raises WorkspaceError when the file is damaged, of a newer version, or stays locked.
    """
    try:
        with closing(_open(path, write)) as connection:
            migrate(connection, path.name, migrations)
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
    except sqlite3.OperationalError as error:
        raise WorkspaceError(f"{path} cannot be used now: {error}. Nothing was lost; try again.") from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise WorkspaceError(f"{path} is damaged ({error}). Put a copy of it back in place.") from error


def copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite file as it is at one moment, with what its log holds, whoever writes to it meanwhile."""
    address = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as known, closing(sqlite3.connect(target)) as copy:
        known.backup(copy)


def without_log(path: Path) -> None:
    """Make a file that nobody else uses whole by itself, so that it can be kept without what lies beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


@cache
def has_full_text() -> bool:
    """Whether this SQLite has FTS5, its full-text search."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE one USING fts5(text)")
        except sqlite3.OperationalError:
            return False
        return True


def damage_of_database(path: Path) -> str:
    """What is wrong with an SQLite file, "" when nothing is; only read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            lines = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    except sqlite3.Error as error:
        return str(error)
    return "" if lines == ["ok"] else lines[0]


def migrate(connection: Connection, name: str, migrations: Sequence[str]) -> None:
    """Bring the schema up to date, each step in a transaction; WorkspaceError when it is of a newer version.

    The version is `PRAGMA user_version`.
    """
    version = _version(connection)
    if version > len(migrations):
        raise WorkspaceError(
            f"{name} has version {version}; this program knows versions up to {len(migrations)}. "
            "Use a newer Similarity Explorer; nothing was changed."
        )
    if version == 0:
        with suppress(sqlite3.OperationalError):  # another process is doing just this
            connection.execute("PRAGMA journal_mode = WAL")
    while version < len(migrations):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) == version:  # another process may have been first
                for statement in _statements(migrations[version]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        version = _version(connection)


def _open(path: Path, write: bool) -> Connection:
    # Where nothing can be written, SQLite cannot make the files that it reads a log with; nobody else writes there.
    fixed = not write and path.is_file() and not os.access(path.parent, os.W_OK)
    address = f"{path.absolute().as_uri()}{'?immutable=1' if fixed else ''}"
    connection = sqlite3.connect(address, timeout=WAIT_SECONDS, isolation_level=None, uri=True)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    found, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    return found
