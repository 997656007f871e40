"""Pairs of names that a directory joins: both are near names of the same meaning. Pure.

Source: LinkOrgs (Jerzak and Libgober): each list is matched into the directory by itself; of a name's ways to a meaning
the shortest counts; a pair through a meaning is 1.5 times as far apart as the longer of its two ways.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.progress import Progress, Silent
from explorer.features.match.blocking import Blocking, gram_pairs
from explorer.features.match.calibration import calibrated_distance
from explorer.features.match.directory.reading import Directory
from explorer.features.match.strings.candidates import compared_pairs, sampled
from explorer.features.match.strings.measures import MEASURES, Pairs
from explorer.features.match.strings.settings import Settings

FACTOR = 1.5
MOST_EACH = 1000  # names of the other list that one name is joined with through one meaning, the nearest


@dataclass(frozen=True)
class Near:
    """(p,) pairs of places in two lists of names with their distances. of: candidate pairs that there were."""

    first: Rows
    second: Rows
    distances: Doubles
    of: int


@dataclass(frozen=True)
class Reached:
    """(r,) names of a list and the meanings that they reach, each once: by which name of the directory, how far."""

    names: Rows
    groups: Rows
    aliases: Rows
    distances: Doubles


@dataclass(frozen=True)
class Joined:
    """(p,) pairs of names, each once. distances: factor times the longer way. groups: the meaning that joins them."""

    first: Rows
    second: Rows
    distances: Doubles
    groups: Rows


def near(
    left: Sequence[str],
    right: Sequence[str],
    measure: str,
    settings: Settings,
    *,
    same: bool = False,
    progress: Progress | None = None,
) -> Near:
    """Pairs of two lists of different names that share letters, with 1 - likeness by one of `MEASURES`."""
    found = compared_pairs(left, right, settings, same=same, progress=progress or Silent())
    distances = _distances(left, right, (found.first, found.second), measure, settings)
    return Near(found.first, found.second, distances, found.of)


@lru_cache(maxsize=16)
def calibrated(left: tuple[str, ...], right: tuple[str, ...], about: float, measure: str, settings: Settings) -> float:
    """The distance up to which two lists of names, as they stand in their rows, get about so many matches a name.

    As LinkOrgs: from the candidates among at most 1,000 drawn names of each list.
    """
    some, others = sampled(left, 0), sampled(right, 1)
    first, second = gram_pairs(some, others, Blocking(letters=settings.letters))
    distances = _distances(some, others, (first, second), measure, settings)
    return calibrated_distance(distances, (len(left), len(right)), about)


def reached(found: Near, limit: float, directory: Directory) -> Reached:
    """The meanings that names reach by names of the directory not farther than `limit`; the nearest of each."""
    kept = found.distances <= limit
    names, aliases, distances = found.first[kept], found.second[kept], found.distances[kept]
    groups = directory.groups[aliases]
    order = np.lexsort((aliases, distances, groups, names))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(names[order]) != 0) | (np.diff(groups[order]) != 0)
    chosen = order[first]
    return Reached(names[chosen], groups[chosen], aliases[chosen], distances[chosen])


def joined(left: Reached, right: Reached, *, same: bool = False, factor: float = FACTOR) -> Joined:
    """Pairs of names that reach one meaning, by the meaning for which the longer way is shortest.

    same: both are one list; each pair once, the lower place first, none with itself.
    """
    order = np.lexsort((right.names, right.distances, right.groups))
    groups = right.groups[order]
    starts, ends = (np.searchsorted(groups, left.groups, side) for side in ("left", "right"))
    counts = np.minimum(ends - starts, MOST_EACH + int(same))
    mine = np.repeat(np.arange(len(left.groups)), counts)
    theirs = order[np.arange(len(mine)) - np.repeat(np.cumsum(counts) - counts, counts) + starts[mine]]
    first, second = left.names[mine], right.names[theirs]
    distances = factor * np.maximum(left.distances[mine], right.distances[theirs])
    if same:
        first, second = np.minimum(first, second), np.maximum(first, second)
    return _shortest(first, second, distances, left.groups[mine], same)


def _shortest(first: Rows, second: Rows, distances: Doubles, groups: Rows, same: bool) -> Joined:
    order = np.lexsort((groups, distances, second, first))
    best = np.ones(len(order), bool)
    best[1:] = (np.diff(first[order]) != 0) | (np.diff(second[order]) != 0)
    chosen = order[best]
    if same:
        chosen = chosen[first[chosen] != second[chosen]]
    return Joined(first[chosen], second[chosen], distances[chosen], groups[chosen])


def _distances(
    left: Sequence[str], right: Sequence[str], rows: tuple[Rows, Rows], measure: str, settings: Settings
) -> Doubles:
    pairs = Pairs(left=left, right=right, first=rows[0], second=rows[1], q=settings.q, prefix=settings.prefix)
    return 1.0 - MEASURES[measure](pairs)
