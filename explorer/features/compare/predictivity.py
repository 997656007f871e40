"""How well one side is found from the other by a linear map, on items that the map was not fitted on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.features.compare.centred import CENTRING
from explorer.features.compare.draws import half_of
from explorer.features.compare.method import Measure

MOST = 2_000
PENALTIES = np.logspace(-6, 3, 19)
"""Ridge penalties that are tried, in units of the mean squared singular value."""


@dataclass(frozen=True)
class Inputs:
    """Where is mapped from: `fit` (n, d) and `test` (m, d) vectors of different items; decomposed once."""

    fit: Doubles
    test: Doubles

    @cached_property
    def svd(self) -> tuple[Doubles, Doubles, Doubles]:
        """Of the centred vectors to fit on: (n, r), (r,), (r, d)."""
        u, s, vh = np.linalg.svd(self.fit - self.fit.mean(axis=0), full_matrices=False)
        return u, s, vh

    @cached_property
    def turned(self) -> Doubles:
        """(m, r) test vectors in the principal directions of the fit."""
        turned: Doubles = (self.test - self.fit.mean(axis=0)) @ self.svd[2].T
        return turned

    @cached_property
    def matching(self) -> Doubles:
        """(m, n) what the fitted items' targets are multiplied by to match directly: [X_test 1] pinv([X_fit 1])."""
        with_ones = [np.hstack([side, np.ones((len(side), 1))]) for side in (self.fit, self.test)]
        product: Doubles = with_ones[1] @ np.linalg.pinv(with_ones[0])
        return product


@dataclass(frozen=True)
class Fit:
    """Inputs, the targets of the items to fit on, and those of the items to test on. shown: test rows that count."""

    inputs: Inputs
    fit: Doubles
    test: Doubles
    shown: Rows


@dataclass(frozen=True)
class Split:
    """Both directions: `there` maps A to B, `back` maps B to A."""

    there: Fit
    back: Fit

    @staticmethod
    def of(x: Vectors, y: Vectors, rng: Generator) -> "Split":
        """Half of the items, at random, to fit on; the other half to test on."""
        order = rng.permutation(len(x))
        fit, test = order[: len(x) // 2], order[len(x) // 2 :]
        left, right = (np.asarray(side, dtype=np.float64) for side in (x, y))
        sides = Inputs(left[fit], left[test]), Inputs(right[fit], right[test])
        shown = np.arange(len(test))
        return Split(Fit(sides[0], right[fit], right[test], shown), Fit(sides[1], left[fit], left[test], shown))

    def half(self, rng: Generator) -> "Split":
        """The same fit, judged on half of the test items."""
        shown = half_of(len(self.there.test), rng)
        there, back = (Fit(one.inputs, one.fit, one.test, shown) for one in (self.there, self.back))
        return Split(there, back)

    def shuffled(self, rng: Generator) -> "Split":
        """Targets of other items, for fitting and for testing."""
        fit, test = rng.permutation(len(self.there.fit)), rng.permutation(len(self.there.test))
        there, back = (Fit(one.inputs, one.fit[fit], one.test[test], one.shown) for one in (self.there, self.back))
        return Split(there, back)


def explained(fit: Fit) -> float:
    """Share of the variance of the held-out targets that ridge regression explains, at most 1.

    1 - sum of squared errors over sum of squares around the mean of the fitting half, all dimensions together. The
    penalty is chosen by generalised cross-validation on the fitting half.
    """
    mean = fit.fit.mean(axis=0)
    u, s, _ = fit.inputs.svd
    targets = fit.fit - mean
    projected = u.T @ targets
    penalty = _penalty(s, projected, float((targets**2).sum()), len(targets))
    found = fit.inputs.turned[fit.shown] @ ((s / (s * s + penalty))[:, None] * projected)
    wanted = fit.test[fit.shown] - mean
    return float(1 - np.square(wanted - found).sum() / np.square(wanted).sum())


def residual(fit: Fit) -> float:
    """||X W' + b - Y||^2 / ||Y||^2 on the held-out items, [W b] = pinv([X 1]) Y of the other half."""
    found = fit.inputs.matching[fit.shown] @ fit.fit
    wanted = fit.test[fit.shown]
    return float(np.square(wanted - found).sum() / np.square(wanted).sum())


def _penalty(s: Doubles, projected: Doubles, total: float, n: int) -> float:
    """The penalty with the least ||(I - H) Y||^2 / (n - 1 - trace H)^2 (Golub, Heath & Wahba 1979)."""
    power = np.square(projected).sum(axis=1)
    penalties = PENALTIES * float(np.mean(np.square(s[s > 1e-9 * s[0]])))
    shrink = s * s / (s * s + penalties[:, None])
    left = total - ((1 - (1 - shrink) ** 2) * power).sum(axis=1)
    freedom = np.maximum(n - 1 - shrink.sum(axis=1), 1e-9)
    return float(penalties[np.argmin(left / freedom**2)])


def _measures(key: str, direction: str, way: Callable[[Split], Fit]) -> list[Measure]:
    source, target = ("A", "B") if direction == "A to B" else ("B", "A")
    return [
        Measure(
            name=f"predict_{key}",
            label=f"Linear predictivity, {direction}",
            group="Prediction",
            family=Split,
            score=lambda split: explained(way(split)),
            formula=f"share of the variance of held-out {target} explained by ridge regression from {source}",
            centring=CENTRING,
            invariant=f"shift; of {target}: rotation, scale",
            cost="one SVD of half of the items, O(n d²)",
            meaning=f"1: {source} holds all of {target} linearly; 0: no better than the mean; below 0: worse than "
            "that.",
            source="Yamins et al. 2014",
            worst=-np.inf,
            trained="ridge regression on a random half of the items, penalty by generalised cross-validation",
            direction=direction,
            items_per_dimension=2,
            most=MOST,
        ),
        Measure(
            name=f"match_{key}",
            label=f"Direct matching residual, {direction}",
            group="Prediction",
            family=Split,
            score=lambda split: residual(way(split)),
            formula=f"‖{source}Wᵀ + b − {target}‖² / ‖{target}‖² on held-out items, "
            f"[W b] = pinv([{source} 1]) {target}",
            centring="none; the bias b takes its place",
            invariant=f"of {source}: any invertible affine map; of {target}: rotation, scale",
            cost="one pseudo-inverse of half of the items, O(n d²)",
            meaning=f"0: an affine map turns {source} into {target} exactly. Without a penalty it is large for few "
            "items.",
            source="Csiszárik et al. 2021",
            trained="a pseudo-inverse on a random half of the items",
            direction=direction,
            best=0.0,
            worst=np.inf,
            higher=False,
            items_per_dimension=10,
            most=MOST,
        ),
    ]


MEASURES = [
    *_measures("ab", "A to B", lambda split: split.there),
    *_measures("ba", "B to A", lambda split: split.back),
]
