"""The files of a map."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.io.atomic import atomic_folder, write_json
from explorer.io.copying import link_or_copy
from explorer.io.embedding_store import HASHES
from explorer.io.sums import write_sums
from explorer.workspace.layout import MANIFEST
from explorer.workspace.map_clusters import MapClusters, write_clusters


def write_map(
    folder: Path, arrays: dict[str, NDArray[Any]], found: MapClusters, manifest: dict[str, Any], hashes: Path
) -> None:
    """Put a map into `folder`, in the place of what was there.

    hashes: the folder that has the hashes of what the map was made of.
    """
    with atomic_folder(folder) as temporary:
        if (hashes / HASHES).is_file():
            link_or_copy(hashes / HASHES, temporary / HASHES)
        for name, array in arrays.items():
            np.save(temporary / f"{name}.npy", array)
        write_clusters(temporary, found)
        write_json(temporary / MANIFEST, manifest)
        write_sums(temporary, str(manifest["encoder"]))


def spread(values: NDArray[Any], rows: Rows, count: int, empty: float) -> NDArray[Any]:
    """(count, ...) array with `values` at `rows` and `empty` elsewhere."""
    result = np.full((count, *values.shape[1:]), empty, dtype=values.dtype)
    result[rows] = values
    return result
