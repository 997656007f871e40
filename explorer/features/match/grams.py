"""Letters in a row (q-grams) of many strings as sparse counts over one vocabulary. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows

Sparse = Any  # scipy.sparse.csr_array, which has no types
CODES = 0x110000  # characters of Unicode
KEYS = 1 << 62  # below this, the numbers of grams fit into 64 bits
TEXTS = 1000  # texts of which the characters are looked at together
LETTERS = 4_000_000  # characters whose grams are counted at a time
NUMBERS = 4_000_000  # entries of the rows that are compared at a time


def gram_counts(lists: Sequence[Sequence[str]], q: int, starts: int = 0) -> list[Sparse]:
    """Counts of the q letters in a row of every string: one (n, v) float32 CSR array for each list, one vocabulary.

    A string shorter than q is one gram, itself; an empty one has none. starts: only grams that begin at one of the
    first so many places; 0 for all. Long texts are read a few at a time, so that memory stays bounded.
    """
    from scipy.sparse import csr_array

    cut = starts + q - 1 if starts else None
    texts = [text[:cut].ljust(q, "\0") if text else "" for one in lists for text in one]
    letters = _alphabet(texts)
    counted = [_counted(part, first, letters, q) for first, part in _parts(texts, letters, q)]
    rows, keys, counts = (np.concatenate([one[at] for one in counted]) for at in range(3))
    grams = _numbered(keys)
    shape = (len(texts), int(grams.max()) + 1 if len(grams) else 0)
    table = csr_array((counts.astype(np.float32), (rows, grams)), shape=shape)
    ends = np.cumsum([0, *(len(one) for one in lists)])
    return [table[start:stop] for start, stop in zip(ends[:-1], ends[1:], strict=True)]


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


def _codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    """(l,) code points of all characters."""
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)


def _alphabet(texts: Sequence[str]) -> NDArray[np.int64]:
    """(CODES,) a number from 0 for every character that occurs."""
    occurs = np.zeros(CODES, np.int64)
    for start in range(0, len(texts), TEXTS):
        occurs[_codes(texts[start : start + TEXTS])] = 1
    return np.cumsum(occurs) - 1


def _parts(texts: Sequence[str], letters: NDArray[np.int64], q: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Stretches of texts of about `LETTERS` characters, each with the place of its first.

    All at once where numbers of grams do not fit into 64 bits, since they then hold for one stretch alone.
    """
    lengths = np.cumsum([len(text) for text in texts])
    whole = (int(letters[-1]) + 1) ** q > KEYS
    number = np.zeros(len(texts), np.int64) if whole else lengths // LETTERS
    starts = np.flatnonzero(np.diff(number, prepend=-1)).tolist() or [0]
    for start, stop in zip(starts, [*starts[1:], len(texts)], strict=True):
        yield start, texts[start:stop]


def _counted(
    texts: Sequence[str], first: int, letters: NDArray[np.int64], q: int
) -> tuple[Rows, NDArray[np.int64], NDArray[np.int64]]:
    """Rows from `first` on, numbers of their different grams, and how often each stands there."""
    lengths = np.array([len(text) for text in texts], np.int64)
    rows = np.repeat(np.arange(len(texts)), lengths)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    begins = places <= lengths[rows] - q
    if not len(rows):
        return rows, rows, rows
    keys, rows = _keys(letters[_codes(texts)], int(letters[-1]) + 1, q)[begins], rows[begins]
    order = np.lexsort((keys, rows))
    keys, rows = keys[order], rows[order]
    fresh = np.append(True, (np.diff(keys) != 0) | (np.diff(rows) != 0))
    counts = np.diff(np.append(np.flatnonzero(fresh), len(keys)))
    return rows[fresh] + first, keys[fresh], counts


def _keys(letters: NDArray[np.int64], base: int, q: int) -> NDArray[np.int64]:
    """(l,) a number for the q letters from each place on; those that run over the end of a text mean nothing."""
    keys, size = letters, base
    for place in range(1, q):
        if size * base > KEYS:
            keys, size = _numbered(keys), len(keys)
        keys, size = keys * base + np.append(letters[place:], np.zeros(place, np.int64)), size * base
    return keys


def _numbered(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.unique(keys, return_inverse=True)[1], np.int64)
