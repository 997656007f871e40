"""Orthogonal Procrustes: how far two sets of vectors are apart after the best rotation or reflection.

Both sides are centred and scaled to Frobenius norm 1 (Ding et al. 2021; Williams et al. 2021). Sides of different
width are compared as if the narrower one were filled up with zeros.
"""

import numpy as np

from explorer.base.arrays import Doubles, Vectors
from explorer.features.compare.centred import CENTRING, COST, TURN, Centred, of_moments
from explorer.features.compare.method import Measure
from explorer.features.compare.moments import Moments, checked_moments


def procrustes_distance(x: Vectors, y: Vectors) -> float:
    """Min over orthogonal R of ||X R - Y||^2, 0 to 2, of x (n, d) and y (n, e). InputError as in `check_pair`."""
    return procrustes_squared(checked_moments(x, y))


def procrustes_squared(m: Moments) -> float:
    """||X||^2 + ||Y||^2 - 2 ||X'Y||_* = 2 - 2 ||X'Y||_*: the square of a distance, itself not a metric."""
    return 2 - 2 * _overlap(m)


def procrustes_length(m: Moments) -> float:
    """The distance itself, square root of `procrustes_squared`: a metric, 0 to the root of 2."""
    return float(np.sqrt(max(procrustes_squared(m), 0.0)))


def procrustes_angle(m: Moments) -> float:
    """Arccos ||X'Y||_*, in radians, 0 to pi / 2: the angular metric of Williams et al. 2021, equation 8."""
    return float(np.arccos(np.clip(_overlap(m), -1.0, 1.0)))


def align(x: Vectors, y: Vectors) -> Doubles:
    """The rows of y (n, d) turned or mirrored and shifted as a whole to lie as close as possible to x (n, d).

    No scaling: the best scale of an unrelated side is 0, and all its items would fall on one point.
    """
    left, right = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    centre = left.mean(axis=0)
    left, right = left - centre, right - right.mean(axis=0)
    u, _, vh = np.linalg.svd(right.T @ left)
    moved: Doubles = right @ (u @ vh) + centre
    return moved


def _overlap(m: Moments) -> float:
    """Nuclear norm of the cross products of the centred sides, each of Frobenius norm 1."""
    if "nuclear" not in m.cache:
        nuclear = np.linalg.svd(m.cross, compute_uv=False).sum()
        m.cache["nuclear"] = float(nuclear / np.sqrt(m.x.norms * m.y.norms))
    found: float = m.cache["nuclear"]
    return found


_COST = f"{COST}, O(d³)"
MEASURES = [
    Measure(
        name="procrustes",
        label="Procrustes, squared",
        group="Procrustes",
        family=Centred,
        score=of_moments(procrustes_squared),
        formula="2 − 2 ‖AᵀB‖⁎ (sum of singular values), A and B of Frobenius norm 1",
        centring=CENTRING,
        invariant=TURN,
        cost=_COST,
        meaning="0 is the same up to rotation and scale, 2 nothing shared. Stricter than CKA: all directions must fit.",
        source="Schönemann 1966; Ding et al. 2021",
        best=0.0,
        worst=2.0,
        higher=False,
        items_per_dimension=5,
    ),
    Measure(
        name="procrustes_length",
        label="Procrustes distance",
        group="Procrustes",
        family=Centred,
        score=of_moments(procrustes_length),
        formula="√(2 − 2 ‖AᵀB‖⁎)",
        centring=CENTRING,
        invariant=TURN,
        cost=_COST,
        meaning="The square root of the squared one: 0 to 1.41, a metric.",
        source="Williams et al. 2021",
        best=0.0,
        worst=np.sqrt(2),
        higher=False,
        metric=True,
        items_per_dimension=5,
    ),
    Measure(
        name="procrustes_angle",
        label="Procrustes angle",
        group="Procrustes",
        family=Centred,
        score=of_moments(procrustes_angle),
        formula="arccos ‖AᵀB‖⁎, in radians",
        centring=CENTRING,
        invariant=TURN,
        cost=_COST,
        meaning="0 is the same up to rotation and scale, π/2 = 1.57 nothing shared. A metric.",
        source="Williams et al. 2021",
        best=0.0,
        worst=np.pi / 2,
        higher=False,
        metric=True,
        items_per_dimension=5,
    ),
]
