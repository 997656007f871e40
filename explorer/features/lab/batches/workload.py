"""A workload as numbers: which conditions each query has, and the clusters of items that it looks into."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Asked:
    """Queries of a workload that have the same conditions and look into the same clusters, and how many they are.

    needs: numbers of the conditions that an item has to meet, all of them. near: numbers of the clusters, () for all.
    """

    needs: tuple[int, ...]
    near: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class Cells:
    """Items that no question of a tree can tell apart, as one cell.

    of: (n,) cell of each item. sizes: (u,). meets: (a, u) which conditions the items of a cell meet. cluster: (u,).
    """

    of: Rows
    sizes: Rows
    meets: Flags
    cluster: Rows


def cells_of(meets: Flags, cluster: Rows) -> Cells:
    """Cells of (n,) items, from the (a, n) conditions that they meet and the (n,) clusters that they are in."""
    bits = np.packbits(meets, axis=0).T  # (n, ceil(a / 8))
    keys = np.concatenate([bits.astype(np.int64), cluster[:, None]], axis=1)
    _, first, of, sizes = np.unique(keys, axis=0, return_index=True, return_inverse=True, return_counts=True)
    return Cells(of.reshape(-1), sizes, meets[:, first], cluster[first])


def gathered(needs: Sequence[tuple[int, ...]], near: Sequence[tuple[int, ...]]) -> tuple[Asked, ...]:
    """The different queries of a workload, the most frequent first."""
    counts = Counter(zip(needs, near, strict=True))
    return tuple(Asked(*key, count) for key, count in counts.most_common())


def nearest_clusters(queries: Floats, centres: Floats, count: int) -> Rows:
    """(q, count) the clusters whose (c, d) centres have the largest product with each (q, d) query, ascending."""
    scores = queries @ centres.T
    count = min(count, len(centres))
    return np.sort(np.argsort(-scores, axis=1, kind="stable")[:, :count], axis=1)


def clustered(vectors: Floats, count: int, seed: int = 0) -> Floats:
    """(count, d) centres of k-means with `count` clusters."""
    from sklearn.cluster import KMeans

    sample = (
        vectors if len(vectors) <= 20_000 else vectors[np.random.default_rng(seed).permutation(len(vectors))[:20_000]]
    )
    made = KMeans(n_clusters=min(count, len(sample)), n_init=1, random_state=seed).fit(sample)
    centres: Floats = made.cluster_centers_.astype(np.float32)
    return centres


def all_of(masks: Sequence[Mask], count: int) -> Mask:
    """(count,) True where all masks are."""
    found = np.ones(count, dtype=bool)
    for one in masks:
        found &= one
    return found
