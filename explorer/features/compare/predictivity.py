"""How well one side is found from the other by a linear map, on items that the map was not fitted on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.features.compare.checks import check_pair
from explorer.features.compare.families import Resample, half_of
from explorer.features.compare.moments import Doubles

PENALTIES = np.logspace(-6, 3, 19)
"""Ridge penalties that are tried, in units of the mean squared singular value."""


@dataclass(frozen=True)
class Source:
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
    """A source, the targets of the items to fit on, and those of the items to test on. shown: test rows that count."""

    source: Source
    fit: Doubles
    test: Doubles
    shown: NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Both directions: `there` maps A to B, `back` maps B to A."""

    there: Fit
    back: Fit

    @staticmethod
    def of(x: NDArray[Any], y: NDArray[Any], rng: Resample) -> "Split":
        """Half of the items, at random, to fit on; the other half to test on."""
        order = rng.permutation(len(x))
        fit, test = order[: len(x) // 2], order[len(x) // 2 :]
        left, right = (np.asarray(side, dtype=np.float64) for side in (x, y))
        sources = Source(left[fit], left[test]), Source(right[fit], right[test])
        shown = np.arange(len(test))
        return Split(Fit(sources[0], right[fit], right[test], shown), Fit(sources[1], left[fit], left[test], shown))

    def half(self, rng: Resample) -> "Split":
        """The same fit, judged on half of the test items."""
        shown = half_of(len(self.there.test), rng)
        there, back = (Fit(one.source, one.fit, one.test, shown) for one in (self.there, self.back))
        return Split(there, back)

    def shuffled(self, rng: Resample) -> "Split":
        """Targets of other items, for fitting and for testing."""
        fit, test = rng.permutation(len(self.there.fit)), rng.permutation(len(self.there.test))
        there, back = (Fit(one.source, one.fit[fit], one.test[test], one.shown) for one in (self.there, self.back))
        return Split(there, back)


def predictivity(x: NDArray[Any], y: NDArray[Any], rng: Resample) -> float:
    """Share of the variance of held-out y (n, e) that ridge regression from x (n, d) explains; at most 1.

    Half of the items fit, half test; the penalty is chosen by generalised cross-validation on the fitting half.
    """
    check_pair(x, y)
    return explained(Split.of(x, y, rng).there)


def matching_residual(x: NDArray[Any], y: NDArray[Any], rng: Resample) -> float:
    """||X W' + b - Y||^2 / ||Y||^2 on held-out items, [W b] = pinv([X 1]) Y of the other half."""
    check_pair(x, y)
    return residual(Split.of(x, y, rng).there)


def explained(fit: Fit) -> float:
    """1 - sum of squared errors over sum of squares around the mean of the fitting half, all dimensions together."""
    mean = fit.fit.mean(axis=0)
    u, s, _ = fit.source.svd
    targets = fit.fit - mean
    projected = u.T @ targets
    penalty = _penalty(s, projected, float((targets**2).sum()), len(targets))
    found = fit.source.turned[fit.shown] @ ((s / (s * s + penalty))[:, None] * projected)
    wanted = fit.test[fit.shown] - mean
    return float(1 - np.square(wanted - found).sum() / np.square(wanted).sum())


def residual(fit: Fit) -> float:
    """Relative squared error of direct matching on the test items."""
    found = fit.source.matching[fit.shown] @ fit.fit
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
