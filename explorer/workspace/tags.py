"""Tags as one more attribute of the items: a column of lists, joined to the data when they are read.

The data set itself and all that was made from it stay as they are when a tag is put on or taken off.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.base.dataset import ID, Dataset
from explorer.io.tag_names import tag_column
from explorer.workspace.added_columns import column_store, with_columns
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import TAGS
from explorer.workspace.tag_store import TagStore


def tag_store(workspace: Workspace) -> TagStore:
    """The tags of a workspace; nothing is written before the first one."""
    return TagStore(workspace.path / TAGS)


def with_tags(dataset: Dataset, store: TagStore) -> Dataset:
    """The items with a column of their tags (lists of text, null without any) at the end; as they are without tags."""
    pairs = store.pairs()
    ids = dataset.table.column(ID)
    rows = pc.index_in(pairs["item"].cast(ids.type), value_set=ids).combine_chunks()
    pairs, rows = pairs.filter(rows.is_valid()), rows.drop_null().to_numpy(zero_copy_only=False)
    if not len(rows):
        return dataset
    order = np.argsort(rows, kind="stable")
    counts = np.bincount(rows, minlength=len(dataset))
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    tags = pairs["tag"].take(pa.array(order)).combine_chunks()
    lists = pa.ListArray.from_arrays(pa.array(ends), tags, mask=pa.array(counts == 0))
    return Dataset(dataset.table.append_column(tag_column(dataset.table.column_names), lists))


def tag_counts(tagged: Dataset, plain: Dataset, store: TagStore) -> dict[str, int]:
    """Every tag with the number of items in the data that have it, the commonest first."""
    counts = dict.fromkeys(store.names(), 0)
    counts |= tags_of_rows(tagged, np.arange(len(tagged)), tag_column(plain.table.column_names))
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].casefold())))


@dataclass(frozen=True)
class WithTags:
    """A workspace whose items carry accepted columns and their tags: what exports write."""

    workspace: Workspace

    def dataset(self) -> Dataset:
        """The items with accepted columns and their tags."""
        items = with_columns(self.workspace.dataset(), column_store(self.workspace))
        return with_tags(items, tag_store(self.workspace))

    def image_path(self, item: int | str) -> Path:
        """Where an item's image lies."""
        return self.workspace.image_path(item)


def tags_of_rows(tagged: Dataset, rows: Rows, column: str) -> dict[str, int]:
    """Tags of the items of these rows (k,), each with how many of them have it."""
    if column not in tagged.table.column_names:
        return {}
    lists = tagged.table.column(column).take(pa.array(rows, pa.int64()))
    entries = pc.value_counts(pc.list_flatten(lists)).to_pylist()
    return {str(one["values"]): int(one["counts"]) for one in entries}
