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

    Also where no two items of the split's own validation part have one label, of which no score can be told.

    codes: (n,) labels, -1 for none. usable: (n,) items that can be learned from. column: of `split_column`.
    """
    rng, known = np.random.default_rng(seed), usable & (codes >= 0)
    if not column:
        rows, test = _apart(np.flatnonzero(known), codes, TEST_SHARE, rng)
        train, watch = _watched(rows, codes, rng)
        return Parts(train, watch, test, f"{TEST_SHARE:.0%} of the items of each label, drawn at random")
    values = np.array(_values(dataset, column))
    train, watch, test = (np.flatnonzero(known & np.isin(values, names)) for names in (TRAIN, WATCH, TEST))
    if not paired(codes[watch]):
        drawn = _watched(np.union1d(train, watch), codes, rng)
        train, watch = drawn if paired(codes[drawn[1]]) or not len(watch) else (train, watch)
    return Parts(train, watch, test, f"the items whose {column} is test")


def paired(codes: Rows) -> bool:
    """Whether two of (m,) labels are the same, so that one item can be looked for with another."""
    return len(np.unique(codes)) < len(codes)


def _watched(rows: Rows, codes: Rows, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Rows to learn from and to stop by; where labels are so small that one item of each would be watched, two are."""
    train, watch = _apart(rows, codes, WATCH_SHARE, rng)
    return (train, watch) if paired(codes[watch]) else _apart(rows, codes, WATCH_SHARE, rng, least=2)


def _apart(rows: Rows, codes: Rows, share: float, rng: np.random.Generator, least: int = 1) -> tuple[Rows, Rows]:
    """(rows that stay, rows put aside): of each label the share, at least `least` where two more stay."""
    aside = []
    for code in np.unique(codes[rows]):
        mine = rng.permutation(rows[codes[rows] == code])
        aside.append(mine[: max(round(share * len(mine)), least if len(mine) >= least + 2 else 0)])
    out = np.sort(np.concatenate(aside)) if aside else rows[:0]
    return np.setdiff1d(rows, out), out


def _values(dataset: Dataset, name: str) -> list[str]:
    """(n,) a column in small letters, "" for none."""
    coded = codes_of(dataset.table.column(name))
    names = np.array([*(value.strip().lower() for value in coded.names), ""], dtype=object)
    return list(names[coded.codes])
