"""Which different names are compared: all that share letters, of long lists the likeliest of these. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.features.match.blocking import LONG, Blocking, gram_pairs
from explorer.features.match.strings.settings import Settings

SHORT = 1_000_000  # pairs up to which all that share letters are compared
MOST_PAIRS = 4_000_000  # of all pairs of two lists
SAMPLE = 1000  # names of a list from which the number of candidates is told, as in LinkOrgs


@dataclass(frozen=True)
class Compared:
    """(p,) pairs of places in two lists of different names. of: how many pairs share letters at all; told from a sample
    where only the likeliest are here.
    """

    first: Rows
    second: Rows
    of: int


def compared_pairs(
    left: Sequence[str], right: Sequence[str], settings: Settings, *, same: bool = False, progress: Progress
) -> Compared:
    """The pairs of two lists of different names that are compared; each once and none with itself where `same`.

    InputError where all pairs are wanted and there are more than four million.
    """
    if settings.every:
        return _every(len(left), len(right), same)
    blocking = Blocking(letters=settings.letters)
    if len(left) * len(right) <= SHORT:
        first, second = gram_pairs(left, right, blocking, same=same, progress=progress)
        return Compared(first, second, len(first))
    long = Blocking(letters=settings.letters, reach=LONG.reach, keep=settings.keep)
    first, second = gram_pairs(left, right, long, same=same, progress=progress)
    return Compared(first, second, max(len(first), _expected(left, right, blocking, same)))


def sampled(names: Sequence[str], seed: int) -> Sequence[str]:
    """At most 1,000 of the names, drawn without putting back; all of a shorter list."""
    if len(names) <= SAMPLE:
        return names
    return [names[place] for place in np.sort(default_rng(seed).choice(len(names), SAMPLE, replace=False)).tolist()]


def _expected(left: Sequence[str], right: Sequence[str], blocking: Blocking, same: bool) -> int:
    """How many pairs share letters, from the pairs of two samples."""
    some, others = sampled(left, 0), sampled(right, 1)
    found = len(gram_pairs(some, others, blocking, progress=Silent())[0])
    share = found / (len(some) * len(others))
    return int(share * len(left) * len(right) / (2 if same else 1))


def _every(left: int, right: int, same: bool) -> Compared:
    if left * right > MOST_PAIRS:
        raise InputError(
            f"Compared pairs: expected at most {MOST_PAIRS:,} pairs to compare all, got {left:,} x {right:,} different "
            "names. Compare those that share letters."
        )
    first, second = np.divmod(np.arange(left * right, dtype=np.int64), max(1, right))
    kept = first < second if same else np.ones(len(first), bool)
    return Compared(first[kept], second[kept], int(kept.sum()))
