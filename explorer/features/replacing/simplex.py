"""A classifier that never changes: the corners of a regular simplex (d-Simplex fixed classifier)."""

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.features.replacing.matching import Doubles


def simplex(count: int) -> Doubles:
    """(count, count - 1) unit corners of a regular simplex: they sum to zero, each pair has the cosine -1/(count - 1).

    t = [I; ((1 - sqrt(1 + d)) / d) 1] with d = count - 1, centred, rows divided by their length.
    """
    if count < 2:
        raise InputError(f"A simplex needs at least 2 corners, got {count}.")
    d = count - 1
    corners = np.vstack([np.eye(d), np.full((1, d), (1 - np.sqrt(1 + d)) / d)])
    corners = corners - corners.mean(axis=0)
    unit: Doubles = corners / np.linalg.norm(corners, axis=1, keepdims=True)
    return unit


def corner_of(labels: Rows, count: int) -> Rows:
    """(n,) corner of each of the (n,) class numbers: class y stands at corner count - 1 - y."""
    if len(labels) and (labels.min() < 0 or labels.max() >= count):
        raise InputError(f"Expected class numbers from 0 to {count - 1}; got {labels.min()} to {labels.max()}.")
    return np.asarray(count - 1 - labels, dtype=np.int64)
