"""Labels that are not given one by one: from a column of the items, from a file; and into a file."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.features.label.service import store_of
from explorer.io.atomic import atomic_write
from explorer.io.csv_rows import raise_problems, read_rows
from explorer.io.export import csv_bytes
from explorer.io.text import counted
from explorer.search.label_columns import MOST_LABELS, column_codes
from explorer.workspace.label_store import LabelChange
from explorer.workspace.opened import Opened

SEED = 0


def from_column(opened: Opened, labelling: str, labeller: str, column: str, each: int = 0) -> LabelChange:
    """Take the values of a column as labels, as one change. each: items of each value, drawn at random; 0 for all.

    InputError when there is no such column, or it has fewer than two values, or more than 500.
    """
    codes = column_codes(opened, column)
    used = int((codes.counts > 0).sum())
    if not 2 <= used <= MOST_LABELS:
        raise InputError(f"Column {column}: expected 2 to {MOST_LABELS} values, got {used}. Choose a column of labels.")
    rows = _drawn(codes.codes, each)
    labels = {str(opened.dataset.ids[row]): codes.names[codes.codes[row]] for row in rows.tolist()}
    return store_of(opened).give(labelling, labeller, labels, f"from the column {column}")


def from_file(opened: Opened, labelling: str, labeller: str, path: Path) -> list[LabelChange]:
    """Take labels from a .csv with the columns id and label, and, if it likes, labeller; a change each labeller.

    InputError that names the lines, with nothing changed: for ids that the items lack, two labels of one item by one
    labeller, and blank cells.
    """
    found = read_rows(path)
    names = {name.casefold(): name for name in reversed(found.names)}
    if not {"id", "label"} <= set(names):
        raise InputError(f"{path.name}: expected the columns id and label, got {', '.join(found.names)}.")
    known, problems = set(map(str, opened.dataset.ids)), list[str]()
    labels: dict[str, dict[str, str]] = {}
    for line, cells in found.rows:
        item, label, who = (cells[names[name]] if name in names else "" for name in ("id", "label", "labeller"))
        who = who or labeller
        own = labels.setdefault(who, {})
        if item not in known:
            problems.append(f"line {line}: there is no item with the id {item!r}")
        elif not label:
            problems.append(f"line {line}: expected a label for {item!r}, got none")
        elif own.setdefault(item, label).casefold() != label.casefold():
            problems.append(f"line {line}: {who} has given {item!r} another label above")
    raise_problems(path.name, problems)
    store = store_of(opened)
    return [store.give(labelling, who, own, f"from the file {path.name}") for who, own in labels.items()]


def to_file(opened: Opened, labelling: str, path: Path) -> str:
    """Write what everybody said to a .csv that a spreadsheet opens safely; a sentence on it.

    Labels of items that are gone from the data are among them. InputError when there are none.
    """
    given = [one for one in store_of(opened).given(labelling) if one.label]
    if not given:
        known = ", ".join(store_of(opened).labellings()) or "none"
        raise InputError(f"There are no labels in {labelling!r}. Sets of labels there are: {known}.")
    fields = {"id": "item", "labeller": "labeller", "label": "label", "source": "source"}
    table = pa.table({name: [getattr(one, field) for one in given] for name, field in fields.items()})
    with atomic_write(path) as temporary:
        temporary.write_bytes(csv_bytes(table))
    return f"{counted(len(given), 'label')} written to {path.name}."


def _drawn(codes: Rows, each: int) -> Rows:
    known = np.flatnonzero(codes >= 0)
    if not each:
        return known
    order = np.random.default_rng(SEED).permutation(known)
    order = order[np.argsort(codes[order], kind="stable")]
    counts = np.bincount(codes[order])
    within = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(order[within < each])
