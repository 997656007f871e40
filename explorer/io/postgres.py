"""Schemas of a PostgreSQL database: pooled connections, a transaction a call, numbered migrations, errors as messages.

What `io.sqlite` is for files. SQL is written once, with SQLite's placeholders, and rows come back as SQLite's do. Who
writes to a schema has it alone, as with a file; who writes to a part of it shares it with those who write to other
parts. Optional: the extra `postgres` (psycopg 3).
"""

import atexit
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from explorer.base.errors import InputError, WorkspaceError
from explorer.io import named_servers

if TYPE_CHECKING:
    import psycopg
    from psycopg_pool import ConnectionPool

NAMED = "postgres.json"
MOST_CONNECTIONS, WAIT_SECONDS, ASK_SECONDS = 10, 20.0, 2.0
KEPT: dict[str, Any] = {"autocommit": True, "connect_timeout": 10}
PLACEHOLDER = re.compile(r"'[^']*'|\?(\d*)|%")
VERSION = "SELECT version FROM schema_version"
SETTINGS = "SET LOCAL lock_timeout = '30s'; SET LOCAL idle_in_transaction_session_timeout = '60s'"
PASSWORD = "Its password comes from the environment (PGPASSWORD) or from the file ~/.pgpass."
Values = Sequence[object] | Mapping[str, object]


@dataclass(frozen=True)
class Schema:
    """One schema of one database. address: such as postgresql://ann@db.example.org/judgments, without a password."""

    address: str
    name: str

    def lock(self, part: str = "") -> str:
        """The statement by which those who write wait for others who write the same."""
        if not part:
            return f"SELECT pg_advisory_xact_lock({_key(self.name)})"
        mine = _key(f"{self.name}/{part}")
        return f"SELECT pg_advisory_xact_lock_shared({_key(self.name)}); SELECT pg_advisory_xact_lock({mine})"


