"""Numbers of a collection that the decision tree asks for. Pure.

Davies & Bouldin 1979, A cluster separation measure (the index by Euclidean distance is scikit-learn's; by cosine it is
the same with 1 - cosine in the place of every distance, our reading, since Iceberg gives no formula). He, Kumar & Chang
2012, On the difficulty of nearest neighbor search: relative contrast. The tree's "RA" (relative angle) is defined in no
source that we found and is left out.
"""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows

BLOCK = 64


@dataclass(frozen=True)
class MetaFeatures:
    """dbi_euclid, dbi_cosine: Davies-Bouldin index of the labels, lower is better separated; infinite where two labels
    have one centre. norm_cv: spread of the vectors' lengths by their mean. contrast: mean distance by distance of the
    nearest, of held-out queries; infinite where all have a copy.
    """

    dbi_euclid: float
    dbi_cosine: float
    norm_cv: float
    contrast: float


def meta_features(items: Floats | Doubles, labels: Rows, queries: Floats | Doubles) -> MetaFeatures:
    """Of (n, d) vectors with (n,) labels, and (q, d) queries that are not among them."""
    items = np.asarray(items, dtype=np.float64)
    norms = np.linalg.norm(items, axis=1)
    units = items / np.maximum(norms, np.finfo(np.float64).tiny)[:, None]
    return MetaFeatures(
        davies_bouldin(items, labels),
        davies_bouldin(units, labels, cosine=True),
        float(norms.std() / norms.mean()),
        relative_contrast(np.asarray(queries, dtype=np.float64), items),
    )


def davies_bouldin(items: Doubles, labels: Rows, *, cosine: bool = False) -> float:
    """Mean over labels of the worst (s_i + s_j) / m_ij: s the mean distance to the label's centre, m between centres.

    cosine: all distances are 1 - cosine; the items are then unit rows. Infinite where two centres are the same.
    """
    names, codes = np.unique(labels, return_inverse=True)
    sums = np.zeros((len(names), items.shape[1]))
    np.add.at(sums, codes, items)
    counts = np.bincount(codes).astype(np.float64)
    centres = sums / counts[:, None]
    if cosine:
        centres /= np.maximum(np.linalg.norm(centres, axis=1), np.finfo(np.float64).tiny)[:, None]
        own, between = 1 - (items * centres[codes]).sum(axis=1), 1 - centres @ centres.T
    else:
        own = np.linalg.norm(items - centres[codes], axis=1)
        between = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    spread = np.bincount(codes, weights=own) / counts
    np.fill_diagonal(between, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        worst = (spread[:, None] + spread[None]) / np.maximum(between, 0)
    return float(np.nan_to_num(worst, nan=0.0, posinf=np.inf).max(axis=1).mean())


def relative_contrast(queries: Doubles, items: Doubles) -> float:
    """Mean distance of all items by the mean distance of the nearest, over (q, d) queries."""
    squares, means, least = (items * items).sum(axis=1), [], []
    for start in range(0, len(queries), BLOCK):
        part = queries[start : start + BLOCK]
        found = (part * part).sum(axis=1)[:, None] + squares - 2 * part @ items.T
        distances = np.sqrt(np.maximum(found, 0))
        means.append(distances.mean(axis=1))
        least.append(distances.min(axis=1))
    nearest = float(np.concatenate(least).mean())
    return float(np.concatenate(means).mean()) / nearest if nearest > 0 else float("inf")
