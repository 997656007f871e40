"""Can a gallery made by an old model be searched with a new one? Compatibility matrix, AC and AA.

Source: stationary representations (IAM-CL2R): 1-nearest neighbour on class-mean templates, cosine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows, Vectors
from explorer.base.errors import InputError


@dataclass(frozen=True)
class Compatibility:
    """matrix: (m, m) accuracy of queries by model t (row) in a gallery by model k (column), 0 to 1, old to new."""

    matrix: Doubles

    @property
    def ac(self) -> float:
        """Average compatibility, see `average_compatibility`."""
        return average_compatibility(self.matrix)

    @property
    def aa(self) -> float:
        """Average accuracy in percent, see `average_accuracy`."""
        return average_accuracy(self.matrix)


def average_compatibility(matrix: Doubles) -> float:
    """Share of pairs k < t with C[t, k] > C[k, k], strictly: the new model must beat the OLD one in its own gallery."""
    c = _square(matrix)
    newer, older = np.tril_indices(len(c), -1)
    if not len(newer):
        raise InputError("Average compatibility needs at least 2 models, an old one and a new one.")
    return float((c[newer, older] > c[older, older]).mean())


def average_accuracy(matrix: Doubles) -> float:
    """100 times the mean of C[t, k] over k <= t."""
    c = _square(matrix)
    return float(100 * c[np.tril_indices(len(c))].mean())


def compatible_pairs(matrix: Doubles) -> Mask:
    """(m, m) True where C[t, k] > C[k, k] with k < t."""
    c = _square(matrix)
    found: Mask = np.tril(c > np.diag(c)[None, :], -1)
    return found


def compatibility_matrix(
    galleries: Sequence[Vectors],
    queries: Sequence[Vectors],
    gallery_labels: Rows,
    query_labels: Rows,
    whole: bool = True,
) -> Compatibility:
    """Of models old to new: each one's (g, d) vectors of the gallery and (q, d) vectors of the queries.

    A gallery's templates are the means of each class's unit vectors; a query is right when the template of the largest
    cosine is of its class. whole: fill the part above the diagonal as well (an old model asks a newer gallery).
    Raises InputError when widths differ (such models cannot share a gallery), or fewer than 2 classes are there.
    """
    check_widths(side.shape[1] for side in (*galleries, *queries))
    found = np.zeros((len(queries), len(galleries)))
    means = [templates(gallery, gallery_labels) for gallery in galleries]
    for t, query in enumerate(queries):
        for k, (classes, corners) in enumerate(means):
            if whole or k <= t:
                found[t, k] = (classes[(_unit(query) @ corners.T).argmax(axis=1)] == query_labels).mean()
    return Compatibility(found)


def check_widths(widths: Iterable[int]) -> None:
    """InputError unless all models have vectors of one length."""
    found = sorted(set(widths))
    if len(found) > 1:
        raise InputError(
            f"Models that share a gallery need vectors of one length; these have {', '.join(map(str, found))}. "
            "Choose models of equal length, or fit a bridge between them."
        )


def templates(vectors: Vectors, labels: Rows) -> tuple[Rows, Doubles]:
    """((c,) class numbers, (c, d) unit means of each class's unit vectors) of (n, d) vectors with (n,) labels."""
    classes = np.unique(labels)
    if len(classes) < 2:
        raise InputError(f"Compatibility needs at least 2 classes with items; got {len(classes)}.")
    unit = _unit(vectors)
    return classes, _unit(np.stack([unit[labels == one].mean(axis=0) for one in classes]))


def _unit(vectors: Vectors) -> Doubles:
    rows = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Doubles = rows / np.where(lengths == 0, 1, lengths)
    return unit


def _square(matrix: Doubles) -> Doubles:
    c = np.asarray(matrix, dtype=np.float64)
    if c.ndim != 2 or c.shape[0] != c.shape[1] or not np.isfinite(c).all():
        raise InputError(f"Compatibility matrix: expected a square table of finite numbers, got shape {c.shape}.")
    return c
