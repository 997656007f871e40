"""Pairs of representations that the tests of all measures use, and a bare score."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.features.compare.resampling import score

Array = NDArray[Any]
CLOSE = 1e-7


def pair(seed: int = 0, n: int = 60, d: int = 6, e: int = 5) -> tuple[Array, Array]:
    """x (n, d) and y (n, e) that share three directions; neither is centred."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(n, 3))
    x = shared @ rng.normal(size=(3, d)) + 0.5 * rng.normal(size=(n, d)) + 1
    return x, shared @ rng.normal(size=(3, e)) + 0.8 * rng.normal(size=(n, e)) - 2


def value(name: str, x: Array, y: Array) -> float:
    """The bare score by a measure."""
    return score(x, y, name)


def rotation(rng: np.random.Generator, d: int) -> Array:
    """(d, d) a random rotation or reflection."""
    return np.asarray(np.linalg.qr(rng.normal(size=(d, d)))[0])


def centred(x: Array) -> Array:
    """x less the mean of each dimension."""
    return np.asarray(x - x.mean(axis=0))