def _key(text: str) -> int:
    """The number of a lock, 64 bits."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


class Row:
    """A row as SQLite's are: its values by place and by name."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: Sequence[Any]) -> None:
        self._places, self._values = places, values

    def __getitem__(self, key: int | str) -> Any:
        return self._values[self._places[key] if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[str]:
        """The names of the columns."""
        return list(self._places)


class PostgresConnection:
    """A connection within a transaction, for SQL with SQLite's placeholders: ? or ?1, ?2."""

    def __init__(self, connection: "psycopg.Connection[Row]") -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> "psycopg.Cursor[Row]":
        """Run one statement."""
        return self._connection.execute(translated(sql), _values(sql, parameters))

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> "psycopg.Cursor[Row]":
        """Run one statement with each of many values; `rowcount` is of all."""
        cursor = self._connection.cursor()
        cursor.executemany(translated(sql), [_values(sql, one) for one in parameters])
        return cursor


@lru_cache(maxsize=512)
def translated(sql: str) -> str:
    """SQL with psycopg's placeholders in place of SQLite's: %s for ?, %(2)s for ?2."""
    return PLACEHOLDER.sub(_placeholder, sql)


def _placeholder(found: re.Match[str]) -> str:
    if not found[0].startswith("?"):
        return found[0].replace("%", "%%")
    return f"%({found[1]})s" if found[1] else "%s"


def _values(sql: str, parameters: Sequence[object]) -> Values:
    return {str(place): one for place, one in enumerate(parameters, 1)} if "?1" in sql else list(parameters)


def check_address(address: str) -> str:
    """Return the address of a database; InputError when it is none, or holds a password.

    What is part of an address ends in files and logs, so an address with a password is not repeated.
    """
    psycopg = _library()
    if not address.startswith(("postgresql://", "postgres://")):
        raise InputError(f"Expected an address such as postgresql://ann@db.example.org/judgments, got {address!r}.")
    try:
        found = psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        raise InputError(
            "This address of a database cannot be read. One: postgresql://ann@db.example.org/judgments"
        ) from None
    if any("password" in name and value for name, value in found.items()):
        raise InputError(f"Leave the password out of the address: what is in it is written to files. {PASSWORD}")
    if not found.get("dbname") and not found.get("service"):
        raise InputError(
            f"The address {address} names no database. One that does: postgresql://ann@db.example.org/judgments"
        )
    return address


@contextmanager
def connected(
    schema: Schema, migrations: Sequence[str], *, write: bool = False, part: str = ""
) -> Iterator[PostgresConnection]:
    """A connection to the schema; with `write`, a transaction that others who write wait for, on disk at its end.

    migrations: the scripts that lead to the schema, one a version; it is brought up to the last one first. part: what
    alone is written to; only those wait who write to the same part, or to all. Raises WorkspaceError when the server is
    away or lets us not in, and when the schema is gone or of a newer version.
    """
    opening = _opening(schema, schema.lock(part) if write else "")
    begin = f"BEGIN{'' if write else ' ISOLATION LEVEL REPEATABLE READ READ ONLY'}; {opening}; {VERSION}"
    with _pooled(schema, begin) as (connection, version):
        _check_version(schema, version, len(migrations))
        if version < len(migrations):
            _undo(connection)
            connection.execute(f"BEGIN; {_opening(schema, schema.lock())}".encode())
            with _ended(connection):
                _migrate(connection, migrations)
            connection.execute(begin.encode())
        with _ended(connection):
            yield PostgresConnection(connection)


@contextmanager
def created(schema: Schema, migrations: Sequence[str]) -> Iterator[PostgresConnection]:
    """Make a schema and fill it, in one transaction: it is there with all that the block writes, or not at all."""
    with _pooled(schema, "BEGIN; SELECT 0") as (connection, _), _ended(connection):
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise InputError(f"The database {schema.address} keeps texts as {encoding}: make one with ENCODING 'UTF8'.")
        connection.execute(f'CREATE SCHEMA "{schema.name}"; {_opening(schema, schema.lock())}'.encode())
        connection.execute(b"CREATE TABLE schema_version (version INTEGER NOT NULL)")
        connection.execute(b"INSERT INTO schema_version VALUES (0)")
        _migrate(connection, migrations)
        yield PostgresConnection(connection)


def dropped(schema: Schema) -> None:
    """Remove a schema with all that is in it."""
    with _pooled(schema, "BEGIN; SELECT 0") as (connection, _), _ended(connection):
        connection.execute(f'DROP SCHEMA "{schema.name}" CASCADE'.encode())


def close_pools() -> None:
    """Close the connections that are kept open."""
    for address, pool in list(_pools.items()):
        pool.close()
        _pools.pop(address, None)


_pools: dict[str, "ConnectionPool[psycopg.Connection[Row]]"] = {}
_making = threading.Lock()


@contextmanager
def _pooled(schema: Schema, begin: str) -> Iterator[tuple["psycopg.Connection[Row]", int]]:
    """A connection from the pool of this process, after the script `begin`, and the number that its last query gave.

    What goes wrong is told in words.
    """
    psycopg = _library()
    if schema.address not in named_servers.named_servers(NAMED):
        raise WorkspaceError(
            f"The judgments lie in the database {schema.address}, which nobody has named on this machine. If it is "
            f"yours, name it once: explorer judgments move NAME --to {schema.address}"
        )
    try:
        pool = _pool(schema.address)
        connection, number = _begun(pool, schema.address, begin)
        try:
            yield connection, number
        finally:
            pool.putconn(connection)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        raise WorkspaceError(
            f"The database {schema.address} has no judgments of this data set (the schema {schema.name}): somebody "
            "removed them. Put the schema back from a copy of the database."
        ) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise WorkspaceError(f"The database {schema.address} does not allow it: {_first_line(error)}.") from error
    except psycopg.DataError as error:
        raise InputError(f"PostgreSQL cannot keep this: {_first_line(error)}. Nothing was stored.") from error
    except psycopg.OperationalError as error:
        raise WorkspaceError(_away(schema.address, error)) from error


def _begun(
    pool: "ConnectionPool[psycopg.Connection[Row]]", address: str, begin: str
) -> tuple["psycopg.Connection[Row]", int]:
    """A connection on which `begin` ran; those that broke since they were used last are thrown away before."""
    for left in reversed(range(MOST_CONNECTIONS + 1)):
        connection = _taken(pool, address)
        try:
            return connection, _last_number(connection.execute(begin.encode()))
        except BaseException:
            broken = connection.broken or connection.closed
            _undo(connection)
            pool.putconn(connection)
            if not broken or not left:
                raise
    raise AssertionError("the last turn returns or raises")


def _last_number(cursor: "psycopg.Cursor[Row]") -> int:
    """The number that the last query of a script gave."""
    while cursor.nextset():
        pass
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def _taken(
    pool: "ConnectionPool[psycopg.Connection[Row]]", address: str, most: float = WAIT_SECONDS
) -> "psycopg.Connection[Row]":
    """A connection of the pool. Where none comes soon, it is asked why: of a server that is away nobody waits long."""
    from psycopg_pool import PoolTimeout

    until = time.monotonic() + most
    while True:
        try:
            return pool.getconn(timeout=ASK_SECONDS)
        except PoolTimeout:
            _library().connect(address, **KEPT).close()
            if time.monotonic() > until:
                raise


def _away(address: str, error: Exception) -> str:
    reason = _first_line(error)
    refused = "password" in reason or "authentication" in reason
    told = f" {PASSWORD}" if refused else ""
    return f"The database {address} cannot be used now: {reason}.{told} Nothing was lost; try again."


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__).rstrip(".")


