"""How near each item lies to the others nearest to it: what search by items and pictures takes off where asked.

Items near many others come up whatever item is searched for (hubs). Source of the correction: Conneau et al. 2018, Word
translation without parallel data, section 2.3 (CSLS). It is one number an item that is taken off its similarity, so no
map of the vectors to vectors of length 1 can stand for it: it is a setting of a workspace's model, kept in
hubs/<encoder>/.
"""

import shutil

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.base.progress import Progress, Silent
from explorer.index.graph import item_neighbours
from explorer.io.audit import note
from explorer.workspace.derived import keep_arrays, kept_arrays
from explorer.workspace.folder import Workspace
from explorer.workspace.index_reading import index_or_exact

KIND, NEAREST = "hubs", 10


def correct_hubs(ws: Workspace, spec: str, progress: Progress | None = None) -> None:
    """From now on search by items and pictures under this model is corrected.

    InputError when fewer than three items have a vector, WorkspaceError when the disk is full.
    """
    require("run work")
    vectors, progress = ws.embeddings(spec), progress or Silent()
    if len(vectors.rows) < 3:
        raise InputError(f"Expected at least 3 items with a vector under {spec}, got {len(vectors.rows)}.")
    progress.start("Comparing items with their nearest", len(vectors.rows))
    most = min(NEAREST, len(vectors.rows) - 1)
    found = item_neighbours(index_or_exact(ws, spec), vectors.vectors, vectors.rows, most, progress.advance)
    progress.finish()
    near = np.full(len(vectors), np.nan, dtype=np.float32)
    near[vectors.rows] = np.nanmean(found.similarities, axis=1)
    with ws.lock():
        keep_arrays(ws.folder(KIND, spec), _stamp(ws, spec), {"near": near}, encoder=spec)
    note("correct hubs", f"{spec} in {ws.path.name}")


def leave_hubs(ws: Workspace, spec: str) -> None:
    """From now on the order of an answer to an item or a picture is that of the similarities again."""
    require("run work")
    with ws.lock():
        shutil.rmtree(ws.folder(KIND, spec), ignore_errors=True)
    note("leave hubs", f"{spec} in {ws.path.name}")


def wants_correction(ws: Workspace, spec: str) -> bool:
    """Whether search by items was to be corrected, also where the vectors have changed since."""
    return ws.folder(KIND, spec).is_dir()


def item_nearness(ws: Workspace, spec: str) -> Floats | None:
    """(n,) mean cosine of each item to its ten nearest others, NaN without a vector.

    None where search by items is not corrected, or the vectors have changed since: `explorer prepare` makes it anew.
    """
    kept = kept_arrays(ws.folder(KIND, spec), _stamp(ws, spec))
    return None if kept is None else np.asarray(kept["near"])


def keep_correction(ws: Workspace, spec: str, progress: Progress) -> None:
    """Bring the correction up to date where it was asked for."""
    if wants_correction(ws, spec) and item_nearness(ws, spec) is None:
        correct_hubs(ws, spec, progress)


def _stamp(ws: Workspace, spec: str) -> str:
    return str(ws.embeddings_stamp(spec))
