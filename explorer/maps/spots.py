"""Items with the very same vector: they are laid out once, lie on one spot of a map, and are in one cluster."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.index.copies import first_equal
from explorer.maps.model import MapModel

LEAST_CLUSTER = 5


@dataclass(frozen=True)
class Spots:
    """rows: (u,) sorted, the first item of each spot; of_item: (n,) which spot each item lies on."""

    rows: Rows
    of_item: Rows

    @property
    def sizes(self) -> Rows:
        """(u,) items on each spot."""
        return np.bincount(self.of_item, minlength=len(self.rows))


def spots_of(vectors: NDArray[Any]) -> Spots:
    """Group the (n, d) `vectors` by equality."""
    rows, of_item = np.unique(first_equal(vectors, np.arange(len(vectors))), return_inverse=True)
    return Spots(rows, of_item)


def spread_over(model: MapModel, spots: Spots) -> MapModel:
    """The map of the spots as one of all items: each copy has the place of its spot, and its first one as neighbour.

    Anchors stay one item a spot, so that copies do not crowd out the neighbours of others.
    """
    neighbours, similarities = model.neighbours[spots.of_item], model.similarities[spots.of_item]
    anchor_of = np.full(len(spots.rows), -1)
    anchor_of[model.anchors] = np.arange(len(model.anchors))
    first = anchor_of[spots.of_item]
    later = (spots.rows[spots.of_item] != np.arange(len(spots.of_item))) & (first >= 0)
    neighbours[later, 1:], similarities[later, 1:] = neighbours[later, :-1], similarities[later, :-1]
    neighbours[later, 0], similarities[later, 0] = first[later], 1
    copies = len(spots.of_item) - len(spots.rows)
    shared = f"{copies:,} items lie on the spot of another one with the very same vector."
    note = " ".join(part for part in (model.note, shared) if part)
    return MapModel(model.coords[spots.of_item], spots.rows[model.anchors], neighbours, similarities, note)


def one_cluster_a_spot(labels: Rows, coords: Floats) -> Rows:
    """Return (n,) cluster labels, -1 for none, in which items of one place of the map are never in different ones.

    Clusters that share a place become one; a place of many items that is in no cluster becomes one.
    Cluster 0 is the largest.
    """
    _, place, sizes = np.unique(coords, axis=0, return_inverse=True, return_counts=True)
    place = place.ravel()
    if len(sizes) == len(coords):
        return labels
    joined = _joined(labels, place, len(sizes))
    least = max(LEAST_CLUSTER, len(coords) // 150)
    lone = np.flatnonzero((joined < 0) & (sizes >= least))
    joined[lone] = joined.max(initial=-1) + 1 + np.arange(len(lone))
    return _by_size(joined[place])


def _joined(labels: Rows, place: Rows, count: int) -> Rows:
    """(count,) label of each place, after joining the clusters that meet at one."""
    root = np.arange(labels.max(initial=-1) + 1)
    first = np.full(count, -1)
    for item in np.flatnonzero(labels >= 0):
        here, label = place[item], _root(root, labels[item])
        if first[here] >= 0:
            root[label] = _root(root, first[here])
        else:
            first[here] = label
    return np.array([_root(root, label) if label >= 0 else -1 for label in first], dtype=np.int64)


def _root(root: Rows, label: int) -> int:
    while root[label] != label:
        label = root[label]
    return int(label)


def _by_size(labels: Rows) -> Rows:
    found, counts = np.unique(labels[labels >= 0], return_counts=True)
    order = found[np.argsort(-counts, kind="stable")]
    places = np.full(labels.max(initial=-1) + 2, -1)
    places[order] = np.arange(len(order))
    return np.asarray(places[labels], dtype=np.int64)
