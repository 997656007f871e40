"""Random rows, always drawn the same way."""

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Rows


def at_most(rows: Rows, most: int, generator: Generator) -> Rows:
    """(m,) all `rows` when there are at most `most`, else `most` of them without repeats, ascending."""
    if len(rows) <= most:
        return rows
    return np.sort(generator.choice(rows, most, replace=False))
