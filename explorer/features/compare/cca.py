"""Canonical correlations and what is made of them: mean CCA, SVCCA, projection-weighted CCA in both directions.

Whitening drops directions without variance. With at least as many dimensions as items every pair of data sets would
correlate perfectly, so a side with d >= n keeps only its n // 10 leading principal directions (at least one).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Vectors
from explorer.features.compare.centred import CENTRING, COST, TURN, Centred, of_moments
from explorer.features.compare.method import Measure
from explorer.features.compare.moments import Moments, Side, checked_moments

ITEMS_PER_DIRECTION = 10
SVCCA_VARIANCE = 0.99


@dataclass(frozen=True)
class Canonical:
    """Canonical correlations of two sides.

    rho: (min(d, e),) falling, 0 to 1. left, right: (d, d) and (e, e) singular vectors in rows. whiten_x, whiten_y: the
    symmetric inverse roots of the covariances.
    """

    rho: Doubles
    left: Doubles
    right: Doubles
    whiten_x: Doubles
    whiten_y: Doubles


def pwcca_distance(x: Vectors, y: Vectors) -> float:
    """1 - sum_i w_i rho_i with the weights of x; not symmetric: swap the arguments for the weights of y.

    InputError as in `check_pair`.
    """
    return pwcca_from_x(checked_moments(x, y))


def canonical(m: Moments) -> Canonical:
    """The decomposition, made once for all measures that use it (Ding et al. 2021, as in the paper's own code)."""
    if "canonical" not in m.cache:
        white_x, white_y = _whitening(m.x), _whitening(m.y)
        u, rho, vh = np.linalg.svd(white_x @ m.cross @ white_y)
        m.cache["canonical"] = Canonical(rho, u.T, vh, white_x, white_y)
    found: Canonical = m.cache["canonical"]
    return found


def mean_cca(m: Moments) -> float:
    """Mean of the canonical correlations, over the smaller number of directions that take part."""
    return float(canonical(m).rho.sum() / _shared(m))


def mean_squared_cca(m: Moments) -> float:
    """Mean of their squares; its expectation for independent sides is max(d, e) / (n - 1)."""
    return float(np.square(canonical(m).rho).sum() / _shared(m))


def svcca(m: Moments) -> float:
    """Mean canonical correlation after each side is cut to the principal directions that hold 99 % of its variance.

    Raghu et al. 2017.
    """
    left, right = _principal(m.x), _principal(m.y)
    rho = np.linalg.svd(left.T @ m.cross @ right, compute_uv=False)
    return float(rho.sum() / min(left.shape[1], right.shape[1]))


def pwcca_from_x(m: Moments) -> float:
    """1 - sum_i w_i rho_i; w_i: share of sum_j |<h_i, x_j>|, h_i canonical variable i of x (Morcos et al. 2018)."""
    found = canonical(m)
    return _projection_weighted(found.rho, found.left @ found.whiten_x @ m.x.covariance)


def pwcca_from_y(m: Moments) -> float:
    """As `pwcca_from_x` with the canonical variables and the features of y."""
    found = canonical(m)
    return _projection_weighted(found.rho, found.right @ found.whiten_y @ m.y.covariance)


def _projection_weighted(rho: Doubles, products: Doubles) -> float:
    """The weights are shares over all variables of the side, those beyond the smaller side included."""
    weights = np.abs(products).sum(axis=1)
    weights = weights / weights.sum()
    shared = min(len(weights), len(rho))
    return float(1 - weights[:shared] @ rho[:shared])


def _shared(m: Moments) -> int:
    return max(1, min(int((_inverse_roots(side) > 0).sum()) for side in (m.x, m.y)))


def _inverse_roots(side: Side) -> Doubles:
    """(d,) 1 / sqrt(eigenvalue), 0 for directions that take no part."""
    values, _ = side.spectrum
    noise = values[-1] * len(values) * (np.finfo(np.float64).eps if side.precise else np.finfo(np.float32).eps)
    kept = values > noise
    if side.wide:
        kept[: -max(1, side.n // ITEMS_PER_DIRECTION)] = False
    roots: Doubles = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    return roots


def _whitening(side: Side) -> Doubles:
    vectors = side.spectrum[1]
    inverse: Doubles = (vectors * _inverse_roots(side)) @ vectors.T
    return inverse


def _principal(side: Side) -> Doubles:
    """(d, r) whitened leading directions: those with 99 % of the variance among those that take part."""
    values, vectors = side.spectrum
    roots = _inverse_roots(side)
    falling = np.where(roots > 0, values, 0.0)[::-1]
    enough = int(np.searchsorted(np.cumsum(falling), SVCCA_VARIANCE * falling.sum()) + 1)
    count = min(enough, int((roots > 0).sum()))
    directions: Doubles = (vectors * roots)[:, ::-1][:, :count]
    return directions


_LINEAR = "any invertible linear map of either side, shift"
_MEANING = (
    "Every direction counts alike, also those that are noise. With n items the mean square of unrelated sides is "
    "already max(d, e) / (n − 1)."
)
_COST = f"{COST}, O(d³)"


def _projected(key: str, direction: str, score: Callable[[Moments], float]) -> Measure:
    own, other = ("A", "B") if direction == "A to B" else ("B", "A")
    dimension = f"{own.lower()}ⱼ"
    return Measure(
        name=f"pwcca_{key}",
        label=f"PWCCA, weights of {own}",
        group="CCA",
        family=Centred,
        score=of_moments(score),
        formula=f"1 − Σ wᵢ ρᵢ, wᵢ ∝ Σⱼ |⟨hᵢ, {dimension}⟩| over the dimensions {dimension} of {own}",
        centring=CENTRING,
        invariant=f"of {other}: any invertible linear map; of {own}: scale, shift, order of dimensions",
        cost=_COST,
        meaning=f"How much of what {own} uses is missing in {other}. Not symmetric: look at both directions.",
        source="Morcos et al. 2018",
        direction=direction,
        best=0.0,
        higher=False,
        items_per_dimension=10,
    )


MEASURES = [
    Measure(
        name="cca",
        label="CCA, mean",
        group="CCA",
        family=Centred,
        score=of_moments(mean_cca),
        formula="mean of the canonical correlations ρ",
        centring=CENTRING,
        invariant=_LINEAR,
        cost=_COST,
        meaning=_MEANING,
        source="Hotelling 1936; Raghu et al. 2017",
        items_per_dimension=10,
    ),
    Measure(
        name="cca_squared",
        label="CCA, mean squared",
        group="CCA",
        family=Centred,
        score=of_moments(mean_squared_cca),
        formula="mean of ρ²",
        centring=CENTRING,
        invariant=_LINEAR,
        cost=_COST,
        meaning=_MEANING,
        source="Kornblith et al. 2019",
        items_per_dimension=10,
    ),
    Measure(
        name="svcca",
        label="SVCCA",
        group="CCA",
        family=Centred,
        score=of_moments(svcca),
        formula="mean of ρ after each side keeps the principal directions with 99 % of its variance",
        centring=CENTRING,
        invariant=TURN,
        cost=_COST,
        meaning="As CCA, without the directions that hold almost no variance.",
        source="Raghu et al. 2017",
        items_per_dimension=10,
    ),
    _projected("ab", "A to B", pwcca_from_x),
    _projected("ba", "B to A", pwcca_from_y),
]