def _pool(address: str) -> "ConnectionPool[psycopg.Connection[Row]]":
    """The pool of an address, made once somebody was let in: the first error tells why nobody is."""
    with _making:
        if address not in _pools:
            from psycopg_pool import ConnectionPool

            _library().connect(address, **KEPT).close()
            _pools[address] = ConnectionPool(
                address,
                kwargs=KEPT | {"row_factory": _rows},
                min_size=0,
                max_size=MOST_CONNECTIONS,
                reconnect_timeout=ASK_SECONDS,
                open=True,
            )
        return _pools[address]


def _rows(cursor: "psycopg.Cursor[Any]") -> Any:
    places = {column.name: place for place, column in enumerate(cursor.description or ())}
    return lambda values: Row(places, values)


def _opening(schema: Schema, lock: str) -> str:
    return f'SET LOCAL search_path = "{schema.name}"; {SETTINGS}' + (f"; {lock}" if lock else "")


def _check_version(schema: Schema, version: int, newest: int) -> None:
    if version > newest:
        raise WorkspaceError(
            f"The judgments in {schema.address} have version {version}; this program knows versions up to {newest}. "
            "Use a newer Similarity Explorer; nothing was changed."
        )


def _migrate(connection: "psycopg.Connection[Row]", migrations: Sequence[str]) -> None:
    known = _last_number(connection.execute(VERSION.encode()))
    for version, script in enumerate(migrations[known:], known + 1):
        connection.execute(script.encode())
        connection.execute("UPDATE schema_version SET version = %s", [version])


@contextmanager
def _ended(connection: "psycopg.Connection[Row]") -> Iterator[None]:
    """Commit the transaction that was begun when the block ends, and undo it when it fails."""
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        _undo(connection)
        raise


def _undo(connection: "psycopg.Connection[Row]") -> None:
    with suppress(_library().Error):  # where the connection broke, the server has undone it
        connection.execute("ROLLBACK")


@cache
def _library() -> Any:
    """Return psycopg; InputError where it is not installed."""
    if find_spec("psycopg") is None or find_spec("psycopg_pool") is None:
        raise InputError("It takes the library psycopg: pip install 'similarity-explorer[postgres]'.")
    import psycopg
    import psycopg.conninfo
    import psycopg.errors

    atexit.register(close_pools)
    return psycopg
