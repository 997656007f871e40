"""A few new items on a map that is there: placed among their neighbours, and no other item moves."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.embeddings import Embeddings
from explorer.base.half import widen
from explorer.base.progress import Progress
from explorer.maps.best_kept import keep_products
from explorer.maps.compiled import compiled
from explorer.maps.faithfulness import faithfulness_of
from explorer.maps.model import KEPT
from explorer.maps.neighbours import blocks
from explorer.maps.placing import NEIGHBOURS, place_among
from explorer.workspace.folder import Workspace
from explorer.workspace.item_keys import KEYS, item_keys
from explorer.workspace.map_clusters import LABELS, MapClusters, made_by, read_clusters
from explorer.workspace.map_files import write_map
from explorer.workspace.map_report import MapReport
from explorer.workspace.runs import kept_run

MOST_CHANGED = 0.05
"""Above this share of items that came or went since it was fitted, the map is made anew."""
_ITEMS, _QUERIES = 4096, 1024


@dataclass(frozen=True, kw_only=True)
class Grown:
    """arrays: those of a map by name, one entry an item of now; labels: (n,) clusters. added, removed: just now.

    changed: items that came or went since the map was fitted.
    """

    arrays: dict[str, NDArray[Any]]
    labels: Rows
    added: int
    removed: int
    changed: int


def take_in(
    ws: Workspace,
    folder: Path,
    embeddings: Embeddings,
    kept: dict[str, Any],
    *,
    made_from: dict[str, Any],
    progress: Progress,
) -> MapReport | None:
    """Let the map in `folder`, with the manifest `kept`, take in the items of now; None where it has to be made anew.

    made_from: what a manifest says of the items of now.
    """
    spec = made_from["encoder"]
    with ws.lock(), kept_run(ws.path, "map", model=spec, method=made_from["method"], **made_from["settings"]) as run:
        keys = item_keys(embeddings, ws.dataset().ids)
        grown = grown_map(folder, int(kept.get("changed", 0)), embeddings, keys, progress)
        clusters, report = _told(folder, kept)
        if grown is None or clusters is None or report is None:
            return None
        report = _report(report, grown, embeddings)
        made = ws.manifest_of("embeddings", spec)
        told = {
            "clusters": made_by(ws),
            "changed": grown.changed,
            "report": asdict(report),
            "content": made.get("content", ""),
            "reads": made.get("reads", []),
        }
        found, arrays = MapClusters(grown.labels, clusters.names), grown.arrays | {"keys": keys}
        write_map(folder, arrays, found, kept | made_from | told, ws.folder("embeddings", spec))
        run.result = str(report)
        return report


def _told(folder: Path, kept: dict[str, Any]) -> tuple[MapClusters | None, MapReport | None]:
    try:
        return read_clusters(folder, kept), MapReport(**kept["report"])
    except (OSError, ValueError, TypeError, KeyError, EOFError):
        return None, None


def _report(before: MapReport, grown: Grown, embeddings: Embeddings) -> MapReport:
    return replace(
        before,
        placed=len(embeddings.rows),
        count=len(embeddings),
        trustworthiness=float(np.nanmean(grown.arrays["trust"])),
        continuity=float(np.nanmean(grown.arrays["continuity"])),
        added=grown.added,
        removed=grown.removed,
    )


def grown_map(
    folder: Path, changed: int, embeddings: Embeddings, keys: NDArray[np.uint64], progress: Progress
) -> Grown | None:
    """The map in `folder` with the items of now; None when it cannot be read, or too much has changed for that.

    changed: items that came or went before, since it was fitted. keys: (n,) of the items of now.
    A new item gets its place as one that the map was not fitted on, and the cluster of the fitted one it lies next to.
    """
    try:
        kept = _read(folder)
        before = _rows_before(kept, embeddings, keys)
    except (OSError, ValueError, EOFError, IndexError):
        return None
    old, placed = int(np.isfinite(kept["coords"][:, 0]).sum()), int((before >= 0).sum())
    fresh = embeddings.rows[before[embeddings.rows] < 0]
    fitted = np.zeros(len(kept["coords"]) + 1, dtype=bool)  # the last one is for -1
    fitted[kept["anchors"]] = True
    anchors = np.flatnonzero(fitted[before])
    changed += len(fresh) + old - placed
    if changed > MOST_CHANGED * old or len(anchors) <= 2 * KEPT:
        return None
    arrays = {name: _moved(kept[name], before, np.nan) for name in ("coords", "trust", "continuity")}
    labels = _moved(kept["labels"], before, -1)
    if len(fresh):
        _place(arrays, labels, embeddings.vectors, anchors, fresh, progress)
    return Grown(
        arrays=arrays | {"anchors": anchors},
        labels=labels,
        added=len(fresh),
        removed=old - placed,
        changed=changed,
    )


def _read(folder: Path) -> dict[str, NDArray[Any]]:
    names = ("coords", "trust", "continuity", "anchors", KEYS.removesuffix(".npy"))
    found = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in names}
    found["labels"] = np.load(folder / LABELS, allow_pickle=False)
    if not len(found["coords"]) == len(found["trust"]) == len(found["keys"]) == len(found["labels"]):
        raise ValueError("files of different lengths")
    return found


def _rows_before(kept: dict[str, NDArray[Any]], embeddings: Embeddings, keys: NDArray[np.uint64]) -> Rows:
    """(n,) the row on the map of each item of now, -1 for none. ValueError where keys are not unique."""
    rows = np.flatnonzero(np.isfinite(kept["coords"]).all(axis=1))
    place = pd.Index(kept["keys"][rows]).get_indexer(pd.Index(keys[embeddings.rows]))
    found = place >= 0
    before = np.full(len(keys), -1, dtype=np.int64)
    before[embeddings.rows[found]] = rows[place[found]]
    if np.bincount(before[before >= 0], minlength=1).max() > 1:
        raise ValueError("two items have the same key")
    return before


def _moved(values: NDArray[Any], before: Rows, empty: float) -> NDArray[Any]:
    moved = values[before]
    moved[before < 0] = empty
    return moved


def _place(
    arrays: dict[str, NDArray[Any]],
    labels: Rows,
    vectors: NDArray[Any],
    anchors: Rows,
    fresh: Rows,
    progress: Progress,
) -> None:
    """Fill in the entries of the (q,) `fresh` rows."""
    from scipy.spatial import cKDTree

    coords = arrays["coords"]
    near, similarities = _nearest(vectors, anchors, fresh, progress)
    coords[fresh] = place_among(coords[anchors], near[:, :NEIGHBOURS], similarities[:, :NEIGHBOURS])
    faith = faithfulness_of(fresh, vectors, np.nan_to_num(coords), anchors=anchors, true=near, progress=progress)
    arrays["trust"][fresh], arrays["continuity"][fresh] = faith.trustworthiness, faith.continuity
    labels[fresh] = labels[anchors[cKDTree(coords[anchors]).query(coords[fresh], workers=-1)[1]]]


def _nearest(vectors: NDArray[Any], anchors: Rows, fresh: Rows, progress: Progress) -> tuple[Rows, Floats]:
    """(q, KEPT) positions in `anchors` of those nearest to each fresh item, and their cosines; exact."""
    near = np.full((len(fresh), KEPT), -1, np.int32)
    similarities, new = np.full(near.shape, -2, np.float32), np.zeros(near.shape, dtype=bool)
    none = np.full(_QUERIES, -1, np.int32)
    queries = unit_rows(widen(vectors[fresh]))
    progress.start("nearest neighbours", len(anchors))
    for items in blocks(len(anchors), _ITEMS):
        beside = unit_rows(widen(vectors[anchors[items]]))
        for block in blocks(len(fresh), _QUERIES):
            products = queries[block] @ beside.T
            table = near[block], similarities[block], new[block]
            compiled(keep_products)(products, np.arange(len(products)), items.start, none, table)
        progress.advance(items.stop)
    progress.finish()
    return near.astype(np.int64), similarities
