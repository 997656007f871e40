"""All ways of putting one model in the place of another by name, and what other features may use of them."""

from typing import TypeVar

from explorer.features.replacing.bridge.before import BEFORE
from explorer.features.replacing.bridge.orthogonal import ORTHOGONAL
from explorer.features.replacing.bridge.ridge import RIDGE
from explorer.features.replacing.compatibility.plain import PLAIN
from explorer.features.replacing.compatibility.simplex import SIMPLEX
from explorer.features.replacing.merging.as_trained import AS_TRAINED
from explorer.features.replacing.merging.matched import MATCHED
from explorer.features.replacing.method import NEEDS, Method
from explorer.features.replacing.stitching.affine import Affine, residual
from explorer.features.replacing.stitching.direct import DIRECT, direct_match
from explorer.features.replacing.stitching.task import TASK

__all__ = ["METHODS", "NEEDS", "Affine", "Method", "direct_match", "methods_of", "residual"]

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        BEFORE,
        ORTHOGONAL,
        RIDGE,
        DIRECT,
        TASK,
        PLAIN,
        SIMPLEX,
        AS_TRAINED,
        MATCHED,
    )
}
M = TypeVar("M", bound=Method)


def methods_of(kind: type[M]) -> dict[str, M]:
    """The methods of one view, such as `BridgeMethod`, by name."""
    return {name: method for name, method in METHODS.items() if isinstance(method, kind)}
