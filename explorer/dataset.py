"""A data set: items with ids, an image path or a text or both, and attribute columns."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from explorer.arrays import Rows
from explorer.errors import InputError

ID, PATH, TEXT, HASH = "id", "path", "text", "hash"
RESERVED = (ID, PATH, TEXT, HASH)


@dataclass(frozen=True)
class Dataset:
    """Items in a fixed order; row numbers 0 to n-1 are used inside, ids everywhere else.

    table: columns `id` (unique strings), `path` (image path below the image root, "" when there is none),
    `text` ("" when there is none), `hash` (content hash, hexadecimal), then one column an attribute.
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
        return pd.Index(self.table.column(ID).to_pandas())

    @cached_property
    def ids_hash(self) -> str:
        """Hash over the ordered ids: equal hashes mean equal rows."""
        digest = blake2b(digest_size=16)
        for chunk in self.table.column(ID).chunks:
            for value in chunk.to_pylist():
                digest.update(value.encode() + b"\x00")
        return digest.hexdigest()

    @property
    def has_images(self) -> bool:
        """True when any item has an image."""
        return self._any_filled(PATH)

    @property
    def has_texts(self) -> bool:
        """True when any item has a text."""
        return self._any_filled(TEXT)

    def _any_filled(self, name: str) -> bool:
        return bool(pc.any(pc.not_equal(self.table.column(name), "")).as_py())

    def column(self, name: str) -> "pd.Series":
        """(n,) values of one column; InputError when there is no such column."""
        if name not in self.table.column_names:
            raise InputError(f"Expected one of the columns {', '.join(self.attributes)}; got {name!r}.")
        return self.table.column(name).to_pandas()

    def rows_of(self, ids: list[str]) -> Rows:
        """(k,) row numbers of `ids`, in their order; InputError names the first unknown id."""
        rows = self.ids.get_indexer(pd.Index(ids))
        if (rows < 0).any():
            raise InputError(f"There is no item with the id {ids[int(np.argmax(rows < 0))]!r} in this data set.")
        return np.asarray(rows, dtype=np.int64)

    def take(self, rows: Rows) -> "pd.DataFrame":
        """Frame of the given rows, all columns, in the order of `rows`."""
        return self.table.take(pa.array(rows)).to_pandas()
