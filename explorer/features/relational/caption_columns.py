"""Which columns of a data set hold captions, plain or anonymous, and what stands in them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.base.dataset import HASH, ID, PATH, Dataset
from explorer.base.errors import InputError

ANONYMOUS, LEFTOVERS = "anonymous_caption", "leftovers"
LOOKED_AT = 2000
_SLOT = r"\{[^{}]+\}"


def anonymous_columns(dataset: Dataset) -> list[str]:
    """Columns of which most values hold a {slot}."""
    return [name for name in _text_columns(dataset) if _share(dataset, name, _SLOT) > 0.5]


def caption_columns(dataset: Dataset) -> list[str]:
    """Columns of which most values are at least three words without a {slot}, and not always the same ones."""
    found = []
    for name in _text_columns(dataset):
        plain = name != LEFTOVERS and _share(dataset, name, _SLOT) <= 0.5
        if plain and _various(dataset, name) and _share(dataset, name, r"\S\s+\S+\s+\S") > 0.5:
            found.append(name)
    return found


def _text_columns(dataset: Dataset) -> list[str]:
    kinds = {field.name: field.type for field in dataset.table.schema}
    skip = (ID, PATH, HASH)
    return [name for name, kind in kinds.items() if name not in skip and _is_text(kind)]


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _share(dataset: Dataset, name: str, pattern: str) -> float:
    """Share of the filled values among the first 2,000 that match."""
    values = dataset.table.column(name).slice(0, LOOKED_AT).cast(pa.string())
    values = values.filter(pc.and_(pc.is_valid(values), pc.not_equal(values, "")))
    return float(pc.mean(pc.match_substring_regex(values, pattern)).as_py() or 0.0) if len(values) else 0.0


def _various(dataset: Dataset, name: str) -> bool:
    """Whether a column says different things of its items: a licence or a source does not."""
    values = dataset.table.column(name).slice(0, LOOKED_AT).cast(pa.string())
    return bool(pc.count_distinct(values).as_py() >= min(10, max(2, len(values) // 4)))


def texts_of(dataset: Dataset, column: str) -> list[str]:
    """The texts of a column, "" where there is none; InputError that lists the columns of text otherwise."""
    known = _text_columns(dataset)
    if column not in known:
        raise InputError(f"Expected a column of texts, one of {', '.join(known) or 'none here'}; got {column!r}.")
    return [value or "" for value in dataset.table.column(column).cast(pa.string()).to_pylist()]


def rows_with_images(dataset: Dataset) -> Rows:
    """Rows of the items that have an image."""
    return np.flatnonzero(pc.not_equal(dataset.table.column(PATH), "").to_numpy()).astype(np.int64)
