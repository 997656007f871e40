"""Where the judgments of a workspace lie: in judgments.sqlite, or in a schema of a PostgreSQL database.

judgments.json in the workspace names the schema; without it they lie in the file. Both places give connections that
take the same SQL, one transaction a call.
"""

import atexit
import sqlite3
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from explorer.base.errors import WorkspaceError
from explorer.features.judgments.store import migrations, migrations_postgres
from explorer.io import postgres, sqlite
from explorer.io.atomic import read_json
from explorer.workspace.layout import JUDGMENTS, JUDGMENTS_PLACE


class Row(Protocol):
    """A row: its values by place and by name."""

    def __getitem__(self, key: Any, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...

    def keys(self) -> list[str]:
        """The names of the columns."""
        ...


class Cursor(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        ...

    def fetchone(self) -> Any:
        """The next row, None when there is none."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection within a transaction; SQL as SQLite and PostgreSQL both take it, with ? or ?1 for values."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Run one statement."""
        ...

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run one statement with each of many values; `rowcount` is of all."""
        ...


class Place(Protocol):
    """Where judgments lie. folder: of the workspace."""

    @property
    def folder(self) -> Path:
        """The folder of the workspace."""
        ...

    def exists(self) -> bool:
        """Whether anything was ever written."""
        ...

    def is_current(self) -> bool:
        """Whether the judgments still lie here, and were not moved."""
        ...

    def stamp(self) -> Hashable:
        """Another one where the judgments are others altogether; FileNotFoundError when there are none."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether several people's rows can be written at once."""
        ...

    def connect(self, *, write: bool, person: str = "") -> AbstractContextManager[Connection]:
        """A connection for one call, with `write` a transaction; see `Store.connect`."""
        ...

    def stay_open(self) -> None:
        """Keep open what the next call needs again."""
        ...


@dataclass(frozen=True)
class SqliteFile:
    """The file at `path`; the first call that writes makes it. Any number of processes may use it."""

    path: Path

    @property
    def folder(self) -> Path:
        """The folder of the workspace."""
        return self.path.parent

    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.is_file()

    def is_current(self) -> bool:
        """Whether no database took the place of the file."""
        return not (self.folder / JUDGMENTS_PLACE).exists()

    def stamp(self) -> Hashable:
        """The number of the file on its disk."""
        return self.path.stat().st_ino

    @property
    def is_shared(self) -> bool:
        """False: who writes has the file alone."""
        return False

    def connect(self, *, write: bool, person: str = "") -> AbstractContextManager[Connection]:
        """A connection to the file."""
        return sqlite.connected(self.path, migrations.MIGRATIONS, write=write)

    def stay_open(self) -> None:
        """Hold one idle connection as long as the program runs: the last one to close would copy the log each time."""
        _idle_connection(self.path, self.path.stat().st_ino)


@lru_cache(maxsize=8)
def _idle_connection(path: Path, inode: int) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("PRAGMA user_version").fetchone()
    atexit.register(connection.close)
    return connection


@dataclass(frozen=True)
class PostgresSchema:
    """A schema of a database, for the workspace in `folder`; any number of machines may use it."""

    folder: Path
    schema: postgres.Schema

    def exists(self) -> bool:
        """True: the schema was made when the judgments were moved there."""
        return True

    def is_current(self) -> bool:
        """Whether the workspace still names the schema."""
        return place_of(self.folder) == self

    def stamp(self) -> Hashable:
        """Address and name of the schema, which is made once."""
        return self.schema

    @property
    def is_shared(self) -> bool:
        """True."""
        return True

    def connect(self, *, write: bool, person: str = "") -> AbstractContextManager[Connection]:
        """A connection to the schema."""
        return postgres.connected(self.schema, migrations_postgres.MIGRATIONS, write=write, part=person)

    def stay_open(self) -> None:
        """Nothing: connections are pooled."""


def place_of(folder: Path) -> Place:
    """Where the judgments of the workspace in `folder` lie; WorkspaceError when judgments.json is damaged."""
    path = folder / JUDGMENTS_PLACE
    if not path.is_file():
        return SqliteFile(folder / JUDGMENTS)
    try:
        values = read_json(path)
        return PostgresSchema(folder, postgres.Schema(str(values["address"]), str(values["schema"])))
    except (KeyError, TypeError) as error:
        raise WorkspaceError(
            f"{path} is damaged: expected the address and the schema of a database. Put a copy of it back in place."
        ) from error
