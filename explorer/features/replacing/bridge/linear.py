"""Linear maps from one model's space into another's, with each space's own mean taken away and put back."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Vectors, unit_rows
from explorer.base.errors import InputError
from explorer.features.replacing.bridge.method import Means

LEAST_ANCHORS = 2


@dataclass(frozen=True)
class LinearBridge:
    """x -> (x - mean of A) turn + mean of B, for unit rows x of model A.

    turn: (d, e). mean_a: (d,), mean_b: (e,) means of the anchors. anchors: how many images it was fitted on.
    """

    turn: Doubles
    mean_a: Doubles
    mean_b: Doubles
    anchors: int

    @property
    def unique(self) -> bool:
        """False when there were too few anchors to fix the map: other maps fit them just as well."""
        return bool(self.anchors > min(self.turn.shape))

    def __call__(self, x: Vectors, means: Means | None = None) -> Floats:
        """(n, e) unit rows of the (n, d) unit rows `x`. means: of A and of B, in place of the images' (for texts)."""
        mean_a, mean_b = means or (self.mean_a, self.mean_b)
        return unit_rows((np.asarray(x, dtype=np.float64) - mean_a) @ self.turn + mean_b, "bridged vectors")


def centred(x: Vectors, y: Vectors) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """Unit rows of the anchors without their means, (n, d) and (n, e), and the means, (d,) and (e,).

    Raises InputError for unpaired rows or fewer than 2.
    """
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or len(x) < LEAST_ANCHORS:
        raise InputError(
            f"Bridge: expected the same anchors from both models, at least {LEAST_ANCHORS}; "
            f"got {x.shape} and {y.shape}."
        )
    a, b = (_unit(side, name) for side, name in ((x, "anchors of A"), (y, "anchors of B")))
    return a - a.mean(axis=0), b - b.mean(axis=0), a.mean(axis=0), b.mean(axis=0)


def _unit(vectors: Vectors, name: str) -> Doubles:
    """Unit rows in double precision, checked as everywhere; rows of unit length (to float32's precision) stay exact."""
    unit_rows(vectors, name)
    rows: Doubles = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(np.abs(lengths - 1) < 1e-6, 1.0, lengths), dtype=np.float64)
