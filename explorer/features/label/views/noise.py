"""Two strengths of random change to a vector, where there are no pictures to change. Pure, given a generator.

A weak view adds noise of a fifth of the vector's length; a strong one drops a fifth of its numbers first and adds twice
the noise.
"""

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Floats

WEAK_NOISE, STRONG_NOISE, DROPPED = 0.2, 0.4, 0.2


def weak(vectors: Floats, rng: Generator) -> Floats:
    """(n, d) unit rows near the (n, d) unit rows."""
    return _noisy(vectors, WEAK_NOISE, rng)


def strong(vectors: Floats, rng: Generator) -> Floats:
    """(n, d) unit rows of the (n, d) unit rows, further away than weak ones."""
    return _noisy(vectors * (rng.random(vectors.shape, dtype=np.float32) >= DROPPED), STRONG_NOISE, rng)


def _noisy(vectors: Floats, length: float, rng: Generator) -> Floats:
    """Unit rows of vectors with normal noise added that is about `length` long."""
    noise = rng.standard_normal(vectors.shape, dtype=np.float32) * np.float32(length / vectors.shape[1] ** 0.5)
    moved = vectors + noise
    found: Floats = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), np.float32(1e-9))
    return found
