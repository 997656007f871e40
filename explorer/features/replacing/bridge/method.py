"""What a bridge is: it carries vectors of a model A into the space of a model B."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from explorer.base.arrays import Floats, Vectors
from explorer.features.replacing.method import Method

Means = tuple[Vectors, Vectors]


class Bridge(Protocol):
    """Vectors of A as vectors of B."""

    @property
    def unique(self) -> bool:
        """False when there were too few anchors to fix it: others fit them just as well."""

    def __call__(self, x: Vectors, means: Means | None = None) -> Floats:
        """(n, e) rows of the (n, d) unit rows `x`. means: of A and of B, in place of the anchors' (for texts)."""


@dataclass(frozen=True, kw_only=True)
class BridgeMethod(Method):
    """fit: from (n, d) and (n, e) vectors of the same images under A and under B to a bridge; no text is used."""

    fit: Callable[[Vectors, Vectors], Bridge]
    view: str = "bridge"
