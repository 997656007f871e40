"""The nearest other items of every item of a workspace, worked out once and kept."""

from contextlib import suppress

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.index.graph import item_neighbours
from explorer.search.cleaning import content_stamp
from explorer.workspace.derived import keep_arrays, kept_arrays
from explorer.workspace.opened import Opened

NEIGHBOURS = 20


def known_neighbours(opened: Opened, spec: str) -> Rows | None:
    """(m, 20) nearest other items of each item that has a vector, when they were worked out before; else None."""
    kept = kept_arrays(opened.workspace.folder("neighbours", spec), content_stamp(opened, spec))
    return None if kept is None else np.asarray(kept["rows"], dtype=np.int64)


def neighbours(opened: Opened, spec: str, progress: Progress | None = None) -> Rows:
    """As `known_neighbours`, worked out and kept in the workspace where they are not there.

    Of every item by the index of the encoder, so in a large collection a few are missed (see its recall). -1 where
    there are fewer others.
    """

    def make() -> Rows:
        found = known_neighbours(opened, spec)
        return _worked_out(opened, spec, progress or Silent()) if found is None else found

    rows: Rows = opened.memory.of("diagnose neighbours", (spec,), 2, make)
    return rows


def _worked_out(opened: Opened, spec: str, progress: Progress) -> Rows:
    vectors = opened.embeddings(spec)
    progress.start("Finding the neighbours of every item", len(vectors.rows))
    k = min(NEIGHBOURS, max(1, len(vectors.rows) - 1))
    found = item_neighbours(opened.index(spec), vectors.vectors, vectors.rows, k, progress.advance).rows
    progress.finish()
    rows = np.full((len(found), NEIGHBOURS), -1, dtype=np.int64)
    rows[:, :k] = found
    with suppress(WorkspaceError):  # on a full disk the answer is shown and not kept
        folder = opened.workspace.folder("neighbours", spec)
        keep_arrays(folder, content_stamp(opened, spec), {"rows": rows.astype(np.int32)})
    return rows
