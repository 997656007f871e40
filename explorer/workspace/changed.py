"""Which vectors no longer belong to their items: the content hash belongs to the vector.

Beside the vectors stand the hashes of what they were made of (hashes.npy), and in the manifest `content`, one hash over
all items then, and `reads`, what the encoder reads. Where `content` is that of now, nothing has changed. Workspaces of
earlier versions have neither; their hashes are compared with all that an encoder can have read.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows
from explorer.base.dataset import Dataset
from explorer.base.errors import WorkspaceError
from explorer.io.atomic import read_json
from explorer.io.embedding_store import HASHES, MANIFEST, NONE_CHANGED
from explorer.workspace.contents import IMAGE, TEXT_ALONE, content_keys, item_hashes, what_is_read


def changed_rows(dataset: Dataset, folder: Path) -> Rows:
    """(k,) rows of the items whose content is another one than what `folder` (vectors, or a map) was made of.

    None where that cannot be told: nothing is there, it is damaged, or it belongs to other items as a whole.
    """
    try:
        made: dict[str, Any] = read_json(folder / MANIFEST)
        if made.get("content") == dataset.content_hash or made.get("ids_hash") != dataset.ids_hash:
            return NONE_CHANGED
        hashes = np.load(folder / HASHES, allow_pickle=False)
    except (OSError, ValueError, EOFError, AttributeError, WorkspaceError):
        return NONE_CHANGED
    if hashes.shape != (len(dataset), 16) or hashes.dtype != np.uint8:
        return NONE_CHANGED
    return np.flatnonzero(~_still(dataset, hashes, made.get("reads") or []))


def _still(dataset: Dataset, hashes: NDArray[np.uint8], reads: list[str]) -> Mask:
    """(n,) True where what was read of an item is what would be read of it now."""
    if reads:
        return _equal(hashes, content_keys(dataset, what_is_read(dataset, reads)))
    kinds = (np.full(len(dataset), kind, dtype=np.int8) for kind in (IMAGE, TEXT_ALONE))
    same = _equal(hashes, item_hashes(dataset)) | ~hashes.any(axis=1)
    for one in kinds:
        same |= _equal(hashes, content_keys(dataset, one))
    return same


def _equal(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Mask:
    return np.asarray((first == second).all(axis=1), dtype=bool)
