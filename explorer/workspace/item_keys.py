"""Numbers that tell items apart with what was read of them: what came, went or changed is found by comparing them.

A key is a hash of the id mixed with one of the content, 64 bits each.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.base.dataset import ID, TEXT, Dataset
from explorer.base.embeddings import Embeddings
from explorer.index.copies import vector_keys

KEYS = "keys.npy"
"""The file in which a derived part keeps the keys of what it was made from."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
"""So that an id does not cancel a text of the same letters."""


def item_keys(embeddings: Embeddings, ids: pd.Index) -> NDArray[np.uint64]:
    """(n,) of items with their vectors. ids: (n,)."""
    return np.asarray(_hashes(np.asarray(ids, dtype=object)) ^ vector_keys(embeddings.vectors))


def text_keys(dataset: Dataset) -> NDArray[np.uint64]:
    """(n,) of items with their texts."""
    ids, texts = (_hashes(dataset.table.column(name).to_numpy()) for name in (ID, TEXT))
    return np.asarray(ids * _MIX ^ texts)


def _hashes(strings: NDArray[np.object_]) -> NDArray[np.uint64]:
    return np.asarray(pd.util.hash_array(strings, categorize=False), dtype=np.uint64)
