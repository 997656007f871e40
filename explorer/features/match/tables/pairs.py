"""Pairs of tables of which it is known whether they are alike: what TabSim learns from and is measured on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError
from explorer.features.match.side import CAPTION, CELLS, HEADER
from explorer.features.match.tables.content import Content, Row

SHAPE = (
    'expected lines such as {"left": {"name": …, "caption": …, "header": […], "cells": [[…], …]}, "right": {…}, '
    '"same": true}, or TabSim\'s tuples as JSON: {"pairs": [[caption, caption, rows, rows, label, name, name, sum], …]}'
)
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
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: {SHAPE}; the file cannot be read ({error}).") from error
    found = list(_tuples(text, path.name) if path.suffix.lower() == ".json" else _lines(text, path.name))
    if not found:
        raise InputError(f"{path.name}: {SHAPE}; got no pair.")
    return gathered(found)


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
