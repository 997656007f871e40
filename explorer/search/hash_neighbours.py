"""Pictures whose difference hashes agree: all pairs, whole with whole, with the mirror image, and with the middle."""

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.io.picture_hash import Bytes, Span, difference_hash, mirrored

MIDDLES: tuple[Span, ...] = ((0.065, 0.935), (0.125, 0.875))
NEAR, LEAST = 8, 0.4  # proposals an item, and the agreement from which one is made
BLOCK = 256


def hash_pairs(grey: Bytes, rows: Rows, progress: Progress) -> tuple[Rows, Rows]:
    """For each picture of `rows` of the (n, 64, 64) `grey` the eight that agree best, from 0.4 on; pairs of rows.

    Every picture is compared with every other, 4 x 264 products a pair: 18,000 pictures take seconds, 100,000 minutes.
    """
    whole, others = _hashes(grey, rows)
    progress.start("Comparing difference hashes", len(rows))
    firsts, seconds = [], []
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK)
        best = whole[part] @ whole.T
        for kind in others:
            np.maximum(best, kind[part] @ whole.T, out=best)
        which = np.arange(len(best))
        best[which, start + which] = -1
        kth = min(NEAR, best.shape[1]) - 1
        near = np.argpartition(-best, kth, axis=1)[:, : kth + 1]
        found, column = np.nonzero(np.take_along_axis(best, near, axis=1) >= LEAST)
        firsts.append(rows[start + found])
        seconds.append(rows[near[found, column]])
        progress.advance(start + len(best))
    progress.finish()
    if not firsts:
        return rows[:0], rows[:0]
    return np.concatenate(firsts), np.concatenate(seconds)


def _hashes(grey: Bytes, rows: Rows) -> tuple[Floats, list[Floats]]:
    """(r, d) of the whole pictures; of their mirror images and their middles."""
    pieces = [grey[rows[start : start + 1024]] for start in range(0, len(rows), 1024)] or [grey[:0]]
    whole = np.concatenate([difference_hash(piece) for piece in pieces])
    middles = [np.concatenate([difference_hash(piece, span, span) for piece in pieces]) for span in MIDDLES]
    return whole, [mirrored(whole), *middles]
