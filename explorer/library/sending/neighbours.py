"""The nearest neighbours of all items that are sent, among these: in all dimensions, compared one by one."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.index.exact import QUERIES, ExactIndex
from explorer.library.sending.choice import Sent

K, FEWER_FROM, FEWER = 24, 25_000, 12


@dataclass(frozen=True)
class Near:
    """rows: (m, k) positions among the sent items, nearest first, -1 where there are fewer; similarities: (m, k)."""

    rows: Rows
    similarities: Floats


def nearest(sent: Sent, progress: Progress) -> Near:
    """The nearest of each item, itself left out; none for an item without a vector."""
    found = sent.opened.embeddings(sent.encoder)
    there = np.flatnonzero(found.present[sent.rows])
    count = len(sent.rows)
    k = min(K if count < FEWER_FROM else FEWER, max(len(there) - 1, 1))
    rows = np.full((count, k), -1, dtype=np.int64)
    similarities = np.zeros((count, k), dtype=np.float32)
    vectors = found.vectors[sent.rows[there]]
    index = ExactIndex(vectors)
    progress.start("finding neighbours", len(there))
    for start in range(0, len(there), QUERIES):
        block = np.arange(start, min(start + QUERIES, len(there)))
        answer = index.query(vectors[block], k + 1)
        near, values = without_own(answer.rows, answer.similarities, block)
        rows[there[block]] = np.where(near < 0, -1, there[near])
        similarities[there[block]] = np.nan_to_num(values)
        progress.advance(int(block[-1]) + 1)
    progress.finish()
    return Near(rows, similarities)


def without_own(rows: Rows, similarities: Floats, own: Rows) -> tuple[Rows, Floats]:
    """(q, k) of (q, k + 1): without the `own` (q,) row of each query, or without the last where it is not found."""
    others = rows != own[:, None]
    others[others.all(axis=1), -1] = False
    shape = (len(rows), rows.shape[1] - 1)
    return rows[others].reshape(shape), similarities[others].reshape(shape)
