"""k-means (Lloyd 1982) for the lists of an index: a few rounds on a sample are enough."""

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Floats, Rows

ROUNDS = 6
BLOCK = 8192


def k_means(vectors: Floats, groups: int, generator: Generator) -> Floats:
    """(g, d) centres of at most `groups` groups of the (n, d) vectors; none of them is empty."""
    groups = max(1, min(groups, len(vectors)))
    centres = vectors[np.sort(generator.choice(len(vectors), groups, replace=False))] if len(vectors) else vectors
    for _ in range(ROUNDS if len(vectors) > groups else 0):
        centres = _means(vectors, nearest_centre(vectors, centres), len(centres))
    return centres


def nearest_centre(vectors: Floats, centres: Floats) -> Rows:
    """(n,) the centre that is nearest to each vector by Euclidean distance."""
    half = (centres**2).sum(axis=1) / 2
    parts = (vectors[start : start + BLOCK] for start in range(0, len(vectors), BLOCK))
    found = [np.argmax(part @ centres.T - half, axis=1) for part in parts]
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def _means(vectors: Floats, of: Rows, groups: int) -> Floats:
    order = np.argsort(of, kind="stable")
    counts = np.bincount(of, minlength=groups)
    filled = np.flatnonzero(counts)
    starts = (np.cumsum(counts) - counts)[filled]
    return np.asarray(np.add.reduceat(vectors[order], starts, axis=0) / counts[filled, None], dtype=np.float32)
