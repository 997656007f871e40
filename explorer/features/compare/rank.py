"""Numerical rank: the principal directions along which stored vectors spread by more than their numbers' own errors.

A number stored in steps of relative size e lies up to e / 2 beside the true one, so that stored vectors spread a little
along every direction, also where the true ones do not. Such a direction is none, however many items there are.
"""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Mask, Vectors

MEAN_SQUARE = 0.045
"""Mean squared error of a rounding, in units of (e x)^2: (step / x)^2 / 12 averaged over a power of two."""
EDGE = 4.0
"""Largest eigenvalue of rounding errors over their mean, for as many dimensions as items; with more items it is less
(Marchenko & Pastur 1967), but copies of items count once, so that the limit does not fall with the number of items.
"""
SUMS = 100
"""At least so many roundings are allowed for in sums of products, as shares of the largest eigenvalue."""
_BLOCK = 8192


@dataclass(frozen=True)
class Step:
    """How finely a number type stores. relative: step over size; least: step near 0. errors: variance of the errors in
    roundings: one for half precision, which only stores; 8 squared for others, which the vectors were computed in.
    """

    relative: float
    least: float
    errors: float

    def rounding(self, squares: Doubles, n: int) -> Doubles:
        """(d,) expected sum of squared errors of n stored items; squares: (d,) sums of squares, not centred."""
        found: Doubles = self.errors * (MEAN_SQUARE * self.relative**2 * squares + n * self.least**2 / 12)
        return found


HALF, SINGLE, DOUBLE = Step(2.0**-10, 2.0**-24, 1.0), Step(2.0**-23, 2.0**-149, 64.0), Step(2.0**-52, 0.0, 64.0)


def step_of(x: Vectors) -> Step:
    """That of the coarsest type which holds all of x (n, d): half precision values kept in a wider type stay half."""
    if x.dtype == np.float16 or _fits(x, np.float16):
        return HALF
    return SINGLE if x.dtype == np.float32 or _fits(x, np.float32) else DOUBLE


def directions(spectrum: tuple[Doubles, Doubles], rounding: Doubles, many: float = 1.0) -> Mask:
    """(d,) principal directions whose eigenvalue lies above what rounding gives them.

    spectrum: (d,) eigenvalues, rising, and (d, d) eigenvectors of the sums of products. rounding: (d,) of `Step`.
    many: dimensions for each item, where there are more dimensions than items.
    """
    values, vectors = spectrum
    stored = EDGE * max(many, 1.0) * (rounding @ np.square(vectors))
    summed = values[-1] * max(len(values), SUMS) * np.finfo(np.float64).eps
    return np.asarray(values > np.maximum(stored, summed))


def _fits(x: Vectors, kind: type[np.float16 | np.float32]) -> bool:
    """True when no value changes as `kind`; stops at the first block that does."""
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(x), _BLOCK):
            block = np.asarray(x[start : start + _BLOCK])
            if not np.array_equal(block.astype(kind).astype(block.dtype), block):
                return False
    return True
