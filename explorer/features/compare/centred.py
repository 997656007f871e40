"""Centred vectors with their second moments: what linear CKA, CCA and Procrustes are computed from."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Doubles, Floats, Vectors
from explorer.features.compare.draws import half_of
from explorer.features.compare.moments import Moments, Side, moments, principal_coordinates

CENTRING = "each dimension's mean is taken away"
TURN = "rotation, reflection, one scale for all dimensions, shift"
COST = "O(n (d + e)²) in one pass, memory O((d + e)²)"


@dataclass(frozen=True)
class Centred:
    """x (n, d) and y (n, e) float32, centred, with their moments."""

    x: Floats
    y: Floats
    moments: Moments

    @staticmethod
    def of(x: Vectors, y: Vectors, rng: Generator) -> "Centred":
        """Prepare; nothing is drawn. A side with d >= n goes over into its principal coordinates."""
        widths = x.shape[1], y.shape[1]
        x, y = (principal_coordinates(side) if side.shape[1] >= len(side) else side for side in (x, y))
        found = moments(x, y)
        sides = [replace(side, whole=width) for side, width in zip((found.x, found.y), widths, strict=True)]
        left, right = (np.asarray(side, dtype=np.float32) for side in (x, y))
        whole = Moments(sides[0], sides[1], found.cross, found.mixed)
        return Centred(left - left.mean(axis=0), right - right.mean(axis=0), whole)

    def half(self, rng: Generator) -> "Centred":
        """Moments of half of the items, in single precision."""
        rows = half_of(len(self.x), rng)
        x, y = self.x[rows], self.y[rows]
        x, y = x - x.mean(axis=0), y - y.mean(axis=0)
        sides = [_side(one, whole.whole) for one, whole in ((x, self.moments.x), (y, self.moments.y))]
        return Centred(x, y, Moments(sides[0], sides[1], _product(x, y), _mixed(x, y)))

    def shuffled(self, rng: Generator) -> "Centred":
        """Each side's own moments stay, only what lies between them is new."""
        y = self.y[rng.permutation(len(self.y))]
        between = Moments(self.moments.x, self.moments.y, _product(self.x, y), _mixed(self.x, y))
        return Centred(self.x, y, between)


def of_moments(score: Callable[[Moments], float]) -> Callable[[Centred], float]:
    """A score of moments as the score of a prepared pair."""
    return lambda pair: score(pair.moments)


def _side(x: Floats, whole: int) -> Side:
    lengths = np.einsum("ij,ij->i", x, x).astype(np.float64)
    return Side(
        n=len(x),
        covariance=_product(x, x),
        norms=float(lengths.sum()),
        squares=float(lengths @ lengths),
        precise=False,
        whole=whole,
    )


def _product(x: Floats, y: Floats) -> Doubles:
    return np.asarray(x.T @ y, dtype=np.float64)


def _mixed(x: Floats, y: Floats) -> float:
    q, p = np.einsum("ij,ij->i", x, x), np.einsum("ij,ij->i", y, y)
    return float(q.astype(np.float64) @ p.astype(np.float64))
