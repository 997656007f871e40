"""Which pairs of two lists are worth comparing: those that share letters in a row, or whose vectors are near.

Source: LinkOrgs (Jerzak and Libgober): a pair is a candidate when the longer list's name holds at least 5 % of the
trigrams of the other's. That alone is a tenth of all pairs of company names; for long lists each name looks up its
rarest trigrams until it has touched `reach` names of the other list, and only the best `keep` of these are candidates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.progress import Progress, Silent
from explorer.features.match.grams import Sparse, as_sets, gram_counts, row_dots, row_sums

STARTS = 100  # trigrams that begin behind this many characters are not looked at, as in LinkOrgs
TOUCHED = 8_000_000  # pairs that a block of rows touches at a time, about 100 MB
EXACT_UP_TO = 20_000  # vectors that are compared one by one; more go into a graph


@dataclass(frozen=True, kw_only=True)
class Blocking:
    """How candidates are found by letters.

    letters: so many in a row. share: of a name's grams that the other must have, rounded up. reach: a name looks up its
    rarest grams until it has touched so many others, at least one gram; 0: all grams. keep: so many of those that share
    most, by TF-IDF; 0: all.
    """

    letters: int = 3
    share: float = 0.05
    reach: int = 0
    keep: int = 0


LONG = Blocking(reach=20_000, keep=30)
"""For lists too long to look at all pairs that share anything."""


def gram_pairs(
    left: Sequence[str],
    right: Sequence[str],
    blocking: Blocking,
    *,
    same: bool = False,
    progress: Progress | None = None,
) -> tuple[Rows, Rows]:
    """Rows of the pairs of strings that share enough letters in a row, in order of left row, then right row.

    same: left and right are one list; each pair once, left row below right row. Empty strings have no pairs.
    """
    shorter_asks = not (blocking.reach or blocking.keep)  # as in LinkOrgs; else every name shall get candidates
    if not same and len(left) != len(right) and (len(right) < len(left)) == shorter_asks:
        second, first = _asked(right, left, blocking, same, progress or Silent())
    else:
        first, second = _asked(left, right, blocking, same, progress or Silent())
    if same:
        first, second = np.minimum(first, second), np.maximum(first, second)
    once = np.unique(first * (len(right) + 1) + second)
    return once // (len(right) + 1), once % (len(right) + 1)


def vector_pairs(
    left: Floats, right: Floats, keep: int, *, same: bool = False, progress: Progress | None = None
) -> tuple[Rows, Rows, Floats]:
    """Rows and cosines of the `keep` nearest right unit rows of each left one; (n, d) and (m, d) arrays.

    Exact up to 20,000 right rows, else by an HNSW graph built by one thread, so that it is always the same. same: as
    in `gram_pairs`.
    """
    from explorer.index.exact import ExactIndex
    from explorer.index.hnsw import HnswIndex

    progress = progress or Silent()
    if not len(left) or not len(right):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    if len(right) <= EXACT_UP_TO:
        index: ExactIndex | HnswIndex = ExactIndex(right)
    else:
        progress.start("Putting the vectors into a graph", len(right))
        index = HnswIndex.build(right, threads=1, advance=progress.advance)
        progress.finish()
    found = index.query(left, min(len(right), keep + int(same)), kind="text")
    there = found.rows >= 0
    first, second = np.nonzero(there)[0].astype(np.int64), found.rows[there]
    cosines = found.similarities[there]
    if not same:
        return first, second, cosines
    low, high = np.minimum(first, second), np.maximum(first, second)
    once = np.unique(low * len(right) + high, return_index=True)[1]
    once = once[low[once] != high[once]]
    return low[once], high[once], cosines[once]


def _asked(
    asking: Sequence[str], asked: Sequence[str], blocking: Blocking, same: bool, progress: Progress
) -> tuple[Rows, Rows]:
    """Rows of the asking list and of the asked one. With `same`, both directions or one of a pair may be there."""
    lists = (asking,) if same else (asking, asked)
    counts = gram_counts(lists, blocking.letters, STARTS)
    mine, theirs = counts[0], counts[-1]
    if blocking.reach or blocking.keep:
        return _rarest(mine, theirs, blocking, same, progress)
    sets, needed = as_sets(mine), np.ceil(blocking.share * row_sums(mine))
    found = list(_sharing(sets, theirs, needed, same, progress))
    return _joined(found)


def _joined(found: list[tuple[Rows, Rows]]) -> tuple[Rows, Rows]:
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found])


def _blocks(touches: Doubles) -> Iterator[slice]:
    """Slices of rows that touch about `TOUCHED` others each."""
    number = (np.cumsum(touches) // TOUCHED).astype(np.int64)
    starts = np.flatnonzero(np.diff(number, prepend=-1)).tolist()
    for start, stop in zip(starts, [*starts[1:], len(touches)][: len(starts)], strict=True):
        yield slice(start, stop)


def _sharing(
    sets: Sparse, theirs: Sparse, needed: Doubles, same: bool, progress: Progress
) -> Iterator[tuple[Rows, Rows]]:
    """Pairs whose asked string has at least `needed` grams of the asking one, counted as often as they stand there."""
    frequency = np.bincount(theirs.indices, minlength=theirs.shape[1]).astype(float)
    across = theirs.T.tocsr()
    progress.start("Looking for names that share letters", sets.shape[0])
    for rows in _blocks(sets @ frequency):
        shared = (sets[rows] @ across).tocoo()
        first, second = shared.coords[0].astype(np.int64) + rows.start, shared.coords[1].astype(np.int64)
        enough = (shared.data >= needed[first]) & (shared.data > 0)
        if same:
            enough &= first < second
        yield first[enough], second[enough]
        progress.advance(rows.stop)
    progress.finish()


def _rarest(mine: Sparse, theirs: Sparse, blocking: Blocking, same: bool, progress: Progress) -> tuple[Rows, Rows]:
    """The best of the pairs that share one of the asking string's rarest grams, by what they share of TF-IDF."""
    frequency = np.bincount(theirs.indices, minlength=theirs.shape[1]).astype(float)
    weights = np.log((1 + theirs.shape[0]) / (1 + frequency)) + 1
    asking, touches = _looked_up(mine, frequency, weights, blocking.reach)
    across = _unit_weighted(theirs, weights).T.tocsr()
    found = []
    progress.start("Looking for names that share rare letters", mine.shape[0])
    for rows in _blocks(touches):
        shared = asking[rows] @ across
        first, second = _best_of_rows(shared, blocking.keep, rows.start if same else None)
        found.append((first + rows.start, second))
        progress.advance(rows.stop)
    progress.finish()
    first, second = _joined(found)
    needed = np.ceil(blocking.share * row_sums(mine))
    enough = row_dots(as_sets(mine), theirs, first, second) >= needed[first]
    return first[enough], second[enough]


