"""Leakage: copies of one item in two splits, which make a measured score too good. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.columns import Codes
from explorer.search.duplicates import DuplicateGroup

TESTS = ("test", "testing", "val", "valid", "validation", "dev")


@dataclass(frozen=True)
class Leakage:
    """Groups of copies that lie in more than one split.

    groups: those groups, as they were found. matrix: (v, v): items of the split in the row that have a copy in the
    split of the column; the diagonal counts items with a copy in their own split. counts: (v,) items of each split.
    """

    groups: tuple[DuplicateGroup, ...]
    matrix: Rows
    counts: Rows

    @property
    def items(self) -> int:
        """Items in groups that cross a border."""
        return sum(len(group.rows) for group in self.groups)


def leakage(groups: Sequence[DuplicateGroup], codes: Rows, splits: int) -> Leakage:
    """Which of the groups of copies cross the values of a column.

    codes: (n,) the split of each item, -1 for none: such items are no leak. splits: how many there are.
    """
    matrix = np.zeros((splits, splits), dtype=np.int64)
    crossing = []
    for group in groups:
        found = codes[group.rows]
        inside = np.bincount(found[found >= 0], minlength=splits)
        there = inside > 0
        matrix += np.outer(inside, there) * ~np.eye(splits, dtype=bool)
        matrix[np.diag_indices(splits)] += np.where(inside > 1, inside, 0)
        if there.sum() > 1:
            crossing.append(group)
    return Leakage(tuple(crossing), matrix, np.bincount(codes[codes >= 0], minlength=splits).astype(np.int64))


def likely_test(codes: Codes) -> int:
    """The code of the split that is most likely a test: by its name, else the smallest."""
    names = [name.casefold() for name in codes.names]
    known = [names.index(one) for one in TESTS if one in names]
    return known[0] if known else int(codes.counts.argmin())


def spare_rows(found: Leakage, codes: Rows, keep: int) -> Rows:
    """(r,) items outside the split `keep` that have a copy in it: take them out, and `keep` is a fair test."""
    rows: list[Rows] = []
    for group in found.groups:
        inside: Mask = codes[group.rows] == keep
        if inside.any():
            rows.append(group.rows[~inside & (codes[group.rows] >= 0)])
    return np.sort(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int64)
