"""All emitters and all spaces of MAP-Elites by name."""

from explorer.features.elites.method import Method, Setup
from explorer.features.elites.methods import basic, cma_me, frontier, gaussian, guided, iso_line, random
from explorer.features.elites.space import Space
from explorer.features.elites.spaces import SPACES

__all__ = ["BASELINES", "METHODS", "NEEDS", "SPACES", "Method", "Setup", "Space", "methods_of"]

NEEDS = {
    "neighbours": "a graph of nearest neighbours among the items",
    "vectors": "a vector of every item",
    "genes": "candidates that can be written as vectors of numbers",
}
"""Words that a method may use for what it needs."""

_ALL = (guided, frontier, basic, gaussian, iso_line, cma_me, random)
METHODS: dict[str, Method] = {module.METHOD.name: module.METHOD for module in _ALL}

BASELINES = ("basic", "random")
"""Run as well where baselines are asked for."""


def methods_of(space: str) -> tuple[str, ...]:
    """Names of the methods that work in a space, the preferred one first."""
    return tuple(name for name, method in METHODS.items() if space in method.spaces)
