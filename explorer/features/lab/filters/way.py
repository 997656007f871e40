"""What a way to answer a filtered query is given, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass

from explorer.base.arrays import Floats, Mask
from explorer.base.method import MethodCard
from explorer.index import ExactIndex, HnswIndex, Neighbours, QueryKind


@dataclass(frozen=True)
class Asked:
    """One query with a filter.

    exact, graph: the same items. query: (1, d) unit row of a kind. allowed: (n,) True for the items that pass.
    """

    exact: ExactIndex
    graph: HnswIndex
    query: Floats
    kind: QueryKind
    allowed: Mask
    k: int


@dataclass(frozen=True)
class Way:
    """A way to answer, with one setting in the words of its options."""

    card: MethodCard
    setting: str
    answer: Callable[[Asked], Neighbours]
