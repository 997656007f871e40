"""An attribute column as numbers: which of its different values each item has."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Rows

SPLIT_NAMES = ("split", "subset", "fold", "set", "partition")
SPLIT_VALUES = {"train", "training", "test", "testing", "val", "valid", "validation", "dev"}


@dataclass(frozen=True)
class Codes:
    """The values of a column by number.

    values: (v,) the different values, in the order in which they first appear (of a dictionary: in its order).
    codes: (n,) which of them each item has, -1 where it has none.
    """

    values: pa.Array
    codes: Rows

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """(v,) the values as texts."""
        return tuple(str(name) for name in self.values.cast(pa.string()).to_pylist())

    @cached_property
    def counts(self) -> Rows:
        """(v,) how many items have each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values)).astype(np.int64)

    def filled(self) -> "Codes":
        """The same without texts that are blank: an item with one has no value."""
        blank = np.array([not name.strip() for name in self.names], dtype=bool)
        if not blank.any():
            return self
        place = np.where(blank, -1, np.cumsum(~blank) - 1)
        return Codes(self.values.filter(pa.array(~blank)), np.append(place, -1)[self.codes])


def names_splits(column: str, values: Iterable[object]) -> bool:
    """Whether a column of this name with these different values says for what an item is used, such as "train"."""
    found = {str(value).strip().casefold() for value in values if value is not None}
    return bool(found & SPLIT_VALUES) and (column.casefold() in SPLIT_NAMES or found <= SPLIT_VALUES)


def codes_of(column: pa.Array | pa.ChunkedArray) -> Codes:
    """The different values of a column of texts, numbers, dates or yes/no, and the (n,) number of each item's value.

    The entries of a list count together, as one text.
    """
    flat = one_piece(column)
    if pa.types.is_nested(flat.type):
        flat = _as_texts(flat)
    coded = flat if isinstance(flat, pa.DictionaryArray) else flat.dictionary_encode()
    codes = np.asarray(coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    if coded.dictionary.null_count:
        known = np.asarray(coded.dictionary.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
        place = np.where(known, np.cumsum(known) - 1, -1)
        return Codes(coded.dictionary.filter(pa.array(known)), np.append(place, -1)[codes])
    return Codes(coded.dictionary, codes)


def _as_texts(lists: pa.Array) -> pa.Array:
    entries = lists.cast(pa.list_(pa.string())).to_pylist()
    texts = [None if one is None else ", ".join(entry or "" for entry in one) for one in entries]
    return pa.array(texts, pa.string())


def one_piece(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column as one array, whatever its chunks."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    merged = column.combine_chunks()
    if not isinstance(merged, pa.ChunkedArray):
        return merged
    return pa.concat_arrays(merged.chunks) if merged.num_chunks else pa.array([], merged.type)