def _looked_up(mine: Sparse, frequency: Doubles, weights: Doubles, reach: int) -> tuple[Sparse, Doubles]:
    """The weights of each row's rarest grams that touch `reach` others, at least one gram; how many each row touches.

    Grams that no other string has cost nothing and are left out.
    """
    from scipy.sparse import csr_array

    rows = np.repeat(np.arange(mine.shape[0]), np.diff(mine.indptr))
    grams = mine.indices.astype(np.int64)
    order = np.lexsort((grams, frequency[grams], rows))
    rows, grams = rows[order], grams[order]
    there = frequency[grams] > 0
    rows, grams = rows[there], grams[there]
    before = np.cumsum(frequency[grams]) - frequency[grams]  # touched by all rows before, then by this one alone
    starts = np.searchsorted(rows, rows)
    before -= before[starts] if len(rows) else 0
    taken = (before + frequency[grams] <= reach) | (before == 0) if reach else np.ones(len(rows), bool)
    rows, grams = rows[taken], grams[taken]
    kept = csr_array((weights[grams].astype(np.float32), (rows, grams)), shape=mine.shape)
    return kept, np.bincount(rows, frequency[grams], minlength=mine.shape[0]).astype(np.float64)


def _unit_weighted(counts: Sparse, weights: Doubles) -> Sparse:
    """Sets of grams with their weights, every row of length 1."""
    made = as_sets(counts)
    made.data = weights[made.indices].astype(np.float32)
    lengths = np.sqrt(np.maximum(row_sums(made.power(2)), 1e-12)).astype(np.float32)
    made.data /= np.repeat(lengths, np.diff(made.indptr))
    return made


def _best_of_rows(shared: Sparse, keep: int, self_from: int | None) -> tuple[Rows, Rows]:
    """Rows and columns of the `keep` greatest entries of each row, equal ones by column.

    self_from: where rows are compared with themselves, the column of the first row; that entry is passed over.
    """
    rows, columns = [], []
    for row, (start, stop) in enumerate(zip(shared.indptr[:-1], shared.indptr[1:], strict=True)):
        others, values = shared.indices[start:stop], shared.data[start:stop]
        if self_from is not None:
            apart = others != self_from + row
            others, values = others[apart], values[apart]
        if keep and len(others) > keep:
            least = np.partition(values, len(values) - keep)[len(values) - keep]
            near = np.flatnonzero(values >= least)
            near = near[np.lexsort((others[near], -values[near]))[:keep]]
            others = others[near]
        rows.append(np.full(len(others), row, np.int64))
        columns.append(others.astype(np.int64))
    return np.concatenate(rows), np.concatenate(columns)
