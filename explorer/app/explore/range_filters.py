"""Filters on numbers and dates: sliders whose ends can be reached, and typed bounds where a slider cannot show them."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from math import ceil, floor, isnan, log10
from typing import Any

import streamlit as st

from explorer.app.explore.columns import ColumnInfo
from explorer.search.filters import Filter

MOST_DIGITS, MOST_SHOWN, LARGEST_PLAIN = 300, 8, 1e9
SLIDER_YEARS = (1700, 2250)  # what Streamlit's sliders show exactly
A_DAY, EPOCH = 86_400.0, datetime(1970, 1, 1, tzinfo=UTC)
Setting = Filter | None
Change = Callable[[Setting], None]


def draw_range(column: ColumnInfo, setting: Setting, key: str, change: Change) -> None:
    """A slider whose ends are on its steps, so that they can be reached, and whose numbers show what differs."""
    kind: Any = int if column.whole else float
    first, last = outward(column.low, column.high, column.step)
    low, high = _bounds(column, setting)
    low, high = (first if low <= column.low else low), (last if high >= column.high else high)
    st.session_state[key] = (kind(low), kind(high))
    st.slider(
        column.name,
        kind(first),
        kind(last),
        step=kind(column.step),
        format=number_format(column),
        key=key,
        on_change=lambda: change(_range_filter(column, *st.session_state[key])),
    )


def outward(low: float, high: float, step: float) -> tuple[float, float]:
    """The multiples of `step` around the range; `step` is a power of ten."""
    digits = max(0, -floor(log10(step))) if step < 1 else 0
    ends = (floor(low / step) * step, ceil(high / step) * step)
    first, last = (round(end, digits) for end in ends) if digits < MOST_DIGITS else ends
    return min(first, low), max(last, high)


def number_format(column: ColumnInfo) -> str:
    """How the slider writes its numbers: as many digits as its steps have; of very small and large ones powers."""
    if column.whole:
        return "%d"
    digits = max(0, -floor(log10(column.step)))
    plain = digits <= MOST_SHOWN and max(abs(column.low), abs(column.high)) < LARGEST_PLAIN
    return f"%.{digits}f" if plain else "%.2e"


def draw_bounds(column: ColumnInfo, setting: Setting, key: str, change: Change) -> None:
    """Two fields for numbers that no slider can show."""
    ends = (setting.low, setting.high) if setting else (None, None)
    with st.container(horizontal=True):
        for side, end, limit in zip(("from", "to"), ends, (column.low, column.high), strict=True):
            st.session_state[f"{key}.{side}"] = "" if end is None else str(end)
            st.text_input(
                f"{column.name} {side}",
                key=f"{key}.{side}",
                placeholder=str(limit),
                on_change=lambda: change(_typed_filter(column, key)),
            )


def _typed_filter(column: ColumnInfo, key: str) -> Setting:
    low, high = (parsed_bound(st.session_state[f"{key}.{side}"], column.whole) for side in ("from", "to"))
    return None if low is None and high is None else Filter(column=column.name, kind="range", low=low, high=high)


def parsed_bound(text: str, whole: bool) -> float | None:
    """The number that was typed, None where there is none."""
    plain = text.strip().replace(" ", "").replace("_", "")
    try:
        return int(plain) if whole and plain.lstrip("+-").isdigit() else _not_nan(float(plain))
    except ValueError:
        return None


def _not_nan(value: float) -> float | None:
    return None if isnan(value) else value


def draw_dates(column: ColumnInfo, setting: Setting, key: str, change: Change) -> None:
    """A slider over days, or over times where all lie within two days; of far years two fields for days."""
    days = column.high - column.low > 2 * A_DAY
    first, last = (moment(value) for value in (column.low, column.high))
    if first.year < SLIDER_YEARS[0] or last.year > SLIDER_YEARS[1]:
        _draw_days(column, setting, key, change)
        return
    if days:
        first = first.replace(hour=0, minute=0, second=0, microsecond=0)
        last = _end_of_day(last)
    low, high = (moment(value) for value in _bounds(column, setting))
    st.session_state[key] = (first if low <= moment(column.low) else low, last if high >= moment(column.high) else high)

    def changed() -> None:
        change(_range_filter(column, *(seconds(value) for value in st.session_state[key])))

    st.slider(
        column.name,
        first,
        last,
        step=timedelta(days=1) if days else timedelta(seconds=max((column.high - column.low) / 100, 1e-6)),
        key=key,
        format="YYYY-MM-DD" if days else "YYYY-MM-DD HH:mm:ss",
        on_change=changed,
    )


def _draw_days(column: ColumnInfo, setting: Setting, key: str, change: Change) -> None:
    """Two fields for days: no slider can show years far from 1970."""
    ends = (setting.low, setting.high) if setting else (None, None)
    first, last = (moment(value).date() for value in (column.low, column.high))
    with st.container(horizontal=True):
        for side, end in zip(("from", "to"), ends, strict=True):
            st.session_state[f"{key}.{side}"] = None if end is None else min(max(moment(end).date(), first), last)
            st.date_input(
                f"{column.name} {side}",
                min_value=first,
                max_value=last,
                key=f"{key}.{side}",
                on_change=lambda: change(_days_filter(column, key)),
            )


def _days_filter(column: ColumnInfo, key: str) -> Setting:
    low, high = (st.session_state[f"{key}.{side}"] for side in ("from", "to"))
    start = None if low is None else seconds(datetime.combine(low, time()))
    end = None if high is None else seconds(datetime.combine(high, time.max))
    return None if start is None and end is None else Filter(column=column.name, kind="range", low=start, high=end)


def moment(value: float) -> datetime:
    """The time that many seconds after 1970, in UTC."""
    try:
        return EPOCH + timedelta(seconds=value)
    except OverflowError:
        return (datetime.max if value > 0 else datetime.min).replace(tzinfo=UTC)


def seconds(value: datetime) -> float:
    """Seconds since 1970; a time without a zone is in UTC."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def _end_of_day(value: datetime) -> datetime:
    start = value.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return start if start == value else start + timedelta(days=1)
    except OverflowError:
        return value


def _bounds(column: ColumnInfo, setting: Setting) -> tuple[float, float]:
    low = column.low if setting is None or setting.low is None else min(max(setting.low, column.low), column.high)
    high = column.high if setting is None or setting.high is None else min(max(setting.high, column.low), column.high)
    return min(low, high), high


def _range_filter(column: ColumnInfo, low: float, high: float) -> Setting:
    """A filter with open ends where the slider stands at an end, so that rounding leaves nothing out."""
    bottom, top = (None if low <= column.low else float(low)), (None if high >= column.high else float(high))
    return None if bottom is None and top is None else Filter(column=column.name, kind="range", low=bottom, high=top)
