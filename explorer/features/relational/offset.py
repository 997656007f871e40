"""The vector offset, 3CosAdd: the item that lies where C lands when it moves as A moved to B."""

import numpy as np

from explorer.base.arrays import Floats, Vectors, unit_rows
from explorer.base.half import widen
from explorer.features.relational.method import Method, Pairs
from explorer.features.relational.products import products


def moved(stored: Vectors, pairs: Pairs, item: int) -> Floats:
    """(n,) cosine of every one of the (n, d) rows to c + mean(b - a)."""
    a, b = ends(stored, pairs)
    aim = widen(stored[item]) + (b - a).mean(0)
    found: Floats = products(stored, unit_rows(aim[None], "A, B and C"))[0]
    return found


def ends(stored: Vectors, pairs: Pairs) -> tuple[Floats, Floats]:
    """((p, d), (p, d)) rows of the first and of the second items."""
    rows = np.asarray(pairs, dtype=np.int64)
    return widen(stored[rows[:, 0]]), widen(stored[rows[:, 1]])


METHOD = Method(
    name="offset",
    kind="analogy",
    label="Vector offset (3CosAdd)",
    formula="cos(x, C + B − A) under the model; with several pairs the mean of B − A",
    explained="Cosine to C + (B − A) under {base}; with several pairs, the mean of B − A.",
    source="Mikolov et al. 2013",
    scores=lambda ask: moved(ask.looks, ask.pairs, ask.item),
)
