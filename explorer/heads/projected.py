"""Rows through a matrix of a head, and what is added to them."""

from collections.abc import Mapping

import numpy as np

from explorer.base.arrays import Floats


def projected(x: Floats, weights: Mapping[str, Floats], side: str = "") -> Floats:
    """(n, e) rows x W' + b with the arrays `<side>weight` and, where there is one, `<side>bias`."""
    return np.asarray(x @ weights[f"{side}weight"].T + weights.get(f"{side}bias", np.float32(0)), dtype=np.float32)
