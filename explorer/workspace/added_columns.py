"""Columns that people accepted, in columns.sqlite: joined to the items when they are read, by id.

The imported data are never changed: a column stays through every import, values of ids that are gone are kept for when
they come back, and a column that is taken away leaves everything else as it was.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.dataset import ID, Dataset
from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.io.sqlite import Connection, connected
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import COLUMNS
from explorer.workspace.tag_store import clean_tag

TABLES = """
CREATE TABLE columns (name TEXT PRIMARY KEY, told TEXT NOT NULL, made TEXT NOT NULL);
CREATE TABLE cells (
    name TEXT NOT NULL, item TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name, item)
) WITHOUT ROWID;
CREATE TABLE version (number INTEGER NOT NULL);
INSERT INTO version VALUES (0);
"""
MIGRATIONS = (TABLES,)


@dataclass(frozen=True)
class AddedColumn:
    """A column that was accepted. told: where its values come from. made: when, ISO 8601, UTC. values: how many."""

    name: str
    told: Mapping[str, Any]
    made: str
    values: int


class ColumnStore:
    """columns.sqlite at `path`; the first column makes it. Any number of processes may use it.

    Raises WorkspaceError when the file is damaged, of a newer version, or stays locked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def version(self) -> int:
        """Another number after every change; 0 before the first."""
        if not self.path.is_file():
            return 0
        with self._connect() as connection:
            return int(connection.execute("SELECT number FROM version").fetchone()[0])

    def columns(self) -> list[AddedColumn]:
        """All columns, the oldest first."""
        if not self.path.is_file():
            return []
        sql = (
            "SELECT name, told, made, (SELECT count(*) FROM cells WHERE cells.name = columns.name) AS count "
            "FROM columns ORDER BY made, name"
        )
        with self._connect() as connection:
            rows = connection.execute(sql).fetchall()
        return [AddedColumn(row["name"], json.loads(row["told"]), row["made"], row["count"]) for row in rows]

    def cells(self, name: str) -> pa.Table:
        """(m,) columns `item` and `value` of a column, in order of the ids."""
        with self._connect() as connection:
            rows = connection.execute("SELECT item, value FROM cells WHERE name = ? ORDER BY item", [name]).fetchall()
        items, values = ([row[place] for row in rows] for place in (0, 1))
        return pa.table({"item": pa.array(items, pa.string()), "value": pa.array(values, pa.string())})

    def of_item(self, item: str) -> dict[str, str]:
        """What the columns say of one item, by name, the oldest first."""
        if not self.path.is_file():
            return {}
        sql = "SELECT columns.name, value FROM columns JOIN cells USING (name) WHERE item = ? ORDER BY made"
        with self._connect() as connection:
            return {str(row[0]): str(row[1]) for row in connection.execute(sql, [item])}

    def add(self, name: str, values: Mapping[str, str], told: Mapping[str, Any]) -> AddedColumn:
        """Keep a column: a value by id, and where it comes from. InputError when the name is taken or not usable."""
        name, made = clean_tag(name, "name"), datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._connect(write=True) as connection:
            if connection.execute("SELECT 1 FROM columns WHERE name = ?", [name]).fetchone():
                raise InputError(f"There is a column {name!r} already. Choose another name, or take that one away.")
            told_text = json.dumps(dict(told), ensure_ascii=False)
            connection.execute("INSERT INTO columns VALUES (?, ?, ?)", [name, told_text, made])
            rows = ((name, item, value) for item, value in values.items())
            connection.executemany("INSERT INTO cells VALUES (?, ?, ?)", rows)
            connection.execute("UPDATE version SET number = number + 1")
        return AddedColumn(name, told, made, len(values))

    def remove(self, name: str) -> None:
        """Take a column away; InputError when there is none of this name."""
        with self._connect(write=True) as connection:
            if not connection.execute("DELETE FROM columns WHERE name = ?", [name]).rowcount:
                known = ", ".join(row[0] for row in connection.execute("SELECT name FROM columns ORDER BY name"))
                raise InputError(f"There is no accepted column {name!r}. Accepted columns: {known or 'none'}.")
            connection.execute("DELETE FROM cells WHERE name = ?", [name])
            connection.execute("UPDATE version SET number = number + 1")

    def _connect(self, write: bool = False) -> AbstractContextManager[Connection]:
        if write:
            require("label")
        return connected(self.path, MIGRATIONS, write=write)


def column_store(workspace: Workspace) -> ColumnStore:
    """The accepted columns of a workspace; nothing is written before the first one."""
    return ColumnStore(workspace.path / COLUMNS)


def with_columns(dataset: Dataset, store: ColumnStore) -> Dataset:
    """The items with the accepted columns at the end, null where a column says nothing; as they are without any.

    Where an import brought a column of the same name, the accepted one has “accepted” behind its name.
    """
    table = dataset.table
    for column in store.columns():
        cells = store.cells(column.name)
        places = pc.index_in(table.column(ID).cast(pa.string()), value_set=cells["item"].combine_chunks())
        name = column.name
        while name in table.column_names:
            name += " accepted"
        table = table.append_column(name, cells["value"].combine_chunks().take(places.combine_chunks()))
    return dataset if table is dataset.table else Dataset(table)
