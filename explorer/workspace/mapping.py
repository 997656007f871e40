"""Make a workspace's map, and open it."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.io.atomic import atomic_folder, read_json, write_json
from explorer.maps.cluster_names import name_clusters
from explorer.maps.clusters import cluster
from explorer.maps.faithfulness import Faithfulness, faithfulness
from explorer.maps.layout import linear_map, umap_map
from explorer.maps.model import MapModel
from explorer.maps.spots import one_cluster_a_spot
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MANIFEST, slug

MAP_METHODS = ("umap", "pca")
_ARRAYS = ("coords", "trust", "continuity", "clusters", "anchors")


@dataclass(frozen=True, kw_only=True)
class Map:
    """A finished map; arrays are read-only, one entry an item of the data set.

    coords: (n, 2) float32, NaN where an item has no vector. trust, continuity: (n,) float32 in 0 to 1, NaN likewise.
    clusters: (n,) int64, -1 for none; cluster_names: the name of each. anchors: (m,) rows to place queries among.
    manifest: what it was made from and how (see `build_map`).
    """

    coords: Floats
    trust: Floats
    continuity: Floats
    clusters: Rows
    anchors: Rows
    cluster_names: list[str]
    manifest: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class MapReport:
    """What building a map gave; means of the faithfulness, a note for the reader. reused: the map was there already."""

    method: str
    placed: int
    count: int
    clusters: int
    trustworthiness: float
    continuity: float
    note: str
    reused: bool = False

    def __str__(self) -> str:
        """One line for the terminal."""
        line = (
            f"{self.method} map of {self.placed:,} of {self.count:,} items, {self.clusters} clusters, "
            f"trustworthiness {self.trustworthiness:.3f}, continuity {self.continuity:.3f}."
        )
        return " ".join(part for part in (line, self.note, "It was up to date." if self.reused else "") if part)


def map_folder(ws: Workspace, spec: str, method: str) -> Path:
    """Folder of the map of encoder `spec` by `method`; a new one with other settings takes its place."""
    return ws.folder("maps") / f"{slug(spec)}-{check_choice(method, MAP_METHODS, 'method')}"


def map_manifest(ws: Workspace, spec: str, method: str) -> dict[str, Any]:
    """What the manifest of a map says, {} when there is no such map; WorkspaceError when it is damaged."""
    path = map_folder(ws, spec, method) / MANIFEST
    return dict(read_json(path)) if path.is_file() else {}


def build_map(
    ws: Workspace,
    spec: str,
    *,
    method: str = "umap",
    n_neighbors: int = 15,
    min_dist: float = 0.1,
    seed: int = 0,
    progress: Progress | None = None,
) -> MapReport:
    """Lay the items of `ws` out by their vectors under `spec`, measure the map, and find and name its clusters.

    A map with these settings of these vectors is kept as it is. Raises InputError for settings out of range or when no
    item has a vector; WorkspaceError when the embeddings are missing or another process is writing.
    """
    progress = progress or Silent()
    folder, embeddings = map_folder(ws, spec, method), ws.embeddings(spec)
    settings = {"seed": seed} if method == "pca" else {"n_neighbors": n_neighbors, "min_dist": min_dist, "seed": seed}
    made_from = {
        "encoder": spec,
        "method": method,
        "settings": settings,
        "ids_hash": embeddings.ids_hash,
        "embeddings": str(ws.manifest_of("embeddings", spec).get("created", "")),
    }
    kept = _kept(map_manifest(ws, spec, method), made_from)
    if kept:
        return kept
    if not len(embeddings.rows):
        raise InputError(f"No item of {ws.name} has a vector under {spec}: there is nothing to map.")
    with ws.lock():
        vectors = embeddings.vectors if embeddings.present.all() else embeddings.vectors[embeddings.rows]
        layout = linear_map if method == "pca" else umap_map
        model = layout(vectors, **settings, progress=progress)
        faith = faithfulness(vectors, model, seed=seed, progress=progress)
        return _finish(ws, folder, _Measured(embeddings, vectors, model, faith), made_from, progress)


def load_map(ws: Workspace, spec: str, method: str = "umap") -> Map:
    """Open the map of `spec` by `method`.

    Raises WorkspaceError when there is none, it is damaged, or the data set has changed since it was built.
    """
    folder = map_folder(ws, spec, method)
    again = f"build the map again with `explorer map {ws.name} --encoder {spec} --method {method}`"
    manifest = map_manifest(ws, spec, method)
    if not manifest:
        raise WorkspaceError(f"{ws.name} has no {method} map of {spec}: {again}.")
    try:
        arrays = [np.load(folder / f"{name}.npy", allow_pickle=False) for name in _ARRAYS]
        names, ids_hash = read_json(folder / "cluster_names.json"), manifest["ids_hash"]
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise WorkspaceError(f"The map in {folder} is damaged ({error}): {again}.") from error
    if ids_hash != ws.dataset().ids_hash:
        raise WorkspaceError(f"The {method} map of {spec} is older than the data set: {again}.")
    for array in arrays:
        array.flags.writeable = False
    return Map(**dict(zip(_ARRAYS, arrays, strict=True)), cluster_names=names, manifest=manifest)


def _kept(manifest: dict[str, Any], made_from: dict[str, Any]) -> MapReport | None:
    """The report of the map with this manifest if it was made from just this."""
    if not manifest or any(manifest.get(key) != value for key, value in made_from.items()):
        return None
    return MapReport(**manifest["report"] | {"reused": True})


@dataclass(frozen=True)
class _Measured:
    """A map, what it was made from (embeddings, and the (m, d) vectors of its items), and how good it is."""

    embeddings: Embeddings
    vectors: NDArray[Any]
    model: MapModel
    faith: Faithfulness


def _finish(
    ws: Workspace, folder: Path, measured: _Measured, made_from: dict[str, Any], progress: Progress
) -> MapReport:
    """Cluster, name and write the map; arrays are spread over all items of the data set."""
    model, faith = measured.model, measured.faith
    rows, count = measured.embeddings.rows, len(measured.embeddings)
    labels = one_cluster_a_spot(cluster(model.coords, seed=made_from["settings"]["seed"]), model.coords)
    names, named_by = name_clusters(
        ws.dataset(), rows, measured.vectors, labels, spec=made_from["encoder"], progress=progress
    )
    report = MapReport(
        method=made_from["method"],
        placed=len(rows),
        count=count,
        clusters=len(names),
        trustworthiness=float(faith.trustworthiness.mean()),
        continuity=float(faith.continuity.mean()),
        note=model.note,
    )
    arrays = {
        "coords": _spread(model.coords, rows, count, np.nan),
        "trust": _spread(faith.trustworthiness, rows, count, np.nan),
        "continuity": _spread(faith.continuity, rows, count, np.nan),
        "clusters": _spread(labels, rows, count, -1),
        "anchors": rows[model.anchors],
    }
    extra = {
        "named_by": named_by,
        "faithfulness": {"k": faith.k, "how": faith.note},
        "fitted": len(model.anchors),
        "created": datetime.now(UTC).isoformat(timespec="microseconds"),
        "report": asdict(report),
    }
    progress.start("writing the map", 0)
    with atomic_folder(folder) as temporary:
        for name, array in arrays.items():
            np.save(temporary / f"{name}.npy", array)
        write_json(temporary / "cluster_names.json", names)
        write_json(temporary / MANIFEST, made_from | extra)
    progress.finish()
    return report


def _spread(values: NDArray[Any], rows: Rows, count: int, empty: float) -> NDArray[Any]:
    """(count, ...) array with `values` at `rows` and `empty` elsewhere."""
    result = np.full((count, *values.shape[1:]), empty, dtype=values.dtype)
    result[rows] = values
    return result
