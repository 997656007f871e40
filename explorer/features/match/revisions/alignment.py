"""What three texts share, and what two of them kept of the first: the alignment below the score. Pure.

What both revisions kept of the original, each by a plain two-way comparison, is shared: the stable parts of diff3
(Khanna, Kunal and Pierce 2007), in quadratic time. The longest common subsequence of three texts may be longer; it is a
cubic program, run on short texts alone to tell by how much.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows

CUBE = 250_000
"""Cells of the cubic table at most, after the equal beginning and end are taken off."""


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """shared: (s, 3) places in original, first and second revision of what both kept, rising in each. first, second:
    (o,) place in that revision of each token of the original that it kept, -1 for those it dropped.
    """

    shared: Rows
    first: Rows
    second: Rows


def align(original: Sequence[int], first: Sequence[int], second: Sequence[int]) -> Alignment:
    """Of three texts as numbers of tokens; each revision changes as little as it can."""
    kept = [kept_of(original, one) for one in (first, second)]
    both = np.flatnonzero((kept[0] >= 0) & (kept[1] >= 0))
    return Alignment(shared=np.stack([both, kept[0][both], kept[1][both]], axis=1), first=kept[0], second=kept[1])


def most_shared(texts: Sequence[Sequence[int]]) -> int | None:
    """Length of a longest common subsequence of three texts; None where they are too long to tell."""
    start, stop = _equal_ends(texts)
    middle = [one[start : len(one) - stop] for one in texts]
    if np.prod([len(one) + 1.0 for one in middle]) > CUBE:
        return None
    return start + stop + len(common_of_three(*middle))


def kept_of(original: Sequence[int], revised: Sequence[int]) -> Rows:
    """(o,) place in `revised` of each token of `original` that a longest common subsequence of the two keeps, else -1.

    By rapidfuzz, bit-parallel (Hyyrö 2004).
    """
    from rapidfuzz.distance import LCSseq

    found = np.full(len(original), -1, np.int64)
    for part in LCSseq.opcodes(original, revised):
        if part.tag == "equal":
            found[part.src_start : part.src_end] = np.arange(part.dest_start, part.dest_end)
    return found


def common_of_three(one: Sequence[int], two: Sequence[int], three: Sequence[int]) -> Rows:
    """(s, 3) places of a longest common subsequence of three texts, exactly, in time and memory of their product."""
    table = _lengths(np.asarray(one, np.int64), np.asarray(two, np.int64), np.asarray(three, np.int64))
    i, j, k = len(one), len(two), len(three)
    found = []
    while i and j and k and table[i, j, k]:
        now = table[i, j, k]
        if table[i - 1, j, k] == now:
            i -= 1
        elif table[i, j - 1, k] == now:
            j -= 1
        elif table[i, j, k - 1] == now:
            k -= 1
        else:
            i, j, k = i - 1, j - 1, k - 1
            found.append((i, j, k))
    return np.array(found[::-1], np.int64).reshape(-1, 3)


def _lengths(one: Rows, two: Rows, three: Rows) -> NDArray[np.int32]:
    """Lengths of the longest common subsequence of the first i, j and k tokens."""
    table = np.zeros((len(one) + 1, len(two) + 1, len(three) + 1), np.int32)
    for i, token in enumerate(one, start=1):
        same = (three == token).astype(np.int32)
        for j, other in enumerate(two, start=1):
            best = np.maximum(table[i - 1, j], table[i, j - 1])
            if token == other:
                best[1:] = np.maximum(best[1:], table[i - 1, j - 1, :-1] + same)
            table[i, j] = np.maximum.accumulate(best)
    return table


def _equal_ends(texts: Sequence[Sequence[int]]) -> tuple[int, int]:
    """How many tokens at the beginning and, behind those, at the end are the same in all."""
    least = min(map(len, texts))
    start = next((place for place in range(least) if len({one[place] for one in texts}) > 1), least)
    rest = least - start
    stop = next((place for place in range(rest) if len({one[-1 - place] for one in texts}) > 1), rest)
    return start, stop
