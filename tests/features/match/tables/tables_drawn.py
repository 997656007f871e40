"""Small tables of our own, some of them alike."""

from collections.abc import Sequence

import pyarrow as pa

from explorer.features.match.side import Side
from explorer.features.match.tables.pairs import Table, TablePairs, gathered

KINDS = {
    "people": ("name", "age", "city"),
    "shop": ("product", "price", "stock"),
    "weather": ("day", "rain", "wind"),
}
FILLED = {"people": ("Ann", "41", "Rome"), "shop": ("soap", "3", "12"), "weather": ("Monday", "4 mm", "calm")}


def table_of(kind: str, number: int) -> Table:
    """A table of a kind: two of one kind are alike, down to a number in the caption and the cells."""
    header, row = KINDS[kind], FILLED[kind]
    return f"{kind}-{number}", f"List of {kind} {number}", header, (row, (*row[:2], f"{number}"))


def drawn_pairs(count: int) -> TablePairs:
    """Pairs that are alike and pairs that are not in turn, of twelve tables."""
    kinds = list(KINDS)
    made = []
    for n in range(count):
        a, b = kinds[n % 3], kinds[(n if n % 2 == 0 else n + 1) % 3]
        made.append((table_of(a, n % 4), table_of(b, (n + 1 + n // 4) % 4), n % 2 == 0))
    return gathered(made)


def side_of(name: str, tables: Sequence[Table], without: str = "") -> Side:
    """The tables as a side. without: a column that it lacks."""
    strings = pa.list_(pa.string())
    columns = {
        "caption": pa.array([one[1] for one in tables]),
        "header": pa.array([list(one[2]) for one in tables], strings),
        "cells": pa.array([[list(row) for row in one[3]] for one in tables], pa.list_(strings)),
    }
    table = pa.table({key: value for key, value in columns.items() if key != without})
    return Side(name=name, ids=tuple(one[0] for one in tables), table=table, text="caption")
