"""What a measure says about itself; the files of the measures stand on it, and on nothing of the registry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

from numpy.random import Generator

from explorer.base.arrays import Vectors
from explorer.base.method import MethodCard


class Prepared(Protocol):
    """A pair of representations, ready for the measures of one family and cheap to resample."""

    @staticmethod
    def of(x: Vectors, y: Vectors, rng: Generator) -> "Prepared":
        """Prepare x (n, d) and y (n, e), row i of both the same item."""

    def half(self, rng: Generator) -> Self:
        """The same for half of the items, drawn without replacement."""

    def shuffled(self, rng: Generator) -> Self:
        """The same with the items of the second side in random order: nothing is shared any more."""


@dataclass(frozen=True, kw_only=True)
class Measure(MethodCard):
    """One way to say how alike two representations A (n, d) and B (n, e) of the same items are.

    family: what it is computed from, made once for all measures of the family. score: of a prepared pair. centring,
    invariant (what it does not see), cost, meaning (how much is a lot): in words. group: heading under which it is
    listed. direction: "both" when swapping A and B changes nothing, else "A to B" or "B to A". best: the value of a
    perfect match; worst: the other end of what the measure can be, infinite where it has none; higher: larger values
    mean more alike. metric: it is a metric (symmetric, triangle inequality) and may be drawn as distances.
    items_per_dimension: fewer items than that for each dimension are warned about. most:
    largest number of items that are used. baseline: none, a measure is judged against the score of shuffled items.
    """

    group: str
    family: type[Prepared]
    score: Callable[[Any], float]
    centring: str
    invariant: str
    cost: str
    meaning: str
    direction: str = "both"
    best: float = 1.0
    worst: float = 0.0
    higher: bool = True
    metric: bool = False
    items_per_dimension: float = 0.0
    most: int = 1_000_000_000
