"""Columns whose values can be labels, and those that name splits."""

import pyarrow as pa

from explorer.base.columns import SPLIT_NAMES, Codes, codes_of, names_splits
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.workspace.opened import Opened

MOST_LABELS = 500
LABEL_NAMES = ("label", "class", "category", "species")


def label_columns(opened: Opened) -> list[str]:
    """Columns whose values can be labels, the likeliest first: at least two values, most of them on several items."""
    found = [(name, column_codes(opened, name)) for name in opened.dataset.attributes]
    names = [name for name, codes in found if _are_labels(codes, len(opened.dataset))]
    last = split_column(opened)

    def rank(name: str) -> tuple[bool, int]:
        words = name.casefold()
        return name == last, next(
            (place for place, known in enumerate(LABEL_NAMES) if known in words), len(LABEL_NAMES)
        )

    return sorted(names, key=rank)


def split_column(opened: Opened) -> str:
    """The column that most likely names splits, "" when none does."""
    for name in opened.dataset.attributes:
        if _few(opened, name) and names_splits(name, column_codes(opened, name).names):
            return name
    return next((name for name in opened.dataset.attributes if name.casefold() in SPLIT_NAMES), "")


@remembered(64)
def column_codes(opened: Opened, column: str) -> Codes:
    """The values of an attribute, without texts that are blank; InputError when there is none of this name."""
    if column not in opened.dataset.attributes:
        names = ", ".join(opened.dataset.attributes) or "none, this collection has no columns"
        raise InputError(f"Expected one of the columns {names}; got {column!r}.")
    return codes_of(opened.dataset.table.column(column)).filled()


def _few(opened: Opened, column: str) -> bool:
    return len(column_codes(opened, column)) <= MOST_LABELS


def _are_labels(codes: Codes, count: int) -> bool:
    shared = codes.counts[codes.counts >= 2]
    several = 2 <= len(shared) <= MOST_LABELS and shared.sum() >= count / 2
    return bool(several and not pa.types.is_floating(codes.values.type))
