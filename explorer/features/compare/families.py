"""What measures are computed from, made once for a pair and cheap to resample.

Each family can give itself for half of its items, drawn without replacement, and for items of B dealt out anew.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.features.compare.moments import Moments, Side, moments, principal_coordinates

Resample = np.random.Generator


class Prepared(Protocol):
    """A pair of representations, ready for the measures of one family."""

    def half(self, rng: Resample) -> Self:
        """The same for half of the items."""

    def shuffled(self, rng: Resample) -> Self:
        """The same with the items of the second side in random order: nothing is shared any more."""


@dataclass(frozen=True)
class Centred:
    """x (n, d) and y (n, e) float32, centred, with their moments."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    moments: Moments

    @staticmethod
    def of(x: NDArray[Any], y: NDArray[Any], rng: Resample) -> "Centred":
        """Prepare; nothing is drawn. A side with d >= n goes over into its principal coordinates."""
        widths = x.shape[1], y.shape[1]
        x, y = (principal_coordinates(side) if side.shape[1] >= len(side) else side for side in (x, y))
        found = moments(x, y)
        sides = [replace(side, whole=width) for side, width in zip((found.x, found.y), widths, strict=True)]
        left, right = (np.asarray(side, dtype=np.float32) for side in (x, y))
        whole = Moments(sides[0], sides[1], found.cross, found.mixed)
        return Centred(left - left.mean(axis=0), right - right.mean(axis=0), whole)

    def half(self, rng: Resample) -> "Centred":
        """Moments of half of the items, in single precision."""
        rows = half_of(len(self.x), rng)
        x, y = self.x[rows], self.y[rows]
        x, y = x - x.mean(axis=0), y - y.mean(axis=0)
        sides = [_side(one, whole.whole) for one, whole in ((x, self.moments.x), (y, self.moments.y))]
        return Centred(x, y, Moments(sides[0], sides[1], _product(x, y), _mixed(x, y)))

    def shuffled(self, rng: Resample) -> "Centred":
        """Each side's own moments stay, only what lies between them is new."""
        y = self.y[rng.permutation(len(self.y))]
        between = Moments(self.moments.x, self.moments.y, _product(self.x, y), _mixed(self.x, y))
        return Centred(self.x, y, between)


def half_of(n: int, rng: Resample) -> Rows:
    """N // 2 distinct rows, in order."""
    return np.sort(rng.permutation(n)[: n // 2]).astype(np.int64)


def _side(x: NDArray[np.float32], whole: int) -> Side:
    lengths = np.einsum("ij,ij->i", x, x).astype(np.float64)
    return Side(len(x), _product(x, x), float(lengths.sum()), float(lengths @ lengths), False, whole)


def _product(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(x.T @ y, dtype=np.float64)


def _mixed(x: NDArray[np.float32], y: NDArray[np.float32]) -> float:
    q, p = np.einsum("ij,ij->i", x, x), np.einsum("ij,ij->i", y, y)
    return float(q.astype(np.float64) @ p.astype(np.float64))
