"""What can still be read of a damaged SQLite file, row by row, around the pages that cannot, in a new file.

Tables with row numbers are gone on with behind a damaged stretch; the others are read from both ends.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from explorer.base.errors import WorkspaceError
from explorer.io.atomic import atomic_write
from explorer.io.copying import link_or_copy
from explorer.io.sqlite import Connection

LOG, SHARED = "-wal", "-shm"
LEAST, MOST = -(2**63), 2**63 - 1
ONE_BY_ONE = 4096
"""So many row numbers behind the last good one are tried singly: more than a page holds."""
SCHEMA = """
SELECT type, name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'
"""
Row = tuple[object, ...]


@dataclass(frozen=True)
class Salvaged:
    """rows: how many were saved of each table; kept: where the damaged file lies now."""

    rows: dict[str, int]
    kept: Path


def salvage(path: Path) -> Salvaged | None:
    """Put a new file with all rows that can be read in the place of a damaged one, which is kept beside it.

    None, and everything as it was, when not even the names of its tables can be read. Nobody may be writing to it.
    A kill leaves the damaged file in its place or the new one; the next call goes on.
    """
    kept = _set_aside(path)
    try:
        with atomic_write(path) as temporary:
            rows = _copy(kept, temporary)
    except BaseException as error:
        with suppress(FileNotFoundError):
            os.replace(_beside(kept, LOG), _beside(path, LOG))
        kept.unlink()
        if isinstance(error, sqlite3.OperationalError):
            raise WorkspaceError(f"{path} cannot be read now: {error}. Nothing was changed.") from error
        if isinstance(error, sqlite3.DatabaseError):
            return None
        raise
    finally:
        _beside(kept, SHARED).unlink(missing_ok=True)
    return Salvaged(rows, kept)


def _set_aside(path: Path) -> Path:
    """Give the file a second name, and the log that belongs to it the name that goes with that."""
    names = (path.with_name(f"{path.name}.damaged{number if number > 1 else ''}") for number in count(1))
    kept = next(name for name in names if not name.exists() or name.samefile(path))
    if not kept.exists():
        link_or_copy(path, kept)
    with suppress(FileNotFoundError):
        os.replace(_beside(path, LOG), _beside(kept, LOG))
    _beside(path, SHARED).unlink(missing_ok=True)
    return kept


def _beside(path: Path, what: str) -> Path:
    return path.with_name(path.name + what)


def _copy(damaged: Path, target: Path) -> dict[str, int]:
    """Rows of each table that `target` has in the end; sqlite3.DatabaseError when there is no table to read."""
    with closing(sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True)) as source:
        source.text_factory = lambda data: data.decode("utf-8", "replace")
        source.execute("PRAGMA writable_schema = ON")  # what is wrong in the list of tables is passed over
        made = source.execute(SCHEMA).fetchall()
        tables = [name for kind, name, _ in made if kind == "table"]
        if not tables:
            raise sqlite3.DatabaseError("no table can be read")
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            copy.execute("BEGIN")
            for statement in (sql for kind in ("table", "index") for one, _, sql in made if one == kind):
                copy.execute(statement)
            for table in tables:
                _fill(source, copy, table)
            _go_on_counting(source, copy)
            for statement in (sql for kind, _, sql in made if kind == "trigger"):
                copy.execute(statement)
            copy.execute(f"PRAGMA user_version = {_version(source)}")
            copy.execute("COMMIT")
            copy.execute("PRAGMA journal_mode = WAL")
            return {table: copy.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0] for table in tables}


def _version(source: Connection) -> int:
    return int(source.execute("PRAGMA user_version").fetchone()[0])


def _fill(source: Connection, copy: Connection, table: str) -> None:
    """All rows of a table that can be read; those that break a rule of the table are left out."""
    columns = copy.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()  # number, name, ..., place in the key
    keys = [column[1] for column in sorted(columns, key=lambda column: column[5]) if column[5]]
    rows = _numbered(source, table) if _has_numbers(copy, table) else _from_both_ends(source, table, keys)
    places = ", ".join("?" * len(columns))
    copy.executemany(f"INSERT OR IGNORE INTO {_quoted(table)} VALUES ({places})", rows)


def _has_numbers(copy: Connection, table: str) -> bool:
    try:
        copy.execute(f"SELECT rowid FROM {_quoted(table)} LIMIT 0")
    except sqlite3.OperationalError:
        return False
    return True


def _numbered(source: Connection, table: str) -> Iterator[Row]:
    query = f"SELECT rowid, * FROM {_quoted(table)} WHERE rowid >= ? ORDER BY rowid"
    start: int | None = LEAST
    while start is not None:
        try:
            for number, *values in source.execute(query, (start,)):
                yield tuple(values)
                start = min(number + 1, MOST)
            return
        except sqlite3.DatabaseError:
            start = _behind(source, table, start)


def _behind(source: Connection, table: str, start: int) -> int | None:
    """The first row number behind the damaged stretch at `start` from which on something can be read; None: nothing."""
    steps = [*range(1, ONE_BY_ONE), *(1 << power for power in range(ONE_BY_ONE.bit_length() - 1, 63))]
    candidates = (max(start, 0) + step for step in steps if max(start, 0) + step <= MOST)
    return next((number for number in candidates if _can_be_read(source, table, number)), None)


def _can_be_read(source: Connection, table: str, number: int) -> bool:
    query = f"SELECT rowid, * FROM {_quoted(table)} WHERE rowid >= ? ORDER BY rowid LIMIT 1"
    try:
        source.execute(query, (number,)).fetchone()
    except sqlite3.DatabaseError:
        return False
    return True


def _from_both_ends(source: Connection, table: str, keys: list[str]) -> Iterator[Row]:
    for way in ("ASC", "DESC"):
        order = ", ".join(f"{_quoted(key)} {way}" for key in keys)
        try:
            yield from source.execute(f"SELECT * FROM {_quoted(table)} ORDER BY {order}")
            return
        except sqlite3.DatabaseError:
            continue


def _go_on_counting(source: Connection, copy: Connection) -> None:
    """Numbers that were given to rows which are lost are not given again."""
    with suppress(sqlite3.DatabaseError):
        for table, last in source.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            copy.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            copy.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
