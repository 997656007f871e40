"""Which part of a lesson is only measured on; decided before training, by group or anchor and never by pair."""

from dataclasses import replace

import numpy as np

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.features.tune.lesson import Lesson
from explorer.features.tune.retrieval.parts import TEST_SHARE, WATCH_SHARE, Parts, paired, parts_of, split_column

GROUPS, ITEMS, SPLIT = "groups", "items", "split:"
HOLDS = {
    GROUPS: "whole groups or anchors that it never learns from",
    ITEMS: "items of groups that it does learn from",
}
MANY = 6
"""So many groups, and some of them are held out whole when nothing else is said."""
COPY, BLOCK = 0.98, 2048


def split_lesson(dataset: Dataset, lesson: Lesson, hold: str = "", seed: int = 0) -> Parts:
    """Parts of a lesson: rows where it is groups, numbers of its tuples otherwise.

    hold: "groups", "items", "split:<column>" whose values are train and test, or "" for a column called split, else
    whole groups where there are six or more, else items. InputError where a part comes out empty.
    """
    if lesson.kind != "groups":
        if hold not in ("", GROUPS):
            raise InputError(f"Pairs and triples are held out by anchor (--hold {GROUPS}), got {hold[:60]!r}.")
        return _checked(_by_anchor(lesson, seed), 1)
    if hold.startswith(SPLIT):
        column = split_column(dataset, hold.removeprefix(SPLIT))
    else:
        hold = check_choice(hold, HOLDS, "hold") if hold else _usual(lesson, split_column(dataset))
        if hold == GROUPS:
            return _measurable(_checked(_by_group(lesson, seed), 2), lesson.codes)
        column = split_column(dataset) if hold == SPLIT else ""
    items = lesson.codes[: len(dataset)]
    return _measurable(_checked(parts_of(dataset, items, items >= 0, column, seed), 2), lesson.codes)


def _usual(lesson: Lesson, column: str) -> str:
    if column:
        return SPLIT
    return GROUPS if len(np.unique(lesson.codes[lesson.codes >= 0])) >= MANY else ITEMS


def copies_across(vectors: Floats, train: Rows, test: Rows) -> int:
    """How many of the rows `test` have a row of `train` with a cosine of 0.98 or more; vectors: (n, d) unit rows."""
    found = 0
    for start in range(0, len(test), BLOCK):
        cosines = vectors[test[start : start + BLOCK]] @ vectors[train].T
        found += int((cosines.max(axis=1) >= COPY).sum())
    return found


def rows_of(lesson: Lesson, part: Rows) -> Rows:
    """Rows that a part of a lesson is about."""
    return part if lesson.kind == "groups" else np.unique(lesson.tuples[part])


def _by_group(lesson: Lesson, seed: int) -> Parts:
    known = np.flatnonzero(lesson.codes >= 0)
    return _whole(known, lesson.codes[known], seed, "groups that were never learned from")


def _by_anchor(lesson: Lesson, seed: int) -> Parts:
    """By what hangs together where that comes in parts, else by anchor: a pair is on one side with its mirror image."""
    numbers, parts = np.arange(len(lesson.tuples)), lesson.codes[lesson.tuples[:, 0]]
    largest = np.bincount(parts).max()
    if lesson.kind == "pairs" and len(np.unique(parts)) >= MANY and largest <= len(parts) / 2:
        return _whole(numbers, parts, seed, "pairs that nothing learned from hangs together with")
    found = _whole(numbers, lesson.tuples[:, 0], seed, "anchors that were never learned from")
    return _without_mirrored(lesson.tuples[:, :2], found)


def _without_mirrored(pairs: Rows, parts: Parts) -> Parts:
    """The parts without those tuples to learn from or stop by whose (m, 2) pair a later part has, either way round."""
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    codes = np.unique(np.stack([low, high]), axis=1, return_inverse=True)[1].reshape(-1)
    watch = parts.watch[~np.isin(codes[parts.watch], codes[parts.test])]
    kept = ~np.isin(codes[parts.train], codes[np.concatenate([watch, parts.test])])
    return replace(parts, train=parts.train[kept], watch=watch)


def _whole(rows: Rows, codes: Rows, seed: int, said: str) -> Parts:
    order = np.random.default_rng(seed).permutation(np.unique(codes))
    tested = max(1, round(TEST_SHARE * len(order)))
    watched = max(1, round(WATCH_SHARE * (len(order) - tested)))
    test, watch = order[:tested], order[tested : tested + watched]
    return Parts(
        train=rows[np.isin(codes, order[tested + watched :])],
        watch=rows[np.isin(codes, watch)],
        test=rows[np.isin(codes, test)],
        said=f"{said}: {tested:,} of {len(order):,}",
    )


def _measurable(parts: Parts, codes: Rows) -> Parts:
    for what, part in (("that says when to stop", parts.watch), ("to measure on", parts.test)):
        if not paired(codes[part]):
            raise InputError(
                f"Too little to tune with: no two items of one group are left {what}, in {len(part):,} items. Expected "
                f"groups of more items; or hold out whole groups (--hold {GROUPS})."
            )
    return parts


def _checked(parts: Parts, least: int) -> Parts:
    sizes = {"to learn from": parts.train, "to stop by": parts.watch, "to measure on": parts.test}
    for what, part in sizes.items():
        if len(part) < least:
            raise InputError(
                f"Too little to tune with: nothing is left {what}. Expected more groups, items or pairs; "
                f"there are {sum(map(len, sizes.values())):,} in all."
            )
    return parts
