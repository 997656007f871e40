"""A column of dates, of years or of an order as periods. Pure."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.base.columns import one_piece
from explorer.search.bins import edges, whole_edges

MOST = 40
"""More values of a column of numbers than this are put together."""
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


@dataclass(frozen=True)
class Periods:
    """names: of the periods in their order. codes: (n,) period of each item, -1 for none."""

    names: tuple[str, ...]
    codes: Rows


def periods_of(column: pa.Array | pa.ChunkedArray) -> Periods | None:
    """Years, or months where all is of one year; values of a column of numbers, or bins of them.

    Texts count where all are years or dates such as 1987 or 1987-05-03. None for other columns and a single period.
    """
    flat = one_piece(column)
    flat = flat.cast(flat.type.value_type) if pa.types.is_dictionary(flat.type) else flat
    found: Periods | None = None
    if pa.types.is_date(flat.type) or pa.types.is_timestamp(flat.type):
        found = _of_dates(pc.strftime(flat.cast(pa.timestamp("s")), format="%Y-%m"))
    elif pa.types.is_string(flat.type) or pa.types.is_large_string(flat.type):
        filled = pc.if_else(pc.equal(pc.utf8_trim_whitespace(flat), ""), None, flat)
        dated = pc.all(pc.match_substring_regex(filled, DATE)).as_py()
        found = _of_dates(filled) if dated else None
    elif pa.types.is_integer(flat.type) or pa.types.is_floating(flat.type):
        found = _of_numbers(flat)
    return found if found is not None and len(found.names) > 1 else None


def _of_dates(texts: pa.Array) -> Periods:
    """Of texts that begin with a year and perhaps a month."""
    years = pc.utf8_slice_codeunits(texts, 0, 4)
    single = len(years.drop_null().unique()) == 1
    return _coded((pc.utf8_slice_codeunits(texts, 0, 7) if single else years).to_pylist())


def _of_numbers(column: pa.Array) -> Periods | None:
    values = np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    known = np.isfinite(values)
    different = np.unique(values[known])
    whole = bool((different == different.round()).all()) and bool((np.abs(different) < 2**53).all())
    if len(different) < 2 or (not whole and len(different) == known.sum()):
        return None
    if len(different) <= MOST:
        names = tuple(f"{value:.0f}" if whole else f"{value:g}" for value in different)
        return Periods(names, np.where(known, np.searchsorted(different, values), -1))
    low, high = different[0], different[-1]
    bounds = np.array(whole_edges(int(low), int(high)) if whole else edges(low, high), dtype=np.float64)
    places = np.clip(np.searchsorted(bounds, values, side="right") - 1, 0, len(bounds) - 2)
    names = tuple(f"{a:g} to {b:g}" for a, b in zip(bounds[:-1], bounds[1:] - whole, strict=True))
    return Periods(names, np.where(known, places, -1))


def _coded(names: list[str | None]) -> Periods:
    codes, found = pd.factorize(np.array(names, dtype=object), sort=True)
    return Periods(tuple(map(str, found)), np.asarray(codes, dtype=np.int64))
