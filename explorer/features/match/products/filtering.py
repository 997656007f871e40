"""Which products are worth comparing: the candidate filter of ProMap's authors, and the best by name behind it."""

from typing import Any

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.progress import Progress
from explorer.features.match.products.prices import price_fits

_BLOCK = 512
LONG_NAME, SHARED, SHARED_LONG = 4, 1, 2


def candidate_pairs(
    left: Any,
    right: Any,
    prices: tuple[Doubles, Doubles],
    keep: int,
    *,
    same: bool = False,
    progress: Progress,
) -> tuple[Rows, Rows]:
    """Rows and columns of the pairs whose names share a word, two where both have four or more, and whose prices fit.

    left, right: sparse unit TF-IDF rows of names over one vocabulary. prices: of both sides; 0.5 to 2 times as much
    fits, and so does an unknown one. keep: so many for each left row, those of the highest cosine. same: one list, each
    pair once, left row below right row. Never all pairs: names without a common word do not meet.
    """
    transposed, sizes = right.T.tocsr(), np.asarray(right.getnnz(axis=1))
    present = (left != 0).astype(np.float32), (transposed != 0).astype(np.float32)
    lengths = np.asarray(left.getnnz(axis=1))
    rows, columns = [], []
    progress.start("products that share words", left.shape[0])
    for start in range(0, left.shape[0], _BLOCK):
        end = min(start + _BLOCK, left.shape[0])
        shared = _sorted(present[0][start:end] @ present[1])
        near = _sorted(left[start:end] @ transposed)  # all numbers are above 0: the same places as in `shared`
        a, b, count = shared.row.astype(np.int64) + start, shared.col.astype(np.int64), shared.data
        short = (lengths[a] < LONG_NAME) | (sizes[b] < LONG_NAME)
        fits = (count >= np.where(short, SHARED, SHARED_LONG)) & price_fits(prices[0][a], prices[1][b])
        fits &= (b > a) if same else True
        a, b = a[fits], b[fits]
        chosen = _best(a, b, near.data[fits], keep)
        rows.append(a[chosen])
        columns.append(b[chosen])
        progress.advance(end)
    progress.finish()
    nothing = np.empty(0, np.int64)
    return np.concatenate([nothing, *rows]), np.concatenate([nothing, *columns])


def _sorted(product: Any) -> Any:
    rows = product.tocsr()
    rows.sort_indices()
    return rows.tocoo()


def _best(rows: Rows, columns: Rows, scores: Doubles, keep: int) -> Rows:
    """Places of the `keep` highest scores of each row, in order of row, score and column."""
    order = np.lexsort((columns, -scores, rows))
    ordered = rows[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    return order[np.arange(len(order)) - starts < keep]
