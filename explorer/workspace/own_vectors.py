"""Vectors that came with the data, as embeddings `precomputed:<column>`."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Doubles, Floats, Mask
from explorer.base.dataset import ID, Dataset
from explorer.base.embeddings import Embeddings
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.contents import item_hashes
from explorer.workspace.layout import folder_of


def save_own_vectors(
    folder: Path, vectors: list[tuple[str, Floats, Mask, Doubles]], ids: pa.ChunkedArray, dataset: Dataset
) -> None:
    """Write each (name, (m, d) unit rows, (m,) present, (m,) lengths before) below the workspace `folder`.

    ids: (m,) ids of the vectors. Items of the data set that are not among them have no vector afterwards.
    """
    if not vectors:
        return
    places = pc.index_in(dataset.table.column(ID), value_set=ids.combine_chunks())
    rows = np.asarray(pc.fill_null(places, -1).to_numpy(), dtype=np.int64)
    hashes = item_hashes(dataset)
    in_order = len(ids) == len(rows) and bool((rows == np.arange(len(rows))).all())
    for name, values, present, norms in vectors:
        if not in_order:
            present = present[rows] & (rows >= 0)
            values = np.where(present[:, None], values[rows], np.float32(0))
            norms = np.where(present, norms[rows], 0)
        encoder = f"precomputed:{name}"
        embeddings = Embeddings(values, present, encoder, {"source": name}, dataset.ids_hash, norms)
        save_embeddings(folder_of(folder, "embeddings", encoder), embeddings, hashes, dataset.content_hash)
