"""Labelled items of a workspace as arrays, halved the same way for everything that learns from labels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import pandas as pd

TEST_SHARE, FEWEST, MOST_CLASSES = 0.3, 6, 200


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """Items that carry a label. rows: (n,) rows of the data set. labels: (n,) class numbers into `classes`.

    train, test: positions from 0 to n - 1; every class is in both. dropped: how many items were left out, and why.
    """

    rows: Rows
    labels: Rows
    classes: tuple[str, ...]
    train: Rows
    test: Rows
    dropped: str


@dataclass(frozen=True)
class Half:
    """(n,) rows of the data set with their (n,) class numbers, class by class."""

    rows: Rows
    labels: Rows

    @classmethod
    def of(cls, classes: list[Rows]) -> "Half":
        """From the rows of each class."""
        numbers = [np.full(len(rows), number) for number, rows in enumerate(classes)]
        return cls(np.concatenate(classes), np.concatenate(numbers))


@remembered(1)
def label_columns(opened: Opened) -> tuple[str, ...]:
    """Columns whose values can serve as classes: 2 to 200 values with at least 6 items each."""
    dataset = opened.dataset
    return tuple(name for name in dataset.attributes if 2 <= len(_common(dataset.column(name))) <= MOST_CLASSES)


@remembered(8)
def labelled(opened: Opened, column: str, most: int = 0, seed: int = 0) -> Labelled:
    """The items of the workspace with their label in `column`, `most` at most (0: all), drawn class by class.

    Classes of fewer than 6 items and items without a label are dropped and counted.
    Raises InputError when fewer than 2 classes are left.
    """
    dataset = opened.dataset
    values = dataset.column(column)
    common = _common(values)
    if not 2 <= len(common) <= MOST_CLASSES:
        raise InputError(
            f"Labels: expected a column with 2 to {MOST_CLASSES} values of at least {FEWEST} items each; "
            f"{column!r} has {len(common)}. Columns that can serve: {', '.join(label_columns(opened)) or 'none'}."
        )
    rng = np.random.default_rng(seed)
    texts = values.astype(str).to_numpy()
    parts = [rng.permutation(np.flatnonzero(texts == one)) for one in common]
    count = sum(map(len, parts))
    quota = max(FEWEST, most // len(parts)) if most and most < count else count
    split = [np.split(part[:quota], [max(2, round(TEST_SHARE * len(part[:quota])))]) for part in parts]
    test, train = (Half.of([one[side] for one in split]) for side in (0, 1))
    notes = _notes(len(dataset) - count, len(train.rows) + len(test.rows), count)
    return _assembled(train, test, tuple(common), notes, rng)


def common_rows(opened: Opened, found: Labelled, *specs: str) -> tuple[Labelled, list[Floats]]:
    """The labelled items that every model has a vector of, and their (n, d) float32 vectors under each model."""
    sides = [opened.embeddings(spec) for spec in specs]
    kept = np.ones(len(found.rows), dtype=bool)
    for side in sides:
        kept &= np.isin(found.rows, side.rows)
    vectors = [np.asarray(side.vectors[found.rows[kept]], dtype=np.float32) for side in sides]
    return narrowed(found, kept, "without a vector under every model"), vectors


def narrowed(found: Labelled, kept: Mask, why: str) -> Labelled:
    """The labelled items for which the (n,) `kept` is True. why: what the others lack."""
    if kept.all():
        return found
    place = np.cumsum(kept) - 1
    train, test = (place[half[kept[half]]] for half in (found.train, found.test))
    return Labelled(
        rows=found.rows[kept],
        labels=found.labels[kept],
        classes=found.classes,
        train=train,
        test=test,
        dropped=f"{found.dropped} {int((~kept).sum()):,} items {why} left out.".strip(),
    )


def photo_of(name: str) -> str:
    """What a class is called when a model is asked for it."""
    return f"a photo of a {name.replace('_', ' ')}"


def _common(values: "pd.Series[Any]") -> list[str]:
    """Values that at least 6 items carry, as texts in order."""
    texts = values[values.notna()].astype(str)
    counts = texts[texts.str.strip() != ""].value_counts()
    return sorted(str(one) for one in counts.index[counts >= FEWEST])


def _notes(dropped: int, drawn: int, count: int) -> str:
    notes = [f"{dropped:,} items without a label, or of a class of fewer than {FEWEST}, left out."] if dropped else []
    if drawn < count:
        notes.append(f"{drawn:,} of {count:,} labelled items drawn, class by class.")
    return " ".join(notes)


def _assembled(train: Half, test: Half, classes: tuple[str, ...], dropped: str, rng: np.random.Generator) -> Labelled:
    """Training items first, then those to test on; the positions of each half in random order."""
    starts = ((0, train), (len(train.rows), test))
    fit, held = (start + rng.permutation(len(half.rows)).astype(np.int64) for start, half in starts)
    return Labelled(
        rows=np.concatenate([train.rows, test.rows]).astype(np.int64),
        labels=np.concatenate([train.labels, test.labels]).astype(np.int64),
        classes=classes,
        train=fit,
        test=held,
        dropped=dropped,
    )
