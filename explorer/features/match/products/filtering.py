"""Which products are worth comparing: the candidate filter of ProMap's authors, and the best by name behind it.

Every pair of names that share a word is looked at while the lists are short. In long ones too many share a common word;
there a name looks up its rarest words until it has met `REACH` others, and of these the most alike are looked at.
"""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.base.progress import Progress
from explorer.features.match.best import each_once
from explorer.features.match.grams import Sparse
from explorer.features.match.products.prices import price_fits

_BLOCK = 512
LONG_NAME, SHARED, SHARED_LONG = 4, 1, 2
EXACT_UP_TO = 4_000_000
"""Pairs of two lists up to which every one that shares a word is looked at."""
REACH, SPARE = 1000, 5
"""In long lists: names that a name meets by its rarest words, and how many times `keep` are looked at closely."""


@dataclass(frozen=True)
class Named:
    """Names of two sides. left, right: sparse unit TF-IDF rows over one vocabulary. prices: of both, NaN if unknown."""

    left: Sparse
    right: Sparse
    prices: tuple[Doubles, Doubles]

    @property
    def long(self) -> bool:
        """Whether there are too many pairs to look at all."""
        return bool(self.left.shape[0] * self.right.shape[0] > EXACT_UP_TO)


def candidate_pairs(named: Named, keep: int, *, same: bool = False, progress: Progress) -> tuple[Rows, Rows]:
    """Rows and columns of the pairs whose names share a word, two where both have four or more, and whose prices fit.

    A price of 0.5 to 2 times the other fits, and so does an unknown one. keep: so many for each left row, those of the
    highest cosine. same: one list, each pair once, left row below right row; it is kept by either of the two.
    """
    transposed = named.right.T.tocsr()
    asking = _rarest(named.left, named.right) if named.long else named.left
    found = []
    progress.start("products that share words", named.left.shape[0])
    for start in range(0, named.left.shape[0], _BLOCK):
        end = min(start + _BLOCK, named.left.shape[0])
        met = (asking[start:end] @ transposed).tocoo()
        rows, columns = met.row.astype(np.int64) + start, met.col.astype(np.int64)
        fits = price_fits(named.prices[0][rows], named.prices[1][columns])
        fits &= (columns != rows) if same else True
        rows, columns = rows[fits], columns[fits]
        near = _best(rows, columns, met.data[fits], SPARE * keep) if named.long else np.arange(len(rows))
        found.append(_shared_enough(named, rows[near], columns[near], keep))
        progress.advance(end)
    progress.finish()
    nothing = np.empty(0, np.int64)
    rows, columns = (np.concatenate([nothing, *(pair[side] for pair in found)]) for side in (0, 1))
    return each_once(rows, columns) if same else (rows, columns)


def _shared_enough(named: Named, rows: Rows, columns: Rows, keep: int) -> tuple[Rows, Rows]:
    """Those of the pairs that share enough words, the `keep` best of each row."""
    count, cosine = _shared(named, rows, columns)
    short = _words(named.left)[rows] < LONG_NAME
    short |= _words(named.right)[columns] < LONG_NAME
    enough = count >= np.where(short, SHARED, SHARED_LONG)
    rows, columns = rows[enough], columns[enough]
    chosen = _best(rows, columns, cosine[enough], keep)
    return rows[chosen], columns[chosen]


def _shared(named: Named, rows: Rows, columns: Rows) -> tuple[Doubles, Doubles]:
    """(p,) how many words pairs share, and their cosines."""
    counts, cosines = [np.empty(0)], [np.empty(0)]
    for start in range(0, len(rows), 50_000):
        both = named.left[rows[start : start + 50_000]].multiply(named.right[columns[start : start + 50_000]]).tocsr()
        counts.append(np.asarray(both.getnnz(axis=1)))
        cosines.append(np.asarray(both.sum(axis=1)).ravel())
    return np.concatenate(counts), np.concatenate(cosines)


def _words(names: Sparse) -> Rows:
    return np.asarray(names.getnnz(axis=1), np.int64)


def _rarest(left: Sparse, right: Sparse) -> Sparse:
    """The left rows with their rarest words alone: as many as meet `REACH` right rows, at least one."""
    holding = np.asarray(right.getnnz(axis=0), np.int64)
    kept = left.tocsr().copy()
    rows = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
    met = holding[kept.indices]
    usable = met > 0
    order = np.lexsort((kept.indices, met, rows))
    before = _met_before(rows[order], met[order])
    keep: Mask = np.zeros(len(rows), bool)
    keep[order] = before < REACH
    kept.data = np.where(keep & usable, kept.data, 0.0)
    kept.eliminate_zeros()
    return kept


def _met_before(rows: Rows, met: Rows) -> Rows:
    """Sum of `met` over the earlier places of the same row; rows are in order."""
    total = np.cumsum(met) - met
    first = np.searchsorted(rows, rows, side="left")
    return total - total[first] if len(rows) else total


def _best(rows: Rows, columns: Rows, scores: Doubles, keep: int) -> Rows:
    """Places of the `keep` highest scores of each row, in order of row, score and column."""
    order = np.lexsort((columns, -scores, rows))
    ordered = rows[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    return order[np.arange(len(order)) - starts < keep]
