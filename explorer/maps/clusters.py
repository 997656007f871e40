"""Clusters of a map: dense regions of the picture, found by HDBSCAN."""

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.sampling import at_most

SAMPLE = 50_000


def cluster(coords: Floats, *, seed: int = 0, min_size: int | None = None) -> Rows:
    """Return (n,) cluster labels of the (n, 2) `coords`, 0 for the largest, -1 for points in no cluster.

    HDBSCAN (Campello, Moulavi & Sander 2013), leaf clusters of `min_size` points or more (default: n / 150, min. 5).
    Above `SAMPLE` points it runs on a random sample, and each other point takes the label of its nearest sampled one.
    """
    if len(coords) <= SAMPLE:
        return _by_size(_hdbscan(coords, min_size))
    from scipy.spatial import cKDTree

    chosen = at_most(np.arange(len(coords)), SAMPLE, np.random.default_rng(seed))
    scaled = None if min_size is None else max(5, round(min_size * SAMPLE / len(coords)))
    labels = _hdbscan(coords[chosen], scaled)
    _, nearest = cKDTree(coords[chosen]).query(coords, workers=-1)
    return _by_size(labels[nearest])


def _hdbscan(coords: Floats, min_size: int | None) -> Rows:
    from sklearn.cluster import HDBSCAN

    size = min_size or max(5, len(coords) // 150)
    if len(coords) < 2 * size:
        return np.full(len(coords), -1, dtype=np.int64)
    method = HDBSCAN(
        min_cluster_size=size,
        min_samples=min(10, size),
        cluster_selection_method="leaf",
        algorithm="kd_tree",
        copy=True,
    )
    return np.asarray(method.fit_predict(coords.astype(np.float64)), dtype=np.int64)


def _by_size(labels: Rows) -> Rows:
    """Renumber so that cluster 0 is the largest."""
    count = labels.max(initial=-1) + 1
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    places = np.empty(count + 1, dtype=np.int64)
    places[np.argsort(-sizes, kind="stable")] = np.arange(count)
    places[-1] = -1
    return places[labels]
