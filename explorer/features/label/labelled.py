"""What people say together: one label an item where most of them agree. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.workspace.label_store import SKIPPED, Given

FEW = 5
"""Items of a label with fewer are hardly ever among the nearest of each other."""


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """The labels of a labelling that count.

    names: (c,) all labels, in the order of the number keys. rows: (m,) row numbers of items with a label, ascending.
    codes: (m,) number of each one's label. labellers: by name how many items each labelled. disputed: items that people
    label differently; ties: those of them without a majority, which have no label. gone: labelled ids that are not in
    the data now.
    """

    names: tuple[str, ...]
    rows: Rows
    codes: Rows
    labellers: Mapping[str, int]
    disputed: int = 0
    ties: int = 0
    gone: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def counts(self) -> Rows:
        """(c,) items with each label."""
        return np.bincount(self.codes, minlength=len(self.names)).astype(np.int64)


def majority(labels: Sequence[str]) -> str:
    """The label that more people gave than any other; "" for a tie, or none."""
    ranked = Counter(labels).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]


def votes_of(given: Iterable[Given]) -> dict[str, list[str]]:
    """By id of an item the labels that people gave; [] where they only skipped it."""
    found: dict[str, list[str]] = {}
    for one in given:
        found.setdefault(one.item, []).extend([one.label] if one.label != SKIPPED else [])
    return found


def labelled(names: Sequence[str], given: Sequence[Given], dataset: Dataset) -> Labelled:
    """The labels that count, on the rows of the data as they are now."""
    votes = votes_of(given)
    ids = list(votes)
    rows = dataset.places_of(ids)
    agreed = [majority(votes[one]) for one in ids]
    place = {name: code for code, name in enumerate(names)}
    here = sorted((int(row), place[label]) for row, label in zip(rows, agreed, strict=True) if row >= 0 and label)
    disputed = [one for one in ids if len(set(votes[one])) > 1]
    return Labelled(
        names=tuple(names),
        rows=np.array([row for row, _ in here], dtype=np.int64),
        codes=np.array([code for _, code in here], dtype=np.int64),
        labellers=dict(Counter(one.labeller for one in given if one.label != SKIPPED)),
        disputed=len(disputed),
        ties=sum(not majority(votes[one]) for one in disputed),
        gone=sum(bool(votes[one]) and row < 0 for one, row in zip(ids, rows, strict=True)),
    )


def too_few(labels: Labelled) -> str:
    """What is missing while fewer than two labels have an item, so that nothing can be told apart; "" when all is."""
    used = [name for name, count in zip(labels.names, labels.counts, strict=True) if count]
    if not used:
        gone = f" {labels.gone} labelled items are not in the data now." if labels.gone else ""
        return f"No item has a label yet. Label a few items of at least two kinds first.{gone}"
    return f"All labels are {used[0]!r}. Label items of at least one other kind first." if len(used) < 2 else ""


def check_enough(labels: Labelled) -> None:
    """InputError unless at least two labels have an item."""
    if lacking := too_few(labels):
        raise InputError(lacking)


def lonely(labels: Labelled) -> list[str]:
    """Labels that one item alone has: what is guessed of them rests on that item."""
    return [name for name, count in zip(labels.names, labels.counts, strict=True) if count == 1]


def few_words(labels: Labelled) -> str:
    """What is to be known of labels in doubt where labels have few items; "" where all have enough."""
    few = [name for name, count in zip(labels.names, labels.counts, strict=True) if 0 < count < FEW]
    if not few:
        return ""
    return (
        f"Labels with fewer than {FEW} items: {len(few):,} of {int((labels.counts > 0).sum()):,}. What is around their "
        "items mostly has other labels, and they are in doubt for that alone. Label more of them first."
    )
