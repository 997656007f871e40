"""Centred vectors with their second moments: what linear CKA, CCA and Procrustes are computed from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Doubles, Vectors
from explorer.features.compare.draws import half_of
from explorer.features.compare.moments import BLOCK, Given, Moments, Side, moments_of

CENTRING = "each dimension's mean is taken away"
TURN = "rotation, reflection, one scale for all dimensions, shift"
COST = "O(n (d + e)²) in one pass, memory O((d + e)²)"


@dataclass(frozen=True)
class Centred:
    """x (n, d) and y (n, e), centred, float32 unless they were given in double precision, with their moments."""

    x: Vectors
    y: Vectors
    moments: Moments

    @staticmethod
    def of(x: Vectors, y: Vectors, rng: Generator) -> "Centred":
        """Prepare; nothing is drawn. A side with d >= n goes over into its principal coordinates."""
        left, right = Given.of(x), Given.of(y)
        return Centred.known(left.rows, right.rows, moments_of(left, right))

    @staticmethod
    def known(x: Vectors, y: Vectors, moments: Moments) -> "Centred":
        """Of x (n, d) and y (n, e), d and e below n, whose moments are known."""
        return Centred(_centred(x), _centred(y), moments)

    def half(self, rng: Generator) -> "Centred":
        """Moments of half of the items."""
        rows = half_of(len(self.x), rng)
        x, y = _centred(self.x[rows]), _centred(self.y[rows])
        sides = [_side(one, whole) for one, whole in ((x, self.moments.x), (y, self.moments.y))]
        return Centred(x, y, Moments(sides[0], sides[1], _product(x, y), _mixed(x, y)))

    def shuffled(self, rng: Generator) -> "Centred":
        """Each side's own moments stay, only what lies between them is new."""
        y = self.y[rng.permutation(len(self.y))]
        between = Moments(self.moments.x, self.moments.y, _product(self.x, y), _mixed(self.x, y))
        return Centred(self.x, y, between)


def of_moments(score: Callable[[Moments], float]) -> Callable[[Centred], float]:
    """A score of moments as the score of a prepared pair."""
    return lambda pair: score(pair.moments)


def _centred(x: Vectors) -> Vectors:
    kind = np.float64 if x.dtype == np.float64 else np.float32
    return np.asarray(x - x.mean(axis=0, dtype=np.float64), dtype=kind)


def _side(x: Vectors, whole: Side) -> Side:
    """Of the rows of half of the items of `whole`, whose numbers have the same errors."""
    lengths = _lengths(x)
    return Side(
        n=len(x),
        covariance=_product(x, x),
        norms=float(lengths.sum()),
        squares=float(lengths @ lengths),
        rounding=whole.rounding * (len(x) / whole.n),
        whole=whole.whole,
    )


def _product(x: Vectors, y: Vectors) -> Doubles:
    """(d, e) sum of products, in double precision, block by block."""
    total = np.zeros((x.shape[1], y.shape[1]))
    for start in range(0, len(x), BLOCK):
        left, right = (np.asarray(side[start : start + BLOCK], dtype=np.float64) for side in (x, y))
        total += left.T @ (left if y is x else right)
    return total


def _mixed(x: Vectors, y: Vectors) -> float:
    return float(_lengths(x) @ _lengths(y))


def _lengths(x: Vectors) -> Doubles:
    """(n,) squared lengths of the rows."""
    return np.asarray(np.einsum("ij,ij->i", x, x, dtype=np.float64))
