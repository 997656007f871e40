"""What a click on a part of a column, a drag over its bins or typed bounds make of the filter on that column."""

from calendar import monthrange
from datetime import UTC, datetime, time
from math import inf, isnan

import numpy as np

from explorer.base.arrays import Mask
from explorer.base.errors import InputError
from explorer.search.facets import Facet
from explorer.search.filters import Filter, format_filters, parse_filters

A_MICRO = 1e-6
Setting = Filter | None


def split_filters(filters: str, column: str) -> tuple[str, Setting]:
    """The filters on other columns, and the one on this column; an unreadable text counts as no filter."""
    try:
        parsed = parse_filters(filters)
    except InputError:
        parsed = []
    own = [one for one in parsed if one.column == column]
    return format_filters([one for one in parsed if one.column != column]), own[-1] if own else None


def with_setting(filters: str, column: str, setting: Setting) -> str:
    """The filters with this one in the place of what was set on the column; None takes it away."""
    others = split_filters(filters, column)[0]
    return format_filters([*parse_filters(others), *([setting] if setting else [])])


def picked_parts(facet: Facet, setting: Setting) -> Mask:
    """(parts,) True for the parts that the filter keeps, wholly or partly."""
    found = np.zeros(len(facet.totals), dtype=bool)
    if setting is None:
        return found
    if setting.kind == "values":
        for place, value in enumerate(facet.values):
            found[place] = value in setting.values
        if facet.bins and facet.missing:
            found[-1] = None in setting.values
    elif setting.kind == "range":
        low, high = (-inf if setting.low is None else setting.low), (inf if setting.high is None else setting.high)
        for place, (least, most) in enumerate(_ends(facet)):
            found[place] = least <= high and most >= low
    return found


def _ends(facet: Facet) -> list[tuple[float, float]]:
    """Least and greatest value of each part that has any; of an empty bin its edges."""
    if facet.bins:
        ends = zip(facet.lows, facet.highs, facet.edges[:-1], facet.edges[1:], strict=True)
        return [(left, _below(facet, right)) if isnan(least) else (least, most) for least, most, left, right in ends]
    return [(number, number) for number in map(_number, facet.values)]


def _number(value: str | None) -> float:
    try:
        return float(value) if value is not None else np.nan
    except ValueError:
        return np.nan


def pick_value(facet: Facet, setting: Setting, value: str | None, add: bool) -> Setting:
    """The filter after a click on a value: it alone, or nothing when it was alone; with `add` one more or less."""
    parts = picked_parts(facet, setting)
    kept = setting.values if setting and setting.kind == "values" else _chosen(facet, parts)
    if add:
        values = tuple(one for one in kept if one != value) if value in kept else (*kept, value)
    else:
        values = () if kept == (value,) else (value,)
    return Filter(column=facet.name, kind="values", values=values) if values else None


def _chosen(facet: Facet, parts: Mask) -> tuple[str | None, ...]:
    return tuple(value for value, is_in in zip(facet.values, parts, strict=False) if is_in)


def pick_bins(facet: Facet, setting: Setting, first: int, last: int, add: bool = False) -> Setting:
    """The filter after a click on a bin or a drag over some: their range, or nothing when they were picked already.

    add: the range grows so that these are in it too. InputError when there are no such bins.
    """
    first, last = sorted((first, last))
    if not 0 <= first <= last < facet.bins:
        raise InputError(f"{facet.name}: expected bins from 0 to {facet.bins - 1}, got {first} to {last}.")
    before = np.flatnonzero(picked_parts(facet, setting)[: facet.bins])
    if setting and len(before):
        if add:
            first, last = min(first, int(before[0])), max(last, int(before[-1]))
        elif setting == _span(facet, first, last):
            return None
    return _span(facet, first, last)


def _span(facet: Facet, first: int, last: int) -> Setting:
    """The range that keeps exactly what lies in these bins; open where it reaches the end."""
    low = None if first == 0 else facet.edges[first]
    high = None if last == facet.bins - 1 else _top(facet, last)
    return None if low is None and high is None else Filter(column=facet.name, kind="range", low=low, high=high)


def _top(facet: Facet, last: int) -> float:
    """The upper end of a bin: of numbers its edge, unless an item of the next bin lies on it."""
    edge = facet.edges[last + 1]
    if facet.kind != "numbers" or facet.lows[last + 1] != edge:
        return _below(facet, edge)
    inside = [most for most in facet.highs[: last + 1] if not isnan(most)]
    return inside[-1] if inside and inside[-1] >= facet.edges[last] else float(np.nextafter(edge, -inf))


def _below(facet: Facet, edge: float) -> float:
    if facet.kind == "whole":
        return edge - 1
    return edge if facet.kind == "numbers" else edge - A_MICRO


def pick_bounds(facet: Facet, low: str, high: str) -> Setting:
    """The filter of two typed bounds, in any order; an empty one is open, and so is what cannot be read."""
    bottom, top = parsed_bound(facet, low), parsed_bound(facet, high, upper=True)
    if bottom is not None and top is not None and bottom > top:
        bottom, top = parsed_bound(facet, high), parsed_bound(facet, low, upper=True)
    if bottom is None and top is None:
        return None
    return Filter(column=facet.name, kind="range", low=bottom, high=top)


def parsed_bound(facet: Facet, text: str, upper: bool = False) -> float | None:
    """The number, or the seconds since 1970, that were typed; None where there are none.

    upper: a year, month, day or second lasts until its end.
    """
    plain = text.strip().replace("_", "")
    try:
        if facet.kind in ("days", "times"):
            return _parsed_time(plain, upper)
        plain = plain.replace(" ", "")
        if facet.kind == "whole" and plain.lstrip("+-").isdecimal():
            return int(plain)
        number = float(plain)
    except (ValueError, OverflowError):
        return None
    return None if isnan(number) else number


def _parsed_time(text: str, upper: bool) -> float:
    year, month = (text.split("-", 1)[0], text.split("-")[1] if "-" in text else "")
    if text in (year, f"{year}-{month}"):  # a whole year or month
        last = 12 if upper else 1
        days = monthrange(int(year), int(month or last))[1]
        text = f"{year}-{month or last:0>2}-{days if upper else 1:02}"
    found = datetime.fromisoformat(text)
    if upper and not found.microsecond:
        found = found.replace(microsecond=999_999) if ":" in text else datetime.combine(found, time.max)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
