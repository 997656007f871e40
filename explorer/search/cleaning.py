"""What to look at when cleaning up an opened workspace: copies and outliers, worked out once and kept in its folder."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import HASH, hash_of_strings
from explorer.base.errors import WorkspaceError
from explorer.base.memory import remembered
from explorer.base.progress import Progress, Silent
from explorer.search.copies import LEAST, CopyPairs, copy_pairs
from explorer.search.copy_threshold import Proposal, propose_for_pictures, propose_for_vectors
from explorer.search.duplicates import DuplicateGroup, duplicate_groups
from explorer.search.outliers import loneliness
from explorer.workspace.derived import Arrays, keep_arrays, kept_arrays, told_of
from explorer.workspace.hashes import picture_hashes
from explorer.workspace.opened import Opened

LONELY_NEIGHBOURS = 10
_ARRAYS = ("same", "first", "second", "scores", "nearest")
_FORMAT = 1


def duplicates(
    opened: Opened, spec: str, threshold: float | None = None, progress: Progress | None = None
) -> list[DuplicateGroup]:
    """Groups of items of which every two agree by at least `threshold`, the largest first.

    None: the threshold that is proposed from the data. See `CopyPairs` for what the agreement is.
    """
    copies(opened, spec, progress)
    return _groups(opened, spec, threshold or proposed(opened, spec).threshold)


def copies(opened: Opened, spec: str, progress: Progress | None = None) -> CopyPairs:
    """All pairs of likely copies, read from the workspace or worked out and kept there."""
    found = known_copies(opened, spec)
    return _worked_out(opened, spec, progress or Silent()) if found is None else found


def group_columns(groups: Sequence[DuplicateGroup]) -> tuple[Rows, dict[str, Any]]:
    """(r,) rows of all groups, group by group; for each its group, from 1, and the agreement of its weakest pair."""
    sizes = [len(group.rows) for group in groups]
    rows = np.concatenate([group.rows for group in groups] or [np.empty(0, dtype=np.int64)])
    weakest = np.array([group.similarity for group in groups], dtype=np.float64)
    numbers = np.repeat(np.arange(1, len(groups) + 1), sizes)
    return rows, {"group": numbers, "agreement": np.repeat(weakest, sizes).round(4)}


def known_copies(opened: Opened, spec: str) -> CopyPairs | None:
    """The pairs as they were worked out before; None when they were not, or anything of the items has changed since."""
    return _read(opened, spec) if _is_kept(opened, spec) else None


@remembered(8)
def proposed(opened: Opened, spec: str) -> Proposal:
    """The threshold that the data propose, and why."""
    pairs = copies(opened, spec)
    if pairs.measure == "pictures":
        return propose_for_pictures(pairs.scores)
    return propose_for_vectors(pairs.nearest)


def outliers(opened: Opened, spec: str, progress: Progress | None = None) -> tuple[Rows, Floats]:
    """Rows with a vector, the loneliest first, and their distance (1 - cosine) to the tenth nearest neighbour."""
    found = known_outliers(opened, spec)
    if found is None:
        found = _lonely(opened, spec, progress or Silent())
    return found


def known_outliers(opened: Opened, spec: str) -> tuple[Rows, Floats] | None:
    """As `outliers`, when they were worked out before; else None."""
    kept = kept_arrays(opened.workspace.folder("outliers", spec), content_stamp(opened, spec))
    return None if kept is None else _ranked(opened, spec, np.array(kept["scores"]))


def sure_outliers(opened: Opened, spec: str) -> int | None:
    """How many of the first of `outliers` no other item exceeds; None where all were compared with all."""
    told = told_of(opened.workspace.folder("outliers", spec))
    sure = told.get("sure")
    return None if sure is None or sure >= len(opened.embeddings(spec).rows) else int(sure)


@remembered(16)
def _groups(opened: Opened, spec: str, threshold: float) -> list[DuplicateGroup]:
    return duplicate_groups(copies(opened, spec), threshold)


def _is_kept(opened: Opened, spec: str) -> bool:
    try:
        return told_of(opened.workspace.folder("copies", spec)).get("stamp") == content_stamp(opened, spec)
    except WorkspaceError:
        return False


@remembered(8)
def _read(opened: Opened, spec: str) -> CopyPairs | None:
    folder = opened.workspace.folder("copies", spec)
    kept, told = kept_arrays(folder, content_stamp(opened, spec)), told_of(folder)
    if kept is None:
        return None
    arrays = {name: np.array(kept[name]) for name in _ARRAYS}
    least = float(told.get("least", LEAST))
    return CopyPairs(**arrays, measure=str(told["measure"]), compared=int(told["compared"]), least=least)


def _worked_out(opened: Opened, spec: str, progress: Progress) -> CopyPairs:
    def make() -> CopyPairs:
        pictures = picture_hashes(opened.workspace, progress) if opened.dataset.has_images else None
        pairs = copy_pairs(opened.dataset, opened.embeddings(spec), pictures, progress)
        arrays = {name: getattr(pairs, name) for name in _ARRAYS}
        told = {"measure": pairs.measure, "compared": pairs.compared, "least": pairs.least}
        _keep(opened, "copies", spec, arrays, **told)
        return pairs

    found: CopyPairs = opened.memory.of("copies worked out", (spec,), 4, make)
    return found


def _lonely(opened: Opened, spec: str, progress: Progress) -> tuple[Rows, Floats]:
    vectors = opened.embeddings(spec)
    found = loneliness(vectors.vectors, LONELY_NEIGHBOURS, vectors.present, progress)
    _keep(opened, "outliers", spec, {"scores": found.distances}, sure=found.sure)
    return _ranked(opened, spec, found.distances)


def _ranked(opened: Opened, spec: str, scores: Floats) -> tuple[Rows, Floats]:
    rows = opened.embeddings(spec).rows
    rows = rows[np.isfinite(scores[rows])]
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    return rows, scores[rows]


def _keep(opened: Opened, kind: str, spec: str, arrays: Arrays, **told: Any) -> None:
    with suppress(WorkspaceError):  # on a full disk the answer is shown and not kept
        keep_arrays(opened.workspace.folder(kind, spec), content_stamp(opened, spec), arrays, **told)


@remembered(8)
def content_stamp(opened: Opened, spec: str) -> str:
    """Changes with the items, their content or their vectors."""
    content = hash_of_strings(opened.dataset.table.column(HASH))
    return " ".join(map(str, (_FORMAT, content, *opened.workspace.embeddings_stamp(spec))))
