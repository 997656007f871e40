"""Canonical correlations and what is made of them: mean CCA, SVCCA, projection-weighted CCA in both directions.

Whitening drops directions without variance. With at least as many dimensions as items every pair of data sets would
correlate perfectly, so a side with d >= n keeps only its n // 10 leading principal directions (at least one).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.features.compare.moments import Doubles, Moments, Side, checked_moments

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


def cca_correlations(x: NDArray[Any], y: NDArray[Any]) -> Doubles:
    """(min(d, e),) canonical correlations of x (n, d) and y (n, e), the largest first. InputError as `check_pair`."""
    return canonical(checked_moments(x, y)).rho


def pwcca_distance(x: NDArray[Any], y: NDArray[Any]) -> float:
    """1 - sum_i w_i rho_i with the weights of x; not symmetric: swap the arguments for the weights of y."""
    return pwcca_from_x(checked_moments(x, y))


def kept_directions(side: Side) -> int:
    """How many directions of a side take part in CCA."""
    return int((_inverse_roots(side) > 0).sum())


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
    return max(1, min(kept_directions(m.x), kept_directions(m.y)))


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
