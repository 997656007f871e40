"""Where the items lie in three dimensions: made when it is asked for, and kept in the workspace."""

from contextlib import suppress

import numpy as np

from explorer.base.arrays import Floats, check_choice
from explorer.base.errors import WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.maps.layout import solid_map
from explorer.maps.pca import pca_map
from explorer.workspace.derived import keep_arrays, kept_arrays
from explorer.workspace.mapping import MAP_METHODS
from explorer.workspace.opened import Opened


def known_solid(opened: Opened, spec: str, method: str) -> Floats | None:
    """(n, 3) places of the items by "umap" or "pca", NaN without a vector, when they were made before; else None."""
    kept = kept_arrays(opened.workspace.folder("solids", _name(spec, method)), _stamp(opened, spec))
    return None if kept is None else np.asarray(kept["places"])


def solid(opened: Opened, spec: str, method: str, progress: Progress | None = None) -> Floats:
    """As `known_solid`, made and kept where it is not there. PCA takes a second, UMAP minutes for many items."""

    def make() -> Floats:
        found = known_solid(opened, spec, method)
        return _made(opened, spec, method, progress or Silent()) if found is None else found

    places: Floats = opened.memory.of("solid", (spec, method), 2, make)
    return places


def _made(opened: Opened, spec: str, method: str, progress: Progress) -> Floats:
    vectors = opened.embeddings(spec)
    inside = vectors.vectors if vectors.present.all() else vectors.vectors[vectors.rows]
    places = np.full((len(vectors), 3), np.nan, dtype=np.float32)
    if len(vectors.rows):
        places[vectors.rows] = pca_map(inside, 3) if method == "pca" else solid_map(inside, progress=progress)
    with suppress(WorkspaceError):  # on a full disk it is shown and not kept
        keep_arrays(opened.workspace.folder("solids", _name(spec, method)), _stamp(opened, spec), {"places": places})
    return places


def _name(spec: str, method: str) -> str:
    return f"{spec}-{check_choice(method, MAP_METHODS, 'method')}"


def _stamp(opened: Opened, spec: str) -> str:
    return " ".join(map(str, opened.workspace.embeddings_stamp(spec)))
