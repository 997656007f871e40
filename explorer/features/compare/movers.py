"""Which items cause a difference: those whose nearest neighbours are others on the other side."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Rows, Vectors
from explorer.features.compare.checks import check_pair
from explorer.features.compare.neighbours import K, Lists, Near, nearest, shared_neighbours
from explorer.features.compare.procrustes import align


@dataclass(frozen=True, kw_only=True)
class Movers:
    """What happened to each of n items between two sides.

    shared: (n,) share of the k nearest that both sides have in common. order: (n,) items, the most changed first; of
    equally changed ones those that moved furthest on the aligned maps. left, right: the neighbour lists.
    places, aligned: (n, 2) places on the two maps, the second turned and shifted onto the first.
    """

    shared: Doubles
    order: Rows
    left: Near
    right: Near
    places: Doubles
    aligned: Doubles

    @property
    def sides(self) -> tuple[Near, Near]:
        """The neighbour lists of both sides."""
        return self.left, self.right


def find_movers(x: Vectors, y: Vectors, k: int = K, maps: tuple[Vectors, Vectors] | None = None) -> Movers:
    """Compare x (n, d) with y (n, e) item by item. maps: (n, 2) places of each; principal axes when left out."""
    n = check_pair(x, y)
    left, right = nearest(x, k), nearest(y, k)
    shared = shared_neighbours(Lists(left, right, min(k, n - 1), np.ones(n)))
    places, other = maps or (principal_plane(x), principal_plane(y))
    aligned = align(places, other)
    moved = np.linalg.norm(aligned - places, axis=1)
    order = np.lexsort((-moved, shared)).astype(np.int64)
    return Movers(
        shared=shared,
        order=order,
        left=left,
        right=right,
        places=np.asarray(places, dtype=np.float64),
        aligned=aligned,
    )


def principal_plane(x: Vectors) -> Doubles:
    """(n, 2) coordinates of the unit rows of x (n, d) along their first two principal axes, spread 1."""
    from explorer.maps.pca import pca_map

    plane = pca_map(x).astype(np.float64)
    spread = float(np.sqrt(np.square(plane).sum(axis=1).mean()))
    return plane / spread if spread > 0 else plane
