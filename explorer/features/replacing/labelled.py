"""Labelled items of a workspace as arrays, halved the same way for everything that learns from labels."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.workspace.folder import Workspace

TEST_SHARE, FEWEST, MOST_CLASSES = 0.3, 6, 200


@dataclass(frozen=True)
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


def label_columns(ws: Workspace) -> list[str]:
    """Columns whose values can serve as classes: 2 to 200 values with at least 6 items each."""
    dataset = ws.dataset()
    return [name for name in dataset.attributes if 2 <= len(_common(dataset.column(name))) <= MOST_CLASSES]


def labelled(ws: Workspace, column: str, most: int = 0, seed: int = 0) -> Labelled:
    """The items of the workspace with their label in `column`, `most` at most (0: all), drawn class by class.

    Classes of fewer than 6 items and items without a label are dropped and counted.
    Raises InputError when fewer than 2 classes are left.
    """
    dataset = ws.dataset()
    values = dataset.column(column)
    common = _common(values)
    if not 2 <= len(common) <= MOST_CLASSES:
        raise InputError(
            f"Labels: expected a column with 2 to {MOST_CLASSES} values of at least {FEWEST} items each; "
            f"{column!r} has {len(common)}. Columns that can serve: {', '.join(label_columns(ws)) or 'none'}."
        )
    rng = np.random.default_rng(seed)
    texts = values.astype(str).to_numpy()
    parts = [rng.permutation(np.flatnonzero(texts == one)) for one in common]
    count = sum(map(len, parts))
    quota = max(FEWEST, most // len(parts)) if most and most < count else count
    parts = [part[:quota] for part in parts]
    halves = [np.split(part, [max(2, round(TEST_SHARE * len(part)))]) for part in parts]
    return _assembled(halves, tuple(common), len(dataset) - count, count, rng)


def common_rows(ws: Workspace, found: Labelled, *specs: str) -> tuple[Labelled, list[Floats]]:
    """The labelled items that every model has a vector of, and their (n, d) float32 vectors under each model."""
    sides = [ws.embeddings(spec) for spec in specs]
    kept = np.ones(len(found.rows), dtype=bool)
    for side in sides:
        kept &= np.isin(found.rows, side.rows)
    vectors = [np.asarray(side.vectors[found.rows[kept]], dtype=np.float32) for side in sides]
    if kept.all():
        return found, vectors
    place = np.cumsum(kept) - 1
    train, test = (place[half[kept[half]]] for half in (found.train, found.test))
    dropped = f"{found.dropped} {int((~kept).sum()):,} items without a vector under every model left out.".strip()
    return Labelled(found.rows[kept], found.labels[kept], found.classes, train, test, dropped), vectors


def _common(values: "object") -> list[str]:
    import pandas as pd

    series = pd.Series(values)
    series = series[series.notna()].astype(str)
    counts = series[series.str.strip() != ""].value_counts()
    return sorted(str(one) for one in counts.index[counts >= FEWEST])


def _assembled(
    halves: list[list[Rows]], classes: tuple[str, ...], dropped: int, count: int, rng: np.random.Generator
) -> Labelled:
    test, train = (np.concatenate([half[side] for half in halves]) for side in (0, 1))
    numbers = [np.concatenate([np.full(len(h[side]), one) for one, h in enumerate(halves)]) for side in (0, 1)]
    rows, labels = np.concatenate([train, test]), np.concatenate([numbers[1], numbers[0]]).astype(np.int64)
    notes = [f"{dropped:,} items without a label, or of a class of fewer than {FEWEST}, left out."] if dropped else []
    if len(rows) < count:
        notes.append(f"{len(rows):,} of {count:,} labelled items drawn, class by class.")
    fit, held = (
        start + rng.permutation(len(half)).astype(np.int64) for start, half in ((0, train), (len(train), test))
    )
    return Labelled(rows.astype(np.int64), labels, classes, fit, held, " ".join(notes))
