"""Attribute columns parted into values or bins, so that items can be counted and filtered by part."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows, sorted_unique
from explorer.base.columns import codes_of, one_piece
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.search.bins import edges, time_edges, whole_edges
from explorer.workspace.opened import Opened

FEW_NUMBERS = 8  # up to so many different numbers are values, each with its own bar
ALWAYS_LISTED, MOST_LISTED, SHARE_LISTED = 60, 20_000, 0.9
A_DAY = 86_400.0
Doubles = NDArray[np.float64]
Kind = Literal["values", "whole", "numbers", "days", "times", "texts", "none"]


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One attribute column in parts.

    kind: "values" has a part a value; "whole", "numbers", "days", "times" a part a bin; "texts" differ too much to be
    listed and are looked into; "none" cannot be filtered.
    values: of "values", as in filters, the commonest first (numbers in their order), None last for no value.
    edges: (bins + 1,) of the bins; of days and times in seconds since 1970. After the bins comes a part for the items
    without a value when there are any. lows, highs: (bins,) least and greatest value in each bin, NaN in empty ones.
    codes: (m,) parts, -1 for none of them; rows: (m,) whose they are; None when m is the number of items.
    totals: (parts,) items. looked_into: texts that can be searched for what they contain. lists: an item has several.
    """

    name: str
    kind: Kind
    values: tuple[str | None, ...] = ()
    edges: tuple[float, ...] = ()
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()
    codes: Rows
    rows: Rows | None = None
    totals: Rows
    missing: int = 0
    looked_into: bool = False
    lists: bool = False

    @property
    def bins(self) -> int:
        """Number of bins."""
        return max(len(self.edges) - 1, 0)

    @property
    def parts_items(self) -> bool:
        """True when a filter on this column can tell items apart."""
        return self.kind == "texts" or len(self.totals) > 1 or (self.lists and len(self.totals) > 0)

    @cached_property
    def bare(self) -> frozenset[int]:
        """Parts that are no value: none at all, or a text with nothing in it."""
        return frozenset(place for place, value in enumerate(self.values) if value is None or not value.strip())

    def count(self, inside: Mask | None) -> Rows:
        """(parts,) how many of the items `inside` lie in each part; None counts all."""
        if inside is None or not len(self.totals):
            return self.totals
        codes = self.codes[inside if self.rows is None else inside[self.rows]]
        return np.bincount(codes[codes >= 0], minlength=len(self.totals)).astype(np.int64)


@remembered(500, also="tags")
def facet(opened: Opened, name: str) -> Facet:
    """The parts of one attribute of a workspace, or of its tags; InputError when there is no such column."""
    if name not in opened.tagged.attributes:
        raise InputError(f"Expected one of the columns {', '.join(opened.tagged.attributes)}; got {name!r}.")
    return facet_of(name, opened.tagged.table.column(name))


def values_version(opened: Opened) -> str:
    """Changes whenever the values of any column do."""
    return f"{opened.key}.{opened.tags}"


def facet_of(name: str, column: pa.ChunkedArray | pa.Array) -> Facet:
    """The parts of a column: values where few or repeated, bins of numbers and dates."""
    flat = one_piece(column)
    kind = flat.type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _of_times(name, flat)
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        flat = pc.cast(flat, pa.float64(), safe=False)
        flat = pc.if_else(pc.is_nan(flat), None, flat)
    if (pa.types.is_integer(kind) or pa.types.is_floating(flat.type)) and not _has_few(flat):
        return _of_whole(name, flat) if pa.types.is_integer(kind) else _of_numbers(name, flat)
    return _of_values(name, flat)


def _has_few(column: pa.Array) -> bool:
    different = int(pc.count_distinct(column).as_py())
    return different <= FEW_NUMBERS and (different <= 1 or 2 * different <= len(column))


