"""Labels that people give to items, in labels.sqlite. A labelling is a named set of labels; each labeller gives an item
at most one label of it.

Changes are only ever added: each keeps what every item had before and after it, and an undo is a change of its own that
gives back those items that still have what the undone change gave. Labels of ids that are gone from the data are kept.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.io.sqlite import Connection, connected
from explorer.io.text import counted
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import LABELS
from explorer.workspace.tag_store import clean_tag

TABLES = """
CREATE TABLE names (
    place INTEGER PRIMARY KEY AUTOINCREMENT, labelling TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (labelling, name)
);
CREATE TABLE changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, labelling TEXT NOT NULL, labeller TEXT NOT NULL, words TEXT NOT NULL,
    items INTEGER NOT NULL, source TEXT NOT NULL, made TEXT NOT NULL, undoes INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE lines (
    change INTEGER NOT NULL, item TEXT NOT NULL, before TEXT, after TEXT, PRIMARY KEY (change, item)
) WITHOUT ROWID;
CREATE TABLE given (
    labelling TEXT NOT NULL, labeller TEXT NOT NULL, item TEXT NOT NULL, label TEXT NOT NULL, change INTEGER NOT NULL,
    PRIMARY KEY (labelling, labeller, item)
) WITHOUT ROWID;
CREATE INDEX undone ON changes (undoes);
"""
MIGRATIONS = (TABLES,)
KEPT = "kept"
"""The source of a label that somebody looked at once more and left as it is."""
SKIPPED = ""
"""The label of an item that a labeller looked at and left without one."""
LAST = """
SELECT number, words, items FROM changes WHERE labelling = ? AND labeller = ? AND undoes = 0
AND number NOT IN (SELECT undoes FROM changes) ORDER BY number DESC LIMIT 1
"""
GIVE = "INSERT OR REPLACE INTO given (labelling, labeller, item, label, change) VALUES (?, ?, ?, ?, ?)"
TAKE = "DELETE FROM given WHERE labelling = ? AND labeller = ? AND item = ?"

EARLIER = """
FROM lines AS earlier JOIN changes ON number = earlier.change WHERE labelling = {0} AND labeller = {1}
AND earlier.item = {2}.item AND earlier.change < {3} AND undoes = 0 AND number NOT IN (SELECT undoes FROM changes)
ORDER BY earlier.change DESC LIMIT 1
"""
BACK = f"""
SELECT item, (SELECT earlier.after {EARLIER.format("?2", "?3", "lines", "?1")}) FROM lines WHERE change = ?1 AND EXISTS
(SELECT 1 FROM given WHERE labelling = ?2 AND labeller = ?3 AND given.item = lines.item AND given.change = ?1)
"""
"""Of the items that still have what a change gave: what they had by the changes before it that stand."""
HAND_BACK = f"""
UPDATE given SET change = COALESCE((SELECT earlier.change {EARLIER.format("?1", "?2", "given", "?4")}), change)
WHERE labelling = ?1 AND labeller = ?2 AND change IN (?3, ?4)
"""
"""What an undo (?3) gave back counts as given by the change before the undone one (?4), which can be undone in turn."""


@dataclass(frozen=True)
class LabelChange:
    """A change of labels. number: names it for an undo, 0 when nothing changed. words: what was done. items: how many.

    changed: by id of an item, what it has now: a label, "" for skipped, None for nothing.
    """

    number: int
    words: str
    items: int
    changed: Mapping[str, str | None]


@dataclass(frozen=True)
class Given:
    """What one labeller says about one item. label: "" where they looked and gave none. source: where it comes from."""

    item: str
    labeller: str
    label: str
    source: str = "by hand"


class LabelStore:
    """labels.sqlite at `path`; the first label makes it. Any number of processes may use it.

    Raises WorkspaceError when the file is damaged, of a newer version, or stays locked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def labellings(self) -> list[str]:
        """Names of the sets of labels, the oldest first."""
        sql = "SELECT labelling FROM names GROUP BY labelling ORDER BY min(place)"
        return [str(row[0]) for row in self._read(sql)]

    def names(self, labelling: str) -> list[str]:
        """The labels of a labelling, in the order in which they came: the first nine have the number keys."""
        sql = "SELECT name FROM names WHERE labelling = ? ORDER BY place"
        return [str(row[0]) for row in self._read(sql, labelling)]

    def given(self, labelling: str) -> list[Given]:
        """What every labeller says, skipped items too, in order of items and labellers."""
        sql = (
            "SELECT item, given.labeller, label, source FROM given JOIN changes ON number = change "
            "WHERE given.labelling = ? ORDER BY item, given.labeller"
        )
        return [Given(*row) for row in self._read(sql, labelling)]

    def version(self) -> int:
        """Number of the latest change of any labelling, 0 before the first."""
        found = self._read("SELECT max(number) FROM changes")
        return int(found[0][0] or 0) if found else 0

    def add_names(self, labelling: str, names: Iterable[str]) -> list[str]:
        """Put labels at the end of a labelling, those apart that it has; the cleaned names.

        One that differs in letter case alone is taken for the same. InputError for one without letters, or too long.
        """
        labelling, wanted = clean_tag(labelling, "name"), [clean_tag(one, "label") for one in names]
        with self._connect(write=True) as connection:
            return [_name(connection, labelling, one) for one in wanted]

    def give(self, labelling: str, labeller: str, labels: Mapping[str, str], source: str = "by hand") -> LabelChange:
        """Let a labeller say a label of each item (id to label, "" to skip it), as one change.

        source: what the labels come from; KEPT is a change also where the label is the same. InputError for a label or
        name without letters, or too long.
        """
        labelling, labeller = clean_tag(labelling, "name"), clean_tag(labeller, "name")
        names = {one: clean_tag(one, "label") for one in dict.fromkeys(labels.values()) if one != SKIPPED}
        with self._connect(write=True) as connection:
            known = {SKIPPED: SKIPPED} | {raw: _name(connection, labelling, one) for raw, one in names.items()}
            wanted: dict[str, str | None] = {item: known[label] for item, label in labels.items()}
            return _change(connection, (labelling, labeller), wanted, source)

    def last(self, labelling: str, labeller: str) -> LabelChange | None:
        """The latest change of a labeller that can be undone."""
        found = self._read(LAST, labelling, labeller)
        return LabelChange(found[0][0], found[0][1], found[0][2], {}) if found else None

    def undo(self, labelling: str, labeller: str, number: int = 0) -> LabelChange:
        """Undo a change of a labeller (0: their latest); items that were changed again since stay as they are.

        InputError when there is none, or it is undone already.
        """
        with self._connect(write=True) as connection:
            number = number or next((row[0] for row in connection.execute(LAST, (labelling, labeller))), 0)
            key = (number, labelling, labeller)
            sql = (
                "SELECT words FROM changes WHERE number = ? AND labelling = ? AND labeller = ? AND undoes = 0 "
                "AND number NOT IN (SELECT undoes FROM changes)"
            )
            row = connection.execute(sql, key).fetchone()
            if row is None:
                raise InputError("There is no such change of labels to undo, or it is undone already.")
            back = {str(one[0]): one[1] for one in connection.execute(BACK, key)}
            return _change(connection, (labelling, labeller), back, f"undo of: {row[0]}", undoes=number)

    def _read(self, sql: str, *values: str) -> list[sqlite3.Row]:
        if not self.path.is_file():
            return []
        with self._connect() as connection:
            return connection.execute(sql, values).fetchall()

    def _connect(self, write: bool = False) -> AbstractContextManager[Connection]:
        if write:
            require("label")
        return connected(self.path, MIGRATIONS, write=write)


