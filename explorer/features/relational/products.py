"""Products of stored unit rows with a few vectors, a block of rows at a time."""

import numpy as np

from explorer.base.arrays import Floats, Vectors
from explorer.base.half import widen

BLOCK = 1300


def products(stored: Vectors, questions: Floats) -> Floats:
    """(q, n) products of (n, d) rows, half precision or single, with (q, d) vectors.

    Blocks stay in the processor's cache. Without BLAS: its threads cost more than so small a product takes, and equal
    rows get equal products wherever they lie.
    """
    found = np.empty((len(questions), len(stored)), np.float32)
    for start in range(0, len(stored), BLOCK):
        rows = widen(stored[start : start + BLOCK])
        for number, question in enumerate(questions):
            found[number, start : start + BLOCK] = np.einsum("md,d->m", rows, question)
    return found


def cosines(stored: Vectors, row: int) -> Floats:
    """(n,) products of (n, d) unit rows with one of them."""
    found: Floats = products(stored, widen(stored[row])[None])[0]
    return found
