"""Parts of columns and filters on them in words: names of bins, bounds as they are typed, what a filter keeps."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import floor, isnan, log10

from explorer.search.facets import Facet
from explorer.search.filters import Filter

EPOCH, MOST_DIGITS = datetime(1970, 1, 1, tzinfo=UTC), 300


def bound_text(facet: Facet, value: float | None) -> str:
    """A bound as it is typed; "" for an open one."""
    if value is None:
        return ""
    if facet.kind in ("days", "times"):
        found = moment(value).replace(tzinfo=None)
        return found.date().isoformat() if facet.kind == "days" else found.isoformat(" ", "seconds")
    if isinstance(value, int):
        return str(value)
    short = f"{value:.15g}"
    return short if float(short) == value else repr(float(value))


def moment(value: float) -> datetime:
    """The time that many seconds after 1970, in UTC; the ends of the calendar for what lies beyond."""
    try:
        return EPOCH + timedelta(seconds=value)
    except OverflowError:
        return (datetime.max if value > 0 else datetime.min).replace(tzinfo=UTC)


def part_names(facet: Facet) -> list[str]:
    """What each bin is called: one value, or from one to another; times as short as their edges allow."""
    if facet.kind == "whole":
        pairs = zip(facet.edges[:-1], facet.edges[1:], strict=True)
        return [str(left) if right - left == 1 else f"{left} to {right - 1}" for left, right in pairs]
    names = edge_names(facet)
    return [f"{left} to {right}" for left, right in zip(names[:-1], names[1:], strict=True)]


def axis_ends(facet: Facet) -> tuple[str, str]:
    """The two ends of the bins."""
    if facet.kind == "whole":
        return str(facet.edges[0]), str(facet.edges[-1] - 1)
    names = edge_names(facet)
    return names[0], names[-1]


def facet_ends(facet: Facet) -> tuple[str, str]:
    """The least and the greatest value in the bins, shortened."""
    ends = [end for end in (*facet.lows, *facet.highs) if not isnan(end)]
    if facet.kind == "numbers":
        step = max(ends) / 1_000 - min(ends) / 1_000
        digits = min(max(-floor(log10(step)), 0), MOST_DIGITS) if step > 0 else MOST_DIGITS
        return f"{round(min(ends), digits):.6g}", f"{round(max(ends), digits):.6g}"
    return bound_text(facet, min(ends)), bound_text(facet, max(ends))


def edge_names(facet: Facet) -> list[str]:
    """The edges of the bins as texts."""
    if facet.kind in ("days", "times"):
        return _time_names([moment(edge) for edge in facet.edges])
    return [str(edge) if facet.kind == "whole" else f"{edge:.6g}" for edge in facet.edges]


def _time_names(found: Sequence[datetime]) -> list[str]:
    if any(one.second or one.microsecond for one in found):
        return [one.isoformat(" ", "seconds")[:19] for one in found]
    if any(one.hour or one.minute for one in found):
        return [one.isoformat(" ", "minutes")[:16] for one in found]
    yearly = all(one.month == 1 and one.day == 1 for one in found)
    monthly = all(one.day == 1 for one in found)
    return [one.date().isoformat()[: 4 if yearly else 7 if monthly else 10] for one in found]


def setting_words(facet: Facet, setting: Filter) -> str:
    """What a filter on a column keeps, in a few words."""
    if setting.kind == "range":
        low, high = bound_text(facet, setting.low), bound_text(facet, setting.high)
        return low if low == high else f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}"
    if setting.kind == "values":
        names = ["no value" if value is None else value or "(empty)" for value in setting.values]
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"has the words “{setting.text}”" if setting.kind == "words" else f"contains “{setting.text}”"
