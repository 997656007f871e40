"""Outgoing items as columns of one table, named so that they are recognised when they are read again."""

import re

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Floats
from explorer.io.formats.contract import Outgoing
from explorer.io.table_file import unique_name
from explorer.io.tag_names import tag_column
from explorer.io.vector_guess import holds_vectors

IMAGE = "image"


def whole_table(items: Outgoing) -> pa.Table:
    """`id`, `text`, attributes, the tags as lists of text, and a column of lists for each of the vectors."""
    return with_vectors(with_tags(items), items)


def with_tags(items: Outgoing) -> pa.Table:
    """The items' table with the column of tags, where any item has one."""
    if not any(items.tags):
        return items.table
    tags = pa.array([list(tags) or None for tags in items.tags], pa.list_(pa.string()))
    return items.table.append_column(tag_column(items.table.column_names), tags)


def with_vectors(table: pa.Table, items: Outgoing) -> pa.Table:
    """The table with the vectors of its items as lists of float32, null where an item has none."""
    for name, values in items.vectors.items():
        column = vector_lists(values)
        table = table.append_column(unique_name(vector_name(name, column), table.column_names), column)
    return table


def vector_lists(values: Floats) -> pa.ChunkedArray:
    """(n, d) floats as lists of one length; null where a row has no number."""
    flat = pa.array(np.ascontiguousarray(values, dtype=np.float32).ravel())
    gone = pa.array(np.isnan(values).all(axis=1))
    return pa.chunked_array([pa.FixedSizeListArray.from_arrays(flat, values.shape[1], mask=gone)])


def vector_name(name: str, column: pa.ChunkedArray) -> str:
    """The name, with a word behind it where vectors would not be recognised under it."""
    plain = short_name(name)
    return plain if holds_vectors(column, plain) else f"{plain}_embedding"


def short_name(name: str) -> str:
    """A name of vectors, such as "open_clip:ViT-B-32/openai", as one that files and columns may have."""
    return re.sub(r"[^\w.-]+", "_", name).strip("_.") or "vectors"
