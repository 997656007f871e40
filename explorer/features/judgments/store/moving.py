"""Judgments from one place to another: whole, compared row by row; only then is the other place the one that counts."""

import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from explorer.base.errors import ExplorerError, WorkspaceError
from explorer.features.judgments.store import migrations, migrations_postgres
from explorer.features.judgments.store.dialects import dialect_of
from explorer.features.judgments.store.events import Store
from explorer.features.judgments.store.places import Connection, Place, PostgresSchema, SqliteFile, place_of
from explorer.io import named_servers, postgres, sqlite
from explorer.io.atomic import write_json
from explorer.workspace.checking import Part
from explorer.workspace.layout import JUDGMENTS, JUDGMENTS_PLACE

# Each table with what its rows are told apart by.
TABLES = {
    "campaigns": "name",
    "pool": "campaign, number",
    "questions": "campaign, annotator, trial",
    "events": "seq",
    "imports": "number",
    "people": "campaign, key",
}
FILE = "sqlite"
LONGEST = 40
Counts = dict[str, int]


def move(folder: Path, target: str) -> Counts | None:
    """Move the judgments of the workspace in `folder`; rows by table, None when they lie at `target` already.

    target: the address of a PostgreSQL database, or "sqlite" for the file in the workspace. Who writes meanwhile waits,
    and writes to the new place. The old place is emptied once every row was found in the new one: nobody's withdrawal
    may leave answers behind. Raises InputError for an address that cannot be, WorkspaceError when one of the places
    cannot be used; then nothing has changed.
    """
    old = place_of(folder)
    if target == FILE:
        if isinstance(old, SqliteFile):
            return None
        with Store(old).connect(write=True) as known:
            counts = _into_file(known, folder)
    else:
        address = postgres.check_address(target)
        named_servers.name_server(postgres.NAMED, address)
        new = postgres.Schema(address, _schema_name(folder.name))
        if isinstance(old, PostgresSchema) and old.schema.address == address:
            return None
        with Store(old).connect(write=True) as known:
            counts = _into_schema(known, folder, new)
    _empty(old)
    return counts


def _into_schema(known: Connection, folder: Path, schema: postgres.Schema) -> Counts:
    with postgres.created(schema, migrations_postgres.MIGRATIONS) as fresh:
        counts = _copy(known, fresh)
    write_json(folder / JUDGMENTS_PLACE, {"address": schema.address, "schema": schema.name})
    return counts


def _into_file(known: Connection, folder: Path) -> Counts:
    made = folder / f"{JUDGMENTS}.moving"
    with suppress(FileNotFoundError):
        made.unlink()
    counts = _fill_file(known, made)
    os.replace(made, folder / JUDGMENTS)
    (folder / JUDGMENTS_PLACE).unlink()
    return counts


def _fill_file(known: Connection, path: Path) -> Counts:
    with sqlite.connected(path, migrations.MIGRATIONS, write=True) as fresh:
        counts = _copy(known, fresh)
    sqlite.without_log(path)
    return counts


def _copy(known: Connection, fresh: Connection) -> Counts:
    """Copy all rows and the number of the last event; WorkspaceError when what came out is not what went in."""
    counts, digests = {}, {}
    for table, key in TABLES.items():
        rows = known.execute(f"SELECT * FROM {table} ORDER BY {key}").fetchall()
        if rows:
            columns = list(rows[0].keys())
            marks = ", ".join("?" * len(columns))
            sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
            fresh.executemany(sql, [[row[name] for name in columns] for row in rows])
        counts[table], digests[table] = len(rows), _digest(rows)
    last = known.execute(dialect_of(known).last).fetchone()
    for sql in dialect_of(fresh).go_on:
        fresh.execute(sql, [int(last[0]) if last else 0] if "?1" in sql else [])
    for table, key in TABLES.items():
        if _digest(fresh.execute(f"SELECT * FROM {table} ORDER BY {key}")) != digests[table]:
            raise WorkspaceError(f"The copy of {table} differs from what was copied. Nothing was moved; try again.")
    return counts


def _digest(rows: Iterable[Any]) -> bytes:
    """A hash of all rows in order, whatever the order of their columns."""
    digest = blake2b()
    for row in rows:
        digest.update(json.dumps(dict(sorted(dict(row).items()))).encode())
    return digest.digest()


def _empty(old: Place) -> None:
    """Remove what was moved; WorkspaceError when it cannot be, which loses nothing."""
    try:
        if isinstance(old, PostgresSchema):
            postgres.dropped(old.schema)
            return
        for beside in ("", "-wal", "-shm"):
            (old.folder / f"{JUDGMENTS}{beside}").unlink(missing_ok=True)
    except (WorkspaceError, OSError) as error:
        raise WorkspaceError(
            f"The judgments were moved, and count where they are now. What was moved could not be removed: {error}"
        ) from error


def _schema_name(name: str) -> str:
    """A name that no other data set of the database has: that of the workspace, in plain letters, and a random part."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:LONGEST]
    return f"judgments_{plain or 'of'}_{secrets.token_hex(4)}"


@contextmanager
def as_file(folder: Path) -> Iterator[Path | None]:
    """Judgments that lie in a database as a file, for as long as the block runs; None where they are one already."""
    place = place_of(folder)
    if isinstance(place, SqliteFile):
        yield None
        return
    with TemporaryDirectory(prefix="judgments-") as aside:
        path = Path(aside) / JUDGMENTS
        with place.connect(write=False) as known:
            _fill_file(known, path)
        yield path


def place_told(folder: Path) -> str:
    """Where the judgments of a workspace lie, in words."""
    place = place_of(folder)
    if isinstance(place, PostgresSchema):
        return f"the schema {place.schema.name} of the database {place.schema.address}"
    return f"the file {JUDGMENTS} of the data set"


def place_part(folder: Path) -> list[Part]:
    """How the judgments of a workspace are that lie in a database; nothing where they lie in its file."""
    wrong, told = "", ""
    try:
        place = place_of(folder)
        if isinstance(place, SqliteFile):
            return []
        told = place_told(folder)
        with place.connect(write=False) as connection:
            connection.execute("SELECT COUNT(*) FROM events").fetchone()
    except ExplorerError as error:
        wrong = str(error)
    cure = "what it says; nothing else here depends on it"
    return [Part(name="judgments", wrong=wrong, cure=cure, precious=True, note=f"in {told}" if told else "")]
