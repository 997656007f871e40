"""Pairs of tables of which it is known whether they are alike: what TabSim learns from and is measured on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Mask, Rows, check_choice
from explorer.base.errors import InputError
from explorer.features.match.side import CAPTION, CELLS, HEADER, Side
from explorer.features.match.tables.content import Content, Row, content_of
from explorer.io.tables import is_table_name, read_table
from explorer.workspace.match_store import OPEN, OTHER, SAME

SHAPE = (
    'expected lines such as {"left": {"name": …, "caption": …, "header": […], "cells": [[…], …]}, "right": {…}, '
    '"same": true}, or TabSim\'s tuples as JSON: {"pairs": [[caption, caption, rows, rows, label, name, name, sum], …]}'
)
JSONS = (".json", ".jsonl", ".ndjson")
DECIDED = ("left_id", "right_id", "decision")
"""Columns of a table of links."""
Table = tuple[str, str, Row, tuple[Row, ...]]
"""Name, caption, header, cells."""


@dataclass(frozen=True)
class TablePairs:
    """p pairs among n tables. tables: each once. left, right: (p,) their places. same: (p,) whether they are alike.

    names: (n,) of the tables.
    """

    tables: Content
    names: tuple[str, ...]
    left: Rows
    right: Rows
    same: Mask

    def __len__(self) -> int:
        return len(self.left)

    def take(self, places: Rows) -> "TablePairs":
        """Some of the pairs, among the same tables."""
        return TablePairs(self.tables, self.names, self.left[places], self.right[places], self.same[places])


def read_table_pairs(path: Path) -> TablePairs:
    """The pairs of a .jsonl or .json file; InputError names the line or pair that cannot be read."""
    if is_table_name(path.name) and path.suffix.lower() not in JSONS:
        raise InputError(
            f"{path.name}: a table of links names tables alone. Name their folders with --left and --right."
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: {SHAPE}; the file cannot be read ({error}).") from error
    found = list(_tuples(text, path.name) if path.suffix.lower() == ".json" else _lines(text, path.name))
    if not found:
        raise InputError(f"{path.name}: {SHAPE}; got no pair.")
    return gathered(found)


def decided_pairs(path: Path, left: Side, right: Side) -> TablePairs:
    """The decided pairs of a table of links, as `explorer match --out` and the page write it, of two folders of tables.

    Pairs without a decision are passed over. InputError for another table, an id that is in neither folder, and no
    decision at all.
    """
    table = read_table(path).table
    missing = [name for name in DECIDED if name not in table.column_names]
    if missing:
        raise InputError(f"{path.name}: expected the columns {', '.join(DECIDED)}; there is no {missing[0]}.")
    rows = zip(*(table.column(name).cast(pa.string()).to_pylist() for name in DECIDED), strict=True)
    known = [_tables_by_id(side) for side in (left, right)]
    pairs = []
    for number, (first, second, decision) in enumerate(rows, start=1):
        if decision and decision != OPEN:
            check_choice(decision, (SAME, OTHER), f"{path.name}, row {number}, decision")
            ends = zip((first, second), known, (left, right), strict=True)
            a, b = (_known(one, by_id, side, f"{path.name}, row {number}") for one, by_id, side in ends)
            pairs.append((a, b, decision == SAME))
    if not pairs:
        raise InputError(f"{path.name}: expected pairs with a decision, got none. Accept and reject some first.")
    return gathered(pairs)


def _tables_by_id(side: Side) -> dict[str, Table]:
    content = content_of(side)
    tables = zip(side.ids, content.captions, content.headers, content.cells, strict=True)
    return {one[0]: one for one in tables}


def _known(one: str | None, by_id: Mapping[str, Table], side: Side, where: str) -> Table:
    if one is None or one not in by_id:
        raise InputError(f"{where}: expected a table of {side.name}, such as {side.ids[0]}; got {one!r:.60}.")
    return by_id[one]


def gathered(pairs: Sequence[tuple[Table, Table, bool]]) -> TablePairs:
    """Pairs whose tables stand once each: two of one name and one content are the same table."""
    places: dict[Table, int] = {}
    ends = [(places.setdefault(a, len(places)), places.setdefault(b, len(places))) for a, b, _ in pairs]
    names, captions, headers, cells = zip(*places, strict=True)
    left, right = np.array(ends, np.int64).reshape(-1, 2).T
    return TablePairs(Content(captions, headers, cells), names, left, right, np.array([same for *_, same in pairs]))


def _loaded(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: {SHAPE}; this is no JSON ({error}).") from error


def _lines(text: str, name: str) -> Iterator[tuple[Table, Table, bool]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        one = _loaded(line, where)
        if not isinstance(one, Mapping) or not isinstance(one.get("same"), bool | int):
            raise InputError(f"{where}: {SHAPE}.")
        yield _table(one.get("left"), f"{where}, left"), _table(one.get("right"), f"{where}, right"), bool(one["same"])


def _table(value: object, where: str) -> Table:
    if not isinstance(value, Mapping):
        raise InputError(f"{where}: {SHAPE}.")
    header, cells = value.get(HEADER) or [], value.get(CELLS) or []
    return str(value.get("name") or ""), str(value.get(CAPTION) or ""), _row(header, where), _rows(cells, where)


def _tuples(text: str, name: str) -> Iterator[tuple[Table, Table, bool]]:
    loaded = _loaded(text, name)
    pairs = loaded.get("pairs") if isinstance(loaded, Mapping) else loaded
    if not isinstance(pairs, list):
        raise InputError(f"{name}: {SHAPE}.")
    for number, one in enumerate(pairs, start=1):
        where = f"{name}, pair {number}"
        if not isinstance(one, list) or len(one) != 8 or not isinstance(one[4], int | float):
            raise InputError(f"{where}: {SHAPE}.")
        first, second = _rows(one[2], where), _rows(one[3], where)
        yield _split(one[5], one[0], first), _split(one[6], one[1], second), float(one[4]) == 1.0


def _split(name: object, caption: object, rows: tuple[Row, ...]) -> Table:
    return str(name), str(caption).strip(), rows[0] if rows else (), rows[1:]


def _row(value: object, where: str) -> Row:
    if not isinstance(value, list):
        raise InputError(f"{where}: expected a list of cells, got {value!r:.60}.")
    return tuple("" if one is None else str(one) for one in value)


def _rows(value: object, where: str) -> tuple[Row, ...]:
    if not isinstance(value, list):
        raise InputError(f"{where}: expected a list of rows, got {value!r:.60}.")
    return tuple(_row(one, where) for one in value)
