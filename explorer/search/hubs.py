"""Corrections for items that lie near every text, or near many items, so that they do not always come first.

Source: Conneau et al. 2018, Word translation without parallel data, section 2.3: CSLS(q, x) = 2 cos(q, x) - r(q) -
r(x), r(x) the mean cosine of x to its ten nearest texts or, for a query of items and pictures, items. Of one query r(q)
is the same for all items, so the order is that of cos(q, x) - r(x) / 2.
"""

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.index import ExactIndex, Index, QueryKind, Way
from explorer.index.contract import score_pairs
from explorer.search.compose import Query
from explorer.workspace.backdrop import Backdrop

CANDIDATES, SPARE = 500, 100  # the spare ones settle what differs by rounding
LEAST_SPREAD = 1e-3  # of an item that is as near to any word


def correction(question: Query, texts: Floats | None, items: Floats | None) -> Floats | None:
    """(n,) what is taken off each item's similarity: half of its r for as much as such parts make up of the query.

    texts, items: (n,) r of each item to its nearest texts and its nearest other items, None where parts of this kind
    are not corrected; None when no part is. The similarity is the sum of share * cosine over the parts; the cosine of a
    part counts as cosine - r / 2. Parts of a negative weight so bring back what those of a positive weight take off.
    """
    found: Floats | None = None
    for near, of_texts in ((texts, True), (items, False)):
        kinds = [(part.kind == "text") == of_texts for part in question.parts]
        if near is not None and any(kinds):
            off = (near * np.float32(question.shares[kinds].sum() / 2)).astype(np.float32)
            found = off if found is None else found + off
    return found


def nearness(question: Query, backdrop: Backdrop, rows: Rows, similarities: Floats) -> NDArray[np.float64]:
    """(k,) how near items are to a query of texts, as a share of how near they are to their ten nearest texts.

    0: as to an average text; 1: as to the nearest ten. Of a query of several texts, 0 is what average texts in their
    places would give.
    """
    mean, near = (values[rows].astype(np.float64) for values in (backdrop.mean, backdrop.near))
    above = similarities - float(question.shares.sum()) * mean
    found: NDArray[np.float64] = above / np.maximum(near - mean, LEAST_SPREAD)
    return found


def ranked(
    index: Index, question: Query, count: int, allowed: Mask | None, *, kind: QueryKind, taken_off: Floats
) -> tuple[Rows, Floats, Way]:
    """The `count` items of the highest similarity less `taken_off`, best first, their similarities, and the way.

    taken_off: (n,), NaN for items that cannot be found. Exact where the index compares all items; of another index the
    best candidates by similarity are put in the corrected order.
    """
    if isinstance(index, ExactIndex):
        rows = _best(index.products(question.vector) - taken_off, count + SPARE, allowed)
        similarities = score_pairs(question.vector[None], index.vectors, np.zeros_like(rows), rows)
        way: Way = "all" if allowed is None else "subset"
    else:
        found = index.query(question.vector[None], max(CANDIDATES, 4 * count), allowed, kind)
        (rows, similarities), way = found.of(0), found.ways[0]
    order = np.lexsort((rows, taken_off[rows] - similarities))[:count]
    return rows[order], similarities[order], way


def _best(scores: Floats, count: int, allowed: Mask | None) -> Rows:
    """Rows of the `count` highest scores that are allowed, in no order; NaN is no score."""
    rows = np.flatnonzero(np.isfinite(scores) if allowed is None else np.isfinite(scores) & allowed)
    if len(rows) > count:
        rows = rows[np.argpartition(-scores[rows], count - 1)[:count]]
    return rows
