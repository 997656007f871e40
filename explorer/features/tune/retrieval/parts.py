"""Which items are learned from, which say when to stop, and which are only measured on; decided before any training."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.columns import codes_of
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError

TRAIN, WATCH, TEST = ("train", "training"), ("val", "valid", "validation", "dev"), ("test", "testing")
TEST_SHARE, WATCH_SHARE = 0.3, 0.2
COLUMN = "split"


@dataclass(frozen=True)
class Parts:
    """Row numbers, ascending, no row in two of them. said: how they were chosen, in words."""

    train: Rows
    watch: Rows
    test: Rows
    said: str


def split_column(dataset: Dataset, wanted: str = "") -> str:
    """The column that says of items whether they are for training or testing; "" where no column does.

    wanted: its name; InputError where it does not say so.
    """
    name = wanted or COLUMN
    values = set(_values(dataset, name)) if name in dataset.attributes else set()
    if values & set(TRAIN) and values & set(TEST):
        return name
    if wanted:
        raise InputError(
            f"The column {wanted[:60]} cannot say what is learned from: expected values train and test (and val), got "
            f"{', '.join(sorted(values)[:5])[:200] or 'no such column'}."
        )
    return ""


def parts_of(dataset: Dataset, codes: Rows, usable: Mask, column: str, seed: int = 0) -> Parts:
    """By a split column, else 30 % of the items of each label at random for the test; 20 % of the rest are watched.

    codes: (n,) labels, -1 for none. usable: (n,) items that can be learned from. column: of `split_column`.
    """
    rng, known = np.random.default_rng(seed), usable & (codes >= 0)
    if not column:
        rows, test = _apart(np.flatnonzero(known), codes, TEST_SHARE, rng)
        train, watch = _apart(rows, codes, WATCH_SHARE, rng)
        return Parts(train, watch, test, f"{TEST_SHARE:.0%} of the items of each label, drawn at random")
    values = np.array(_values(dataset, column))
    train, watch, test = (np.flatnonzero(known & np.isin(values, names)) for names in (TRAIN, WATCH, TEST))
    if not len(watch):
        train, watch = _apart(train, codes, WATCH_SHARE, rng)
    return Parts(train, watch, test, f"the items whose {column} is test")


def _apart(rows: Rows, codes: Rows, share: float, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """(rows that stay, rows put aside): of each label the share, at least one where it has three items."""
    aside = []
    for code in np.unique(codes[rows]):
        mine = rng.permutation(rows[codes[rows] == code])
        aside.append(mine[: max(round(share * len(mine)), int(len(mine) > 2))])
    out = np.sort(np.concatenate(aside)) if aside else rows[:0]
    return np.setdiff1d(rows, out), out


def _values(dataset: Dataset, name: str) -> list[str]:
    """(n,) a column in small letters, "" for none."""
    coded = codes_of(dataset.table.column(name))
    names = np.array([*(value.strip().lower() for value in coded.names), ""], dtype=object)
    return list(names[coded.codes])
