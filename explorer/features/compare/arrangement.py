"""Several representations at once: a plane in which their distances are kept as well as two dimensions can."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Arrangement:
    """places: (k, 2). kept: share of the squared distances around the centre that the plane holds, 0 to 1."""

    places: Doubles
    kept: float


def arrange(distances: NDArray[Any]) -> Arrangement:
    """Classical multidimensional scaling (Torgerson 1952) of a (k, k) symmetric table of distances."""
    count = len(distances)
    centring = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-0.5 * centring @ np.square(distances) @ centring)
    values, vectors = values[::-1], vectors[:, ::-1]
    places = np.zeros((count, 2))
    shown = min(2, count)
    places[:, :shown] = vectors[:, :shown] * np.sqrt(np.maximum(values[:shown], 0))
    positive = np.maximum(values, 0)
    total = float(positive.sum())
    return Arrangement(places, float(positive[:2].sum() / total) if total > 0 else 1.0)
