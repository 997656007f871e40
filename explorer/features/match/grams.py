"""Letters in a row (q-grams) of many strings as sparse counts over one vocabulary. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows

Sparse = Any  # scipy.sparse.csr_array, which has no types
CODES = 0x110000  # characters of Unicode
KEYS = 1 << 62  # below this, the numbers of grams fit into 64 bits
NUMBERS = 4_000_000  # entries of the rows that are compared at a time


def gram_counts(lists: Sequence[Sequence[str]], q: int, starts: int = 0) -> list[Sparse]:
    """Counts of the q letters in a row of every string: one (n, v) float32 CSR array for each list, one vocabulary.

    A string shorter than q is one gram, itself; an empty one has none. starts: only grams that begin at one of the
    first so many places; 0 for all.
    """
    from scipy.sparse import csr_array

    texts = [text.ljust(q, "\0") if text else "" for one in lists for text in one]
    lengths = np.array([len(text) for text in texts], np.int64)
    rows = np.repeat(np.arange(len(texts)), lengths)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    begins = places <= lengths[rows] - q
    if starts:
        begins &= places < starts
    grams = _numbered(_keys(_letters(texts), q)[begins]) if len(rows) else rows
    shape = (len(texts), int(grams.max()) + 1 if len(grams) else 0)
    counts = csr_array((np.ones(len(grams), np.float32), (rows[begins], grams)), shape=shape)
    ends = np.cumsum([0, *(len(one) for one in lists)])
    return [counts[start:stop] for start, stop in zip(ends[:-1], ends[1:], strict=True)]


def as_sets(counts: Sparse) -> Sparse:
    """The same with 1 where a gram stands at least once."""
    made = counts.copy()
    made.data = np.ones_like(made.data)
    return made


def row_dots(left: Sparse, right: Sparse, first: Rows, second: Rows) -> Doubles:
    """(p,) dot products of rows of two CSR arrays of the same width: left[first[i]] with right[second[i]]."""
    found = np.zeros(len(first))
    each = max(1.0, (left.nnz + right.nnz) / max(1, left.shape[0] + right.shape[0]))
    step = max(1, int(NUMBERS / each))
    for start in range(0, len(first), step):
        part = slice(start, start + step)
        found[part] = np.asarray(left[first[part]].multiply(right[second[part]]).sum(axis=1)).ravel()
    return found


def row_sums(counts: Sparse) -> Doubles:
    """(n,) sums of the rows of a sparse array."""
    return np.asarray(counts.sum(axis=1), np.float64).ravel()


def _letters(texts: Sequence[str]) -> NDArray[np.int64]:
    """(l,) the characters of all texts, numbered from 0 by those that occur."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    occurs = np.zeros(CODES, np.int64)
    occurs[codes] = 1
    return (np.cumsum(occurs) - 1)[codes]


def _keys(letters: NDArray[np.int64], q: int) -> NDArray[np.int64]:
    """(l,) a number for the q letters from each place on; those that run over the end of a text mean nothing."""
    base = int(letters.max()) + 1
    keys, size = letters, base
    for place in range(1, q):
        if size * base > KEYS:
            keys, size = _numbered(keys), len(keys)
        keys, size = keys * base + np.append(letters[place:], np.zeros(place, np.int64)), size * base
    return keys


def _numbered(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.unique(keys, return_inverse=True)[1], np.int64)
