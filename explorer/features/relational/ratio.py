"""The ratio, 3CosMul: near B and C, far from A, and no part so large that it decides alone."""

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.half import widen
from explorer.features.relational.method import Ask, Method
from explorer.features.relational.offset import ends
from explorer.features.relational.products import products

EPSILON = 1e-3


def ratio(ask: Ask) -> Floats:
    """(n,) cos(x, b) cos(x, c) / (cos(x, a) + 0.001), cosines moved to 0 to 1; over pairs the geometric mean."""

    def share(some: Floats) -> Floats:
        return np.asarray((products(ask.looks, some) + 1) / 2, dtype=np.float32)

    a, b = ends(ask.looks, ask.pairs)
    log = np.log(share(b) + EPSILON) - np.log(share(a) + EPSILON)
    return np.asarray(np.exp(log.mean(0)) * share(widen(ask.looks[ask.item])[None])[0], dtype=np.float32)


METHOD = Method(
    name="ratio",
    kind="analogy",
    label="Ratio (3CosMul)",
    formula=("cos(x, B) · cos(x, C) / cos(x, A), cosines moved to 0 to 1; with several pairs the geometric mean"),
    explained=(
        "cos(x, B) · cos(x, C) / cos(x, A) under {base}, cosines moved to 0 to 1; with several pairs, the mean."
    ),
    source="Levy and Goldberg 2014, equation 4",
    baseline="offset",
    scores=ratio,
)
