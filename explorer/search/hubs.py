"""Corrections for items that lie near every text, so that they do not come first whatever is asked.

Source: Conneau et al. 2018, Word translation without parallel data, section 2.3: CSLS(q, x) = 2 cos(q, x) - r(q) -
r(x), r(x) the mean cosine of x to its ten nearest texts. Of one query r(q) is the same for all items, so the order is
that of cos(q, x) - r(x) / 2.
"""

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.index import Index, QueryKind
from explorer.search.compose import Query
from explorer.workspace.backdrop import Backdrop

CANDIDATES = 500
LEAST_SPREAD = 1e-3  # of an item that is as near to any word


def correction(question: Query, backdrop: Backdrop) -> Floats:
    """(n,) what is taken off each item's similarity: half of its r for as much as texts make up of the query.

    The similarity is the sum of share * cosine over the parts; the cosine of a text counts as cosine - r / 2. Texts of
    a negative weight so bring back what those of a positive weight take off.
    """
    texts = float(
        sum(share for part, share in zip(question.parts, question.shares, strict=True) if part.kind == "text")
    )
    found: Floats = (backdrop.near * np.float32(texts / 2)).astype(np.float32)
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
) -> tuple[Rows, Floats]:
    """The `count` items of the highest similarity less `taken_off`, best first, and their similarities.

    The best candidates by similarity are put in the corrected order. Where the index compares all items the answer is
    exact: more candidates are asked for until none that was left out could be among the first.
    """
    wanted = max(CANDIDATES, 4 * count)
    least = float(np.nanmin(taken_off)) if len(index) else 0.0
    while True:
        rows, similarities = index.query(question.vector[None], wanted, allowed, kind).of(0)
        corrected = similarities - taken_off[rows]
        order = np.argsort(-corrected, kind="stable")[:count]
        if len(rows) < wanted or index.name != "exact" or corrected[order[-1]] > similarities[-1] - least:
            return rows[order], similarities[order]
        wanted *= 8
