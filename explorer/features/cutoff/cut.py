"""A learned cut-off: which similarities of a query it keeps, and its curve."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Mask
from explorer.features.cutoff.contract import METHODS
from explorer.features.cutoff.learn import LAYERS, Adapter
from explorer.features.cutoff.method import LEAST_SLOPE, STEEPEST, Numbers, Scale, logits
from explorer.heads.head import Head
from explorer.index import QueryKind

KIND = "cutoff"
POINTS = 101


@dataclass(frozen=True)
class Curve:
    """F over the cosine for one query. level: the cosine that the threshold stands for, below -1 keeps all, above 1
    none. control, control_level: of the map that is the same for all queries. All F from 0 to 1.
    """

    cosines: Floats
    relevance: Numbers
    threshold: float
    level: float
    control: Numbers
    control_level: float


@dataclass(frozen=True, kw_only=True)
class Cutoff:
    """A map by query with its threshold, and the same map for all queries with its own.

    threshold, control_threshold: of z, see `method`. given: (1, 3) numbers of the control. card: what it was learned
    from and what it is worth, see `service.train`.
    """

    name: str
    adapter: Adapter
    threshold: float
    given: Numbers
    control_threshold: float
    card: dict[str, Any]

    @property
    def kind(self) -> QueryKind:
        """The kind of queries that it was learned from."""
        found: QueryKind = self.card["kind"]
        return found

    def keeps(self, query: Floats, similarities: Floats) -> Mask:
        """(k,) True for the similarities of the (d,) query that reach the threshold."""
        scores = self.adapter.scores(query[None], similarities[None])[0]
        kept: Mask = scores >= self.threshold
        return kept

    def curve(self, query: Floats, low: float, high: float) -> Curve:
        """F between two cosines, for a (d,) query."""
        cosines = np.linspace(low, high, POINTS, dtype=np.float32)
        given, scale = self.adapter.given(query[None]), self.adapter.scale
        exponent = self.adapter.method.exponent
        return Curve(
            cosines=cosines,
            relevance=sigmoid(logits(cosines[None], given, scale, exponent)[0]),
            threshold=float(sigmoid(np.array(self.threshold))),
            level=level(given, scale, exponent, self.threshold),
            control=sigmoid(logits(cosines[None], self.given, scale, METHODS["control"].exponent)[0]),
            control_level=level(self.given, scale, METHODS["control"].exponent, self.control_threshold),
        )

    def as_head(self, encoder: str, fingerprint: str) -> Head:
        """To be stored."""
        told = {
            "method": self.adapter.method.name,
            "scale": [self.adapter.scale.middle, self.adapter.scale.spread],
            "threshold": self.threshold,
            "control": [*self.given[0].tolist(), self.control_threshold],
        }
        weights = {name: self.adapter.weights[name] for name in LAYERS}
        return Head(
            kind=KIND, encoder=encoder, fingerprint=fingerprint, weights=weights, card=self.card | {"map": told}
        )


def of_head(name: str, head: Head) -> Cutoff:
    """A stored one."""
    told = head.card["map"]
    adapter = Adapter(method=METHODS[told["method"]], weights=head.weights, scale=Scale(*told["scale"]))
    *given, threshold = told["control"]
    return Cutoff(
        name=name,
        adapter=adapter,
        threshold=float(told["threshold"]),
        given=np.array([given], dtype=np.float64),
        control_threshold=float(threshold),
        card=head.card,
    )


def level(given: Numbers, scale: Scale, exponent: float | None, threshold: float) -> float:
    """The cosine at which z of the first query reaches `threshold`; -1 when z is above it for every cosine."""
    slope = float(np.logaddexp(0, given[0, 0])) + LEAST_SLOPE
    power = float(np.exp(STEEPEST * np.tanh(given[0, 2] / STEEPEST))) if exponent is None else exponent
    middle = scale.middle
    raised = (threshold - given[0, 1]) / slope * power * middle ** (power - 1) * scale.spread + middle**power
    return float(2 * max(raised, 0.0) ** (1 / power) - 1)


def sigmoid(z: Numbers) -> Numbers:
    """1 / (1 + exp(-z)) of any shape, without overflow."""
    found: Numbers = np.exp(-np.logaddexp(0, -z))
    return found