def label_store(workspace: Workspace) -> LabelStore:
    """The labels of a workspace; nothing is written before the first one."""
    return LabelStore(workspace.path / LABELS)


def _name(connection: Connection, labelling: str, name: str) -> str:
    """The label as it is known, letter case apart; a new one is added."""
    rows = connection.execute("SELECT name FROM names WHERE labelling = ? ORDER BY place", [labelling])
    for (known,) in rows:
        if known.casefold() == name.casefold():
            return str(known)
    connection.execute("INSERT INTO names (labelling, name) VALUES (?, ?)", [labelling, name])
    return name


def _change(
    connection: Connection, who: tuple[str, str], wanted: Mapping[str, str | None], source: str, undoes: int = 0
) -> LabelChange:
    """Write down what changes and how it was before; nothing where all is so already and nothing is undone."""
    sql = "SELECT item, label FROM given WHERE labelling = ? AND labeller = ?"
    now: dict[str, str] = dict(connection.execute(sql, who).fetchall())
    changed = {item: label for item, label in wanted.items() if source == KEPT or now.get(item) != label}
    words = _words(list(changed.values()), source)
    if not changed and not undoes:
        return LabelChange(0, words, 0, {})
    made = datetime.now(UTC).isoformat(timespec="milliseconds")
    sql = "INSERT INTO changes (labelling, labeller, words, items, source, made, undoes) VALUES (?, ?, ?, ?, ?, ?, ?)"
    number = connection.execute(sql, [*who, words, len(changed), source, made, undoes]).lastrowid or 0
    lines = ((number, item, now.get(item), label) for item, label in changed.items())
    connection.executemany("INSERT INTO lines VALUES (?, ?, ?, ?)", lines)
    connection.executemany(TAKE, ((*who, item) for item, label in changed.items() if label is None))
    put = ((*who, item, label, number) for item, label in changed.items() if label is not None)
    connection.executemany(GIVE, put)
    if undoes:  # what is given back can be undone with the change that gave it first
        connection.execute(HAND_BACK, (*who, number, undoes))
    return LabelChange(number, words, len(changed), changed)


def _words(labels: Sequence[str | None], source: str) -> str:
    kinds = sorted({one for one in labels if one})
    if source.startswith("undo"):
        return source
    if not labels:
        return "Nothing changed: these items have these labels already"
    if not kinds:
        return f"{counted(len(labels), 'item')} skipped"
    what = f"“{kinds[0]}”" if len(kinds) == 1 else f"{len(kinds)} labels"
    return f"{what} given to {counted(len(labels), 'item')}, {source}"
