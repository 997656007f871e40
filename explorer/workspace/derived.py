"""Arrays worked out from a workspace, kept in it and used while what they were made of is the same."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import WorkspaceError
from explorer.io.atomic import atomic_folder, read_json, write_json
from explorer.io.sums import write_sums, wrong_sizes
from explorer.workspace.layout import MANIFEST

Arrays = dict[str, NDArray[Any]]


def keep_arrays(folder: Path, stamp: str, arrays: Arrays, **told: Any) -> None:
    """Put arrays into `folder`, one file each, in the place of what was there; `told` goes into its manifest."""
    with atomic_folder(folder) as temporary:
        for name, values in arrays.items():
            np.save(temporary / f"{name}.npy", values, allow_pickle=False)
        write_json(temporary / MANIFEST, {"stamp": stamp, "arrays": sorted(arrays), **told})
        write_sums(temporary)


def kept_arrays(folder: Path, stamp: str = "") -> Arrays | None:
    """The arrays in `folder`, memory-mapped; None when there are none, they are damaged, or of another `stamp`."""
    try:
        told = told_of(folder)
        if not told or (stamp and told.get("stamp") != stamp) or wrong_sizes(folder):
            return None
        return {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in told["arrays"]}
    except (OSError, EOFError, ValueError, KeyError, WorkspaceError):
        return None


def told_of(folder: Path) -> dict[str, Any]:
    """What the manifest of `folder` says, {} when there is none."""
    return dict(read_json(folder / MANIFEST)) if (folder / MANIFEST).is_file() else {}
