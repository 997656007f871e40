"""Make a workspace's map, and open it."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.io.atomic import read_json
from explorer.io.sums import steadily, wrong_sizes
from explorer.maps.faithfulness import Faithfulness, faithfulness
from explorer.maps.layout import linear_map, umap_map
from explorer.maps.model import MapModel
from explorer.maps.naming import ClusterName, plain_names
from explorer.workspace.changed import changed_rows
from explorer.workspace.folder import Workspace
from explorer.workspace.item_keys import KEYS, item_keys
from explorer.workspace.layout import MANIFEST, slug
from explorer.workspace.map_adding import take_in
from explorer.workspace.map_clusters import (
    MapClusters,
    find_clusters,
    made_by,
    present_clusters,
    read_clusters,
)
from explorer.workspace.map_files import spread, write_map
from explorer.workspace.map_report import MapReport
from explorer.workspace.runs import kept_run

MAP_METHODS = ("umap", "pca")
_ARRAYS = ("coords", "trust", "continuity", "anchors")


@dataclass(frozen=True, kw_only=True)
class Map:
    """A finished map; arrays are read-only, one entry an item of the data set.

    coords: (n, 2) float32, NaN where an item has no vector. trust, continuity: (n,) float32 in 0 to 1, NaN likewise.
    clusters: (n,) int64, -1 for none; named: the name of each, empty where none holds. anchors: (m,) rows to place
    queries among. manifest: what it was made from and how (see `build_map`).
    """

    coords: Floats
    trust: Floats
    continuity: Floats
    clusters: Rows
    anchors: Rows
    named: list[ClusterName]
    manifest: dict[str, Any]

    @property
    def cluster_names(self) -> list[str]:
        """What each cluster is called, "group 7" and so on where no name holds."""
        return [name.short or f"group {number + 1}" for number, name in enumerate(self.named)]

    @property
    def plain_names(self) -> list[str]:
        """The names without the shares that they hold for, numbered where they repeat; "" where none holds."""
        return plain_names(self.named)

    @property
    def cluster_notes(self) -> list[str]:
        """The same in full, with what each name rests on."""
        return [name.full or f"group {number + 1}" for number, name in enumerate(self.named)]


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

    A map with these settings of these vectors is kept; where rules or the data set's columns have changed since, its
    clusters are found and named again. Where a few items came or went, the map by UMAP stays as it is and takes them in
    (`map_adding`). Raises InputError for settings out of range or when no
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
    kept = whole_manifest(ws, spec, method)
    if kept and all(kept.get(key) == value for key, value in made_from.items()):
        try:
            return _kept(ws, kept, progress)
        except (WorkspaceError, KeyError, TypeError):  # what is kept cannot be read
            pass
    if not len(embeddings.rows):
        raise InputError(f"No item of {ws.name} has a vector under {spec}: there is nothing to map.")
    if kept and method == "umap" and all(kept.get(key) == made_from[key] for key in ("encoder", "method", "settings")):
        grown = take_in(ws, folder, embeddings, kept, made_from=made_from, progress=progress)
        if grown:
            return grown
    with ws.lock(), kept_run(ws.path, "map", model=spec, method=method, **settings) as run:
        vectors = embeddings.vectors if embeddings.present.all() else embeddings.vectors[embeddings.rows]
        layout = linear_map if method == "pca" else umap_map
        model = layout(vectors, **settings, progress=progress)
        faith = faithfulness(vectors, model, seed=seed, progress=progress)
        report = _finish(ws, folder, _Measured(embeddings, vectors, model, faith), made_from, progress)
        run.result = str(report)
        return report


def load_map(ws: Workspace, spec: str, method: str = "umap") -> Map:
    """Open the map of `spec` by `method`.

    Items that have changed since they were placed are not on it. Raises WorkspaceError when there is none, it is
    damaged, or the data set has other items than when it was built.
    """
    folder = map_folder(ws, spec, method)
    return steadily(folder, MANIFEST, lambda: _without(_load(ws, spec, method), changed_rows(ws.dataset(), folder)))


def _load(ws: Workspace, spec: str, method: str) -> Map:
    """The map as it was built."""
    folder = map_folder(ws, spec, method)
    again = f"build the map again with `explorer map {ws.name} --encoder {spec} --method {method}`"
    manifest = map_manifest(ws, spec, method)
    if not manifest:
        raise WorkspaceError(f"{ws.name} has no {method} map of {spec}: {again}.")
    try:
        if wrong := wrong_sizes(folder):
            raise ValueError(wrong[0])
        arrays = [np.load(folder / f"{name}.npy", allow_pickle=False) for name in _ARRAYS]
        kept, ids_hash = read_clusters(folder, manifest), manifest["ids_hash"]
    except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
        raise WorkspaceError(f"The map in {folder} is damaged ({error}): {again}.") from error
    if ids_hash != ws.dataset().ids_hash:
        raise WorkspaceError(f"The {method} map of {spec} is older than the data set: {again}.")
    if not len(arrays[0]) == len(arrays[1]) == len(arrays[2]) == len(ws.dataset()):
        raise WorkspaceError(f"The map in {folder} is damaged (its files are not of one length): {again}.")
    found = present_clusters(ws, manifest, arrays[0], kept)
    for array in arrays:
        array.flags.writeable = False
    placed = dict(zip(_ARRAYS, arrays, strict=True))
    return Map(**placed, clusters=found.labels, named=found.names, manifest=manifest)


def _without(found: Map, rows: Rows) -> Map:
    """The map without the items of these rows (k,)."""
    if not len(rows):
        return found
    arrays = {name: getattr(found, name).copy() for name in ("coords", "trust", "continuity", "clusters")}
    for name, array in arrays.items():
        array[rows] = -1 if name == "clusters" else np.nan
        array.flags.writeable = False
    return replace(found, **arrays, anchors=np.setdiff1d(found.anchors, rows))


def whole_manifest(ws: Workspace, spec: str, method: str) -> dict[str, Any]:
    """The manifest of a map; {} when there is none, or the map is damaged: it is then built again."""
    try:
        return map_manifest(ws, spec, method) if not wrong_sizes(map_folder(ws, spec, method)) else {}
    except WorkspaceError:
        return {}


def _kept(ws: Workspace, manifest: dict[str, Any], progress: Progress) -> MapReport:
    """The report of the map with this manifest, once its clusters and their names are up to date."""
    report = MapReport(**manifest["report"] | {"reused": True})
    if manifest.get("clusters") == made_by(ws):
        return report
    with ws.lock():
        progress.start("naming clusters", 0)
        found = _load(ws, manifest["encoder"], manifest["method"])
        report = replace(report, clusters=len(found.named))
        told = {"clusters": made_by(ws), "report": asdict(report) | {"reused": False}}
        folder = map_folder(ws, manifest["encoder"], manifest["method"])
        arrays = {name: getattr(found, name) for name in _ARRAYS}
        if (folder / KEYS).is_file():
            arrays["keys"] = np.load(folder / KEYS, allow_pickle=False)
        write_map(folder, arrays, MapClusters(found.clusters, found.named), manifest | told, folder)
        progress.finish()
    return report


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
    made = ws.manifest_of("embeddings", made_from["encoder"])
    coords = spread(model.coords, rows, count, np.nan)
    progress.start("naming clusters", 0)
    found = find_clusters(ws, made_from["encoder"], coords)
    report = MapReport(
        method=made_from["method"],
        placed=len(rows),
        count=count,
        clusters=len(found.names),
        trustworthiness=float(faith.trustworthiness.mean()),
        continuity=float(faith.continuity.mean()),
        note=model.note,
    )
    arrays = {
        "coords": coords,
        "trust": spread(faith.trustworthiness, rows, count, np.nan),
        "continuity": spread(faith.continuity, rows, count, np.nan),
        "anchors": rows[model.anchors],
        "keys": item_keys(measured.embeddings, ws.dataset().ids),
    }
    extra = {
        "clusters": made_by(ws),
        "faithfulness": {"k": faith.k, "how": faith.note},
        "fitted": len(model.anchors),
        "created": datetime.now(UTC).isoformat(timespec="microseconds"),
        "report": asdict(report),
        "content": made.get("content", ""),
        "reads": made.get("reads", []),
    }
    progress.start("writing the map", 0)
    write_map(folder, arrays, found, made_from | extra, ws.folder("embeddings", made_from["encoder"]))
    progress.finish()
    return report
