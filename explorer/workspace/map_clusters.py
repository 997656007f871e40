"""The clusters of a map and their names: kept beside it, and worked out again when rules or columns have changed."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import ModelError
from explorer.base.weights import same_weights
from explorer.encoders.pool import POOL
from explorer.io.atomic import read_json, write_json
from explorer.maps.cluster_names import RULE as NAMING_RULE
from explorer.maps.cluster_names import name_clusters
from explorer.maps.clusters import RULE as CLUSTER_RULE
from explorer.maps.clusters import cluster
from explorer.maps.naming import ClusterName
from explorer.maps.spots import one_cluster_a_spot
from explorer.workspace.folder import Workspace

LABELS, NAMES = "clusters.npy", "cluster_names.json"


@dataclass(frozen=True)
class MapClusters:
    """labels: (n,) int64, -1 for none, read-only; names: of each cluster, empty for one that has none."""

    labels: Rows
    names: list[ClusterName]


def made_by(ws: Workspace) -> dict[str, int]:
    """What the clusters of a map depend on beside its places: the rules, and the state of the data set."""
    return {"clustering": CLUSTER_RULE, "naming": NAMING_RULE, "dataset": ws.manifest.version}


def find_clusters(ws: Workspace, spec: str, coords: Floats) -> MapClusters:
    """Cluster the (n, 2) `coords` of a map under encoder `spec`, NaN where an item is not on it, and name the clusters.

    Words of the encoder name only where it is the one that made the vectors, and can be loaded.
    """
    rows = np.flatnonzero(np.isfinite(coords).all(axis=1))
    labels = np.full(len(coords), -1, dtype=np.int64)
    labels[rows] = one_cluster_a_spot(cluster(coords[rows]), coords[rows])
    return MapClusters(_sealed(labels), _named(ws, spec, rows, labels[rows]))


def read_clusters(folder: Path, manifest: dict[str, Any]) -> MapClusters | None:
    """The clusters kept in `folder`, a map's; None when the present rule finds others.

    OSError, ValueError, TypeError or EOFError when a file is damaged.
    """
    if manifest.get("clusters", {}).get("clustering") != CLUSTER_RULE:
        return None
    labels = _sealed(np.load(folder / LABELS, allow_pickle=False))
    return MapClusters(labels, [ClusterName(**name) for name in read_json(folder / NAMES)])


def present_clusters(ws: Workspace, manifest: dict[str, Any], coords: Floats, kept: MapClusters | None) -> MapClusters:
    """What was `kept` with a map, found or named again (and not kept) where rules or columns have changed since."""
    if kept is None:
        return find_clusters(ws, manifest["encoder"], coords)
    if manifest["clusters"] == made_by(ws):
        return kept
    rows = np.flatnonzero(np.isfinite(coords).all(axis=1))
    return MapClusters(kept.labels, _named(ws, manifest["encoder"], rows, kept.labels[rows]))


def write_clusters(folder: Path, found: MapClusters) -> None:
    """Write what `read_clusters` reads."""
    np.save(folder / LABELS, found.labels)
    write_json(folder / NAMES, [asdict(name) for name in found.names])


def _named(ws: Workspace, spec: str, rows: Rows, labels: Rows) -> list[ClusterName]:
    return name_clusters(
        ws.dataset(),
        rows,
        labels,
        vectors=lambda: ws.embeddings(spec).vectors[rows],
        word_vectors=lambda words: _word_vectors(ws, spec, words),
    )


def _word_vectors(ws: Workspace, spec: str, words: tuple[str, ...]) -> NDArray[np.floating] | None:
    """(w, d) vectors of the words; None when texts do not share the items' space, or the encoder is another one."""
    made = ws.embeddings(spec).settings.get("weights", "")
    try:
        encoder = POOL.get(spec)
        fits = encoder.abilities.joint and same_weights(made, encoder.fingerprint)
        return POOL.text_vectors(spec, words) if fits else None
    except ModelError:
        return None


def _sealed(labels: Rows) -> Rows:
    labels.flags.writeable = False
    return labels
