"""Canonical correlations and what is made of them: mean CCA, SVCCA, projection-weighted CCA in both directions.

Whitening drops directions along which the items spread by no more than the errors of their stored numbers (see `rank`):
their correlations would be those of the errors. With at least as many dimensions as items every pair of data sets would
correlate perfectly, so a side with d >= n keeps only its n // 10 leading principal directions (at least one).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Mask, Vectors
from explorer.features.compare.centred import CENTRING, COST, TURN, Centred, of_moments
from explorer.features.compare.method import Measure
from explorer.features.compare.moments import Moments, Side, checked_moments

ITEMS_PER_DIRECTION = 10
SVCCA_VARIANCE = 0.99


@dataclass(frozen=True)
class Canonical:
    """Canonical correlations of two sides of which r and s directions take part.

    rho: (min(r, s),) falling, 0 to 1. left, right: (r, d) and (s, e) what the canonical variables are made of, one a
    row; those beyond the smaller side correlate with nothing.
    """

    rho: Doubles
    left: Doubles
    right: Doubles


def pwcca_distance(x: Vectors, y: Vectors) -> float:
    """1 - sum_i w_i rho_i with the weights of x; not symmetric: swap the arguments for the weights of y.

    InputError as in `check_pair`.
    """
    return pwcca_from_x(checked_moments(x, y))


def canonical(m: Moments) -> Canonical:
    """The decomposition, made once for all measures that use it (Ding et al. 2021, as in the paper's own code).

    Among the directions that take part alone: mixed with the others, what has no correlation would have any weight.
    """
    if "canonical" not in m.cache:
        white_x, white_y = _whitening(m.x), _whitening(m.y)
        u, rho, vh = np.linalg.svd(white_x.T @ m.cross @ white_y)
        m.cache["canonical"] = Canonical(rho, u.T @ white_x.T, vh @ white_y.T)
    found: Canonical = m.cache["canonical"]
    return found


def mean_cca(m: Moments) -> float:
    """Mean of the canonical correlations, over the smaller number of directions that take part."""
    return float(canonical(m).rho.mean())


def mean_squared_cca(m: Moments) -> float:
    """Mean of their squares; its expectation for independent sides is max(d, e) / (n - 1)."""
    return float(np.square(canonical(m).rho).mean())


def svcca(m: Moments) -> float:
    """Mean canonical correlation after each side is cut to the principal directions that hold 99 % of its variance.

    Raghu et al. 2017.
    """
    left, right = (_principal(side, SVCCA_VARIANCE) for side in (m.x, m.y))
    rho = np.linalg.svd(left.T @ m.cross @ right, compute_uv=False)
    return float(rho.sum() / min(left.shape[1], right.shape[1]))


def pwcca_from_x(m: Moments) -> float:
    """1 - sum_i w_i rho_i; w_i: share of sum_j |<h_i, x_j>|, h_i canonical variable i of x (Morcos et al. 2018)."""
    found = canonical(m)
    return _projection_weighted(found.rho, found.left @ m.x.covariance)


def pwcca_from_y(m: Moments) -> float:
    """As `pwcca_from_x` with the canonical variables and the features of y."""
    found = canonical(m)
    return _projection_weighted(found.rho, found.right @ m.y.covariance)


def _projection_weighted(rho: Doubles, products: Doubles) -> float:
    """The weights are shares over all variables of the side, those beyond the smaller side included."""
    weights = np.abs(products).sum(axis=1)
    return float(1 - weights[: len(rho)] @ rho / weights.sum())


def _taking_part(side: Side) -> Mask:
    """(d,) principal directions that take part; at least the largest one."""
    kept = side.directions.copy()
    if side.wide:
        kept[: -max(1, side.n // ITEMS_PER_DIRECTION)] = False
    kept[-1] = True
    return kept


def _whitening(side: Side) -> Doubles:
    """(d, r) the directions that take part, each over the root of its eigenvalue.

    Where all take part it is the symmetric inverse root, as in the paper's code: what the variables beyond the smaller
    side are, and so their weights, follows from this choice.
    """
    vectors, white = side.spectrum[1], _principal(side, 1.0)
    return white @ vectors[:, ::-1].T if white.shape[1] == len(vectors) else white


def _principal(side: Side, share: float) -> Doubles:
    """(d, r) leading directions with that share of the variance of those that take part, whitened, largest first."""
    (values, vectors), kept = side.spectrum, _taking_part(side)
    falling = values[kept][::-1]
    enough = int(np.searchsorted(np.cumsum(falling), share * falling.sum()) + 1) if share < 1 else len(falling)
    white: Doubles = vectors[:, kept][:, ::-1][:, :enough] / np.sqrt(falling[:enough])
    return white


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
        worst=1.0,
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