def _of_whole(name: str, column: pa.Array) -> Facet:
    ends = pc.min_max(column).as_py()
    if ends["min"] is None:
        return _nothing(name, column)
    found = whole_edges(ends["min"], ends["max"])
    known = np.asarray(column.is_valid())
    values = np.asarray(column.fill_null(ends["min"]))
    # Differences of 64 bits are exact modulo 2^64, where floats would lose digits.
    apart = values.astype(np.int64).view(np.uint64) - np.uint64(found[0] % 2**64)
    codes = (apart // np.uint64(found[1] - found[0])).astype(np.int64)
    return _binned(name, "whole", found, codes=codes, known=known, values=values)


def _of_numbers(name: str, column: pa.Array) -> Facet:
    known = np.asarray(column.is_valid())
    values: Doubles = np.asarray(column.fill_null(np.inf), dtype=np.float64)
    return _of_floats(name, "numbers", values, known, edges)


def _of_times(name: str, column: pa.Array) -> Facet:
    known = np.asarray(column.is_valid())
    micros = pc.cast(pc.cast(column, pa.timestamp("us", getattr(column.type, "tz", None))), pa.int64())
    values = np.asarray(micros.fill_null(0), dtype=np.float64) / 1e6
    values[~known] = np.inf
    whole_days = bool(np.all(values[known] % A_DAY == 0))
    spread = np.ptp(values[known]) if known.any() else 0.0
    return _of_floats(name, "days" if whole_days or spread > 2 * A_DAY else "times", values, known, time_edges)


def _of_floats(
    name: str, kind: Kind, values: Doubles, known: Mask, between: Callable[[float, float], tuple[float, ...]]
) -> Facet:
    finite = np.isfinite(values)
    if not finite.any() or values[finite].min() == values[finite].max():
        return _nothing(name, known)
    found = between(float(values[finite].min()), float(values[finite].max()))
    codes = np.clip(np.searchsorted(found, values, side="right") - 1, 0, len(found) - 2)
    codes[~finite] = -1
    return _binned(name, kind, found, codes=codes, known=known, values=values)


def _binned(
    name: str, kind: Kind, found: tuple[float, ...], *, codes: Rows, known: Mask, values: Doubles | Rows
) -> Facet:
    bins = len(found) - 1
    lows, highs = _ends_of_bins(codes, known, values, bins)
    codes = np.where(known, codes, bins)
    missing = int(np.count_nonzero(~known))
    totals = np.bincount(codes[codes >= 0], minlength=bins + bool(missing)).astype(np.int64)
    return Facet(
        name=name,
        kind=kind,
        edges=found,
        lows=lows,
        highs=highs,
        codes=codes.astype(np.int16),
        totals=totals,
        missing=missing,
    )


def _ends_of_bins(
    codes: Rows, known: Mask, values: Doubles | Rows, bins: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Least and greatest value in each bin, in the values' own type."""
    inside = known & (codes >= 0)
    codes, values = codes[inside], values[inside]
    order = np.argsort(values, kind="stable")
    codes, values = codes[order], values[order]
    first, last = (np.searchsorted(codes, np.arange(bins), side) for side in ("left", "right"))
    ends = [
        (values[a].item(), values[b - 1].item()) if b > a else (np.nan,) * 2 for a, b in zip(first, last, strict=True)
    ]
    return tuple(low for low, _ in ends), tuple(high for _, high in ends)


def _of_values(name: str, column: pa.Array) -> Facet:
    lists = pa.types.is_list(column.type) or pa.types.is_large_list(column.type)
    flat = pc.list_flatten(column) if lists else column
    if pa.types.is_floating(flat.type):
        flat = pc.if_else(pc.is_nan(flat), None, flat)
    looked_into = pa.types.is_string(flat.type) or pa.types.is_large_string(flat.type)
    try:
        coded = codes_of(flat)
        names = coded.names
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return _nothing(name, column)
    valid = len(flat) - flat.null_count
    if len(names) > ALWAYS_LISTED and (len(names) > MOST_LISTED or len(names) > SHARE_LISTED * valid):
        return replace(_nothing(name, column), kind="texts" if looked_into else "none", looked_into=looked_into)
    return _listed(name, column, coded.codes, names, lists=lists, looked_into=looked_into)


def _listed(
    name: str, column: pa.Array, codes: Rows, names: tuple[str, ...], *, lists: bool, looked_into: bool
) -> Facet:
    rows = None
    codes = np.where(codes < 0, len(names), codes)
    if lists:
        without = np.flatnonzero(np.asarray(column.is_null()))
        rows = np.concatenate((np.asarray(pc.list_parent_indices(column), dtype=np.int64), without))
        codes = np.concatenate((codes, np.full(len(without), len(names))))
        pairs = sorted_unique(rows * (len(names) + 1) + codes)  # an entry twice in one list is one item
        rows, codes = pairs // (len(names) + 1), pairs % (len(names) + 1)
    counts = np.bincount(codes, minlength=len(names) + 1)
    order = _order(names, counts[:-1], looked_into)
    place = np.append(np.argsort(order), len(names))
    missing = int(counts[-1])
    values = (*(names[at] for at in order), *((None,) if missing else ()))
    return Facet(
        name=name,
        kind="values",
        values=values,
        codes=place[codes].astype(np.int32),
        rows=rows,
        totals=np.append(counts[:-1][order], counts[-1:] if missing else []).astype(np.int64),
        missing=missing,
        looked_into=looked_into,
        lists=lists,
    )


def _order(names: tuple[str, ...], counts: Rows, texts: bool) -> Rows:
    """Numbers and yes/no in their order, texts with the commonest first."""
    if not texts:
        try:
            return np.argsort(np.array([float(name) for name in names]), kind="stable")
        except ValueError:
            pass
    return np.array(sorted(range(len(names)), key=lambda at: (-counts[at], names[at])), dtype=np.int64)


def _nothing(name: str, column: pa.Array | Mask) -> Facet:
    known = column if isinstance(column, np.ndarray) else np.asarray(column.is_valid())
    none = np.zeros(0, np.int64)
    return Facet(name=name, kind="none", codes=none, totals=none, missing=int(np.count_nonzero(~known)))
