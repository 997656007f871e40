"""The ways to cut off what is irrelevant by name, and what other features may use of them."""

from explorer.features.cutoff.method import CONTROL, COSINE, LINEAR, POWER, QUADRATIC, ROOT, CutMethod

__all__ = ["ADAPTERS", "METHODS", "NEEDS", "CutMethod"]
NEEDS = {"relevance": "pairs of a query and an item that are known to be relevant or not"}
METHODS: dict[str, CutMethod] = {method.name: method for method in (COSINE, CONTROL, POWER, LINEAR, ROOT, QUADRATIC)}
ADAPTERS = tuple(name for name, method in METHODS.items() if method.sees_query and method.learned)
"""Those whose map depends on the query; the first is the usual one."""
