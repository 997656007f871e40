"""The directions in which the values of an aspect differ, and what is left of an item without them."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.features.conditional.method import TINY, Ask, unit

SHARE = 0.9
"""Directions are kept until they explain this share of how the values differ; the rest is mostly chance wording."""


def value_directions(values: NDArray[np.floating], share: float = SHARE) -> Floats:
    """(r, d) orthonormal directions in which the (v, d) `values` differ, the strongest first.

    Their mean is taken away first: it holds what all values have in common (the wording, and where texts lie apart
    from images). Enough directions are kept to explain `share` of the squared differences.
    Raises InputError when all values are the same.
    """
    rows = np.ascontiguousarray(values, dtype=np.float32)
    return _directions(rows.tobytes(), rows.shape, share)


@lru_cache(maxsize=64)
def _directions(data: bytes, shape: tuple[int, ...], share: float) -> Floats:
    """The same for every item that is asked about, so it is worked out once."""
    values = np.frombuffer(data, dtype=np.float32).reshape(shape).astype(np.float64)
    _, sizes, directions = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    if not len(sizes) or sizes[0] < TINY:
        raise InputError("An aspect needs at least 2 different values to compare by; these are all the same.")
    explained = np.cumsum(sizes**2) / np.sum(sizes**2)
    count = int(np.searchsorted(explained, share - 1e-9) + 1)
    found = np.asarray(directions[:count], dtype=np.float32)
    found.flags.writeable = False
    return found


def rest(ask: Ask, directions: Floats) -> Floats:
    """(d,) what is left of the item when the aspect is taken out of it, as a unit vector."""
    own = ask.reference - ask.middle
    return unit(own - directions.T @ (directions @ own), "the item without this aspect")


def times(rows: Floats, directions: Floats) -> Floats:
    """(n, e) products of (n, d) and (e, d)."""
    return np.asarray(np.asarray(rows, dtype=np.float32) @ directions.T, dtype=np.float32)
