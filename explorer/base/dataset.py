"""A data set: items with ids, an image path or a text or both, and attribute columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.base.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

ID, PATH, TEXT, HASH = "id", "path", "text", "hash"
RESERVED = (ID, PATH, TEXT, HASH)


@dataclass(frozen=True)
class Dataset:
    """Items in a fixed order; row numbers 0 to n-1 are used inside, ids everywhere else.

    table: columns `id` (unique strings), `path` (image path below the image root, "" when there is none),
    `text` ("" when there is none), `hash` (content hash, hexadecimal), then one column an attribute.
    Of a workspace it is memory-mapped: opening costs nothing, and only the columns that are used are read.
    """

    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def attributes(self) -> list[str]:
        """Names of the attribute columns, in order."""
        return [name for name in self.table.column_names if name not in RESERVED]

    @cached_property
    def ids(self) -> "pd.Index[str]":
        """(n,) unique ids."""
        import pandas as pd

        index: pd.Index[str] = pd.Index(self.table.column(ID).to_pandas())
        return index

    @cached_property
    def ids_hash(self) -> str:
        """Hash over the ordered ids: equal hashes mean equal rows."""
        return hash_of_strings(self.table.column(ID))

    @cached_property
    def content_hash(self) -> str:
        """Hash over the ordered content hashes of the items: another one whenever an item changes."""
        return hash_of_strings(self.table.column(HASH))

    @cached_property
    def has_images(self) -> bool:
        """True when any item has an image."""
        return self._any_filled(PATH)

    @cached_property
    def has_texts(self) -> bool:
        """True when any item has a text."""
        return self._any_filled(TEXT)

    def _any_filled(self, name: str) -> bool:
        return bool(pc.any(pc.not_equal(self.table.column(name), "")).as_py())

    def column(self, name: str) -> "pd.Series[Any]":
        """(n,) values of one column; InputError when there is no such column."""
        if name not in self.table.column_names:
            raise InputError(f"Expected one of the columns {', '.join(self.attributes)}; got {name!r}.")
        series: pd.Series[Any] = self.table.column(name).to_pandas()
        return series

    def row_of(self, item: str) -> int:
        """Row number of an id, -1 when there is none."""
        return int(self.places_of([item])[0])

    def rows_of(self, ids: Sequence[str]) -> Rows:
        """(k,) row numbers of `ids`, in their order; InputError names the first unknown id."""
        wanted = pa.array(list(ids), pa.string())
        column = self.table.column(ID)
        # A scan for the few wanted ids: no hash table, no Python object an item.
        rows = pc.indices_nonzero(pc.is_in(column, value_set=wanted.cast(column.type)))
        places = pc.index_in(wanted, value_set=column.take(rows).combine_chunks().cast(pa.string()))
        if places.null_count:
            unknown = ids[int(np.argmax(places.is_null().to_numpy(zero_copy_only=False)))]
            raise InputError(f"There is no item with the id {str(unknown)[:60]!r} in this data set.")
        return np.asarray(rows.take(places).to_numpy(), dtype=np.int64)

    def places_of(self, ids: Sequence[str]) -> Rows:
        """(k,) row numbers of `ids`, in their order, -1 for each that is not there."""
        import pandas as pd

        return np.asarray(self.ids.get_indexer(pd.Index(list(ids), dtype=self.ids.dtype)), dtype=np.int64)

    def take(self, rows: Rows) -> "pd.DataFrame":
        """Frame of the given rows, all columns, in the order of `rows`."""
        frame: pd.DataFrame = self.table.take(pa.array(rows, pa.int64())).to_pandas()
        return frame


def hash_of_strings(column: pa.ChunkedArray) -> str:
    """Return a hash over the strings in order, whatever their chunks: first all lengths, then all bytes."""
    digest = blake2b(digest_size=16)
    for chunk in column.chunks:
        digest.update(pc.binary_length(chunk).to_numpy(zero_copy_only=False).astype("<i8").tobytes())
    for chunk in column.chunks:
        if len(chunk):
            values = chunk.cast(pa.large_string())
            offsets = np.frombuffer(values.buffers()[1], np.int64)[values.offset : values.offset + len(values) + 1]
            digest.update(memoryview(values.buffers()[2] or b"")[offsets[0] : offsets[-1]])
    return digest.hexdigest()
