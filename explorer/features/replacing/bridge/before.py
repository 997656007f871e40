"""No bridge at all: how far the two spaces are apart as they are."""

import numpy as np

from explorer.base.arrays import Floats, Vectors
from explorer.features.replacing.bridge.method import BridgeMethod, Means


class AsTheyAre:
    """Gives back what it gets."""

    unique = True

    def __call__(self, x: Vectors, means: Means | None = None) -> Floats:
        """The (n, d) rows `x`."""
        return np.asarray(x, dtype=np.float32)


BEFORE = BridgeMethod(
    name="before",
    label="As they are",
    formula="x",
    needs=("joint",),
    fit=lambda x, y: AsTheyAre(),
)
