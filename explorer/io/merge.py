"""The items of an update beside those that are there."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.base.dataset import HASH, ID, Dataset
from explorer.io.joins import concat_tables


@dataclass(frozen=True)
class Merged:
    """The data set after an update, and what became of the items. removed: ids."""

    dataset: Dataset
    added: int
    changed: int
    unchanged: int
    removed: list[str]


def merge_items(old: Dataset | None, new: pa.Table, keep: bool) -> Merged:
    """Put `new` items in the places of `old` ones with the same id, and the others after them.

    new: columns as in `Dataset.table`; all its values count, also those of attributes.
    keep: old items that are not among the new stay where they are, otherwise they go.
    """
    if old is None:
        return Merged(Dataset(new.combine_chunks()), new.num_rows, 0, 0, [])
    in_new = _places(old.table.column(ID), new.column(ID))
    in_old = _places(new.column(ID), old.table.column(ID))
    fresh = np.flatnonzero(in_old < 0)
    gone = np.flatnonzero(in_new < 0)
    rows = in_new.copy()
    rows[gone] = new.num_rows + np.arange(len(gone))
    both = concat_tables([new, old.table.take(pa.array(gone))]) if keep and len(gone) else new
    order = np.concatenate([rows if keep else in_new[in_new >= 0], fresh])
    same = np.flatnonzero(in_new >= 0)
    before = old.table.column(HASH).take(pa.array(same))
    changed = int(pc.sum(pc.not_equal(before, new.column(HASH).take(pa.array(in_new[same])))).as_py() or 0)
    removed = [] if keep else old.table.column(ID).take(pa.array(gone)).to_pylist()
    dataset = Dataset(both.take(pa.array(order)).combine_chunks())
    return Merged(dataset, len(fresh), changed, len(same) - changed, removed)


def _places(values: pa.ChunkedArray, among: pa.ChunkedArray) -> Rows:
    """(n,) row of each value in `among`, -1 where it is not there."""
    places = pc.fill_null(pc.index_in(values, value_set=among.combine_chunks()), -1)
    return np.asarray(places.to_numpy(), dtype=np.int64)
