"""Items drawn at random, the same way for the vectors of every model."""

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Rows


def sample_rows(n: int, most: int, rng: Generator) -> Rows:
    """(m,) all n rows, or `most` of them at random, in order."""
    rows = np.arange(n) if n <= most else np.sort(rng.permutation(n)[:most])
    return rows.astype(np.int64)


def half_of(n: int, rng: Generator) -> Rows:
    """(n // 2,) distinct rows, in order."""
    return np.sort(rng.permutation(n)[: n // 2]).astype(np.int64)
