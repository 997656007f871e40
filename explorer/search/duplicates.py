"""Groups of copies in which every two items agree."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.search.copies import CopyPairs


@dataclass(frozen=True)
class DuplicateGroup:
    """Items of which every two agree by at least the threshold.

    rows: (g,) ascending. weakest, similarity: the two that agree least, and how much. exact: all have equal content.
    """

    rows: Rows
    weakest: tuple[int, int]
    similarity: float
    exact: bool


def duplicate_groups(pairs: CopyPairs, threshold: float) -> list[DuplicateGroup]:
    """Return the groups of two and more items, the largest first, then by first row.

    threshold: least agreement of any two items of a group, above 0 and at most 1. The pair that agrees best is joined
    first, and two groups only where every item of one agrees with every item of the other (complete linkage).
    """
    if not 0 < threshold <= 1:
        raise InputError(f"Duplicates: expected a threshold above 0 and at most 1, got {threshold}.")
    weakest: dict[int, tuple[float, int, int]] = {}
    joined = _joined(pairs, threshold, weakest)
    names = np.arange(len(pairs.same))
    names[list(joined)] = list(joined.values())
    names = names[pairs.same]
    members = np.argsort(names, kind="stable")
    starts = np.flatnonzero(np.diff(names[members], prepend=-1))
    sizes = np.diff(starts, append=len(members))
    groups = [
        _group(members[start : start + size], weakest.get(int(names[members[start]])))
        for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True)
    ]
    return sorted(groups, key=lambda group: (-len(group.rows), int(group.rows[0])))


def _group(rows: Rows, weakest: tuple[float, int, int] | None) -> DuplicateGroup:
    score, first, second = weakest or (1.0, int(rows[0]), int(rows[1]))
    return DuplicateGroup(rows.astype(np.int64), (first, second), score, weakest is None)


def _joined(pairs: CopyPairs, threshold: float, weakest: dict[int, tuple[float, int, int]]) -> dict[int, int]:
    """The name of each row's group; `weakest` gets the weakest pair of each group, by name."""
    chosen = np.flatnonzero(pairs.scores >= threshold - 1e-6)
    chosen = chosen[np.lexsort((pairs.second[chosen], pairs.first[chosen], -pairs.scores[chosen]))]
    columns = (pairs.first[chosen].tolist(), pairs.second[chosen].tolist(), pairs.scores[chosen].tolist())
    known: dict[int, dict[int, float]] = defaultdict(dict)
    for first, second, score in zip(*columns, strict=True):
        known[first][second] = known[second][first] = score
    name: dict[int, int] = {row: row for row in known}
    inside: dict[int, list[int]] = {row: [row] for row in known}
    for first, second, _ in zip(*columns, strict=True):
        one, other = name[first], name[second]
        if one == other:
            continue
        between = _between(known, inside[one], inside[other])
        if between is not None:
            weakest[one] = min(found for found in (weakest.get(one), weakest.pop(other, None), between) if found)
            inside[one] += inside[other]
            name.update(dict.fromkeys(inside.pop(other), one))
    return name


def _between(known: dict[int, dict[int, float]], some: list[int], others: list[int]) -> tuple[float, int, int] | None:
    """The weakest pair between two groups, None when any pair of them is below the threshold."""
    found = [(known[a].get(b), min(a, b), max(a, b)) for a in some for b in others]
    scores = [(score, a, b) for score, a, b in found if score is not None]
    return min(scores) if len(scores) == len(found) else None
