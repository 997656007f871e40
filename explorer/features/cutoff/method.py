"""The maps of the cosine, and the card of each.

Source: relevance filtering by a query-dependent map of the cosine (Cosine Adapter), as its abstract and notes on it
tell it: a small network on the query vector gives the parameters of a linear, square root, quadratic or power map,
fitted on judgments of relevance; one threshold for all queries. Its parametrisation, layers and loss are not public:
this is a reconstruction.

With u = (1 + cosine) / 2, z(u) = a (u^p - m^p) / (p m^(p-1) s) + b, and F = 1 / (1 + exp(-z)). m and s are mean and
standard deviation of u over the pairs that it learns from, so that for every p the map has the slope a / s at m. a > 0
makes it rise for every value that the network may give. p is 1, 1/2 or 2, or given by the network (power).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.method import MethodCard

Numbers = NDArray[np.float64]
OUTPUTS = 3  # numbers that the network gives: of the slope, the offset, the exponent
LEAST_SLOPE = 1e-3
STEEPEST = 2.0  # the exponent of a power map lies between exp(-2) and exp(2)


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation of u = (1 + cosine) / 2 over the pairs that a map was learned from."""

    middle: float
    spread: float


@dataclass(frozen=True, kw_only=True)
class CutMethod(MethodCard):
    """A way to say how relevant an item is. exponent: p, None where the network gives it; sees_query: whether the
    network is given the query; learned: whether there is anything to learn.
    """

    exponent: float | None = 1.0
    sees_query: bool = True
    learned: bool = True


def steered(exponent: Any, slope: Any, offset: Any, u: Any, scale: Scale) -> Any:
    """The formula above, of arrays or tensors that fit each other."""
    middle = scale.middle
    return slope * (u**exponent - middle**exponent) / (exponent * middle ** (exponent - 1) * scale.spread) + offset


def logits(cosines: Floats, given: Numbers, scale: Scale, exponent: float | None) -> Numbers:
    """(q, k) z of (q, k) cosines, from the (q, 3) numbers that the network gives; rises with the cosine in each row.

    NaN where the cosine is NaN.
    """
    u = np.maximum((1 + cosines.astype(np.float64)) / 2, 0)
    slope = np.logaddexp(0, given[:, :1]) + LEAST_SLOPE
    power = np.exp(STEEPEST * np.tanh(given[:, 2:3] / STEEPEST)) if exponent is None else exponent
    found: Numbers = steered(power, slope, given[:, 1:2], u, scale)
    return found


SOURCE = "after the Cosine Adapter (relevance filtering); a reconstruction, its exact form is not public"
COSINE = CutMethod(name="cosine", label="Cosine itself", formula="cos(q, x) ≥ t", learned=False)
CONTROL = CutMethod(
    name="control",
    label="Same map for all queries",
    formula="F(cos(q, x); θ) ≥ t, θ the same for all queries",
    baseline="cosine",
    exponent=None,
    sees_query=False,
    trained="binary cross-entropy on judged pairs",
)


def _adapter(name: str, label: str, of_u: str, exponent: float | None) -> CutMethod:
    return CutMethod(
        name=name,
        label=label,
        formula=f"σ(a(q) · {of_u} + b(q)) ≥ t, u = (1 + cos(q, x)) / 2",
        source=SOURCE,
        needs=("relevance",),
        baseline="control",
        trained="binary cross-entropy on judged pairs; stops early on validation queries",
        exponent=exponent,
    )


LINEAR = _adapter("linear", "Linear map by query", "u", 1.0)
ROOT = _adapter("root", "Square root map by query", "√u", 0.5)
QUADRATIC = _adapter("quadratic", "Quadratic map by query", "u²", 2.0)
POWER = _adapter("power", "Power map by query", "u^p(q)", None)
