"""Columns whose values have to be made: ranges of numbers and dates, and lists as a whole. Pure."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from explorer.base.columns import one_piece

MOST_NUMBERS, RANGES = 20, 8
"""A column of numbers or dates with more different ones than this is cut into so many ranges of equal size."""


def as_values(stored: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """The column itself, or for each item the range of its number or date, or its list in words; None where missing.

    Ranges hold about as many items each (quantiles). A list counts as a whole, in whatever order it is written.
    """
    kind = stored.type
    if kinds.is_list(kind) or kinds.is_large_list(kind):
        return pa.array([", ".join(sorted(map(str, one))) if one else None for one in stored.to_pylist()])
    dated = kinds.is_timestamp(kind) or kinds.is_date(kind)
    numeric = kinds.is_floating(kind) or kinds.is_integer(kind)
    if (dated or numeric) and len(pc.unique(stored)) > MOST_NUMBERS:
        return _ranges(one_piece(stored), dated)
    return stored


def _ranges(stored: pa.Array, dated: bool) -> pa.Array:
    plain = stored.cast(pa.timestamp("us")) if dated else stored
    numbers = np.asarray(plain.to_numpy(zero_copy_only=False))
    numbers = np.where(np.isnat(numbers), np.nan, numbers.astype("datetime64[us]").astype(float)) if dated else numbers
    numbers = numbers.astype(np.float64)
    known = np.isfinite(numbers)
    edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, RANGES + 1), method="nearest"))
    codes = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, max(0, len(edges) - 2))
    words = [_edge(edge, dated) for edge in edges]
    names = np.array([f"{low} to {high}" for low, high in zip(words[:-1], words[1:], strict=True)] or words, object)
    return pa.array([names[code] if there else None for code, there in zip(codes, known, strict=True)])


def _edge(edge: float, dated: bool) -> str:
    if dated:
        return str(np.datetime64(int(edge), "us").astype("datetime64[D]"))
    return f"{edge:,.0f}" if float(edge).is_integer() else f"{edge:.4g}"
