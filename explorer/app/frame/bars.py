"""Charts of columns as a component of our own: bars of values and histograms that filter by click, drag or typing.

The share that passes the other filters stands in full colour before all items in pale. Nothing runs until something is
clicked. All that comes from the data is set as text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import streamlit as st

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError
from explorer.search.facet_words import axis_ends, bound_text, facet_ends, part_names
from explorer.search.facets import Facet, values_version
from explorer.search.filters import Filter
from explorer.search.picking import Setting, pick_bins, pick_bounds, pick_value, picked_parts
from explorer.workspace.opened import Opened

ASSETS = Path(__file__).parent / "bars_assets"
SHOWN, SHOWN_OF_MANY, MOST_PICKED = 8, 6, 12
OnChange = Callable[[str, Setting], None]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One column as it is drawn. counts: (parts,) items that pass the other filters. setting: the filter on it."""

    facet: Facet
    counts: Rows
    setting: Setting = None


@cache
def _component() -> Callable[..., object]:
    css = (ASSETS / "bars.css").read_text("utf-8")
    script = "\n".join(path.read_text("utf-8") for path in sorted(ASSETS.glob("*.js")))
    made: Callable[..., object] = st.components.v2.component("explorer_bars", css=css, js=script)
    return made


def bars(
    opened: Opened,
    charts: Sequence[Chart],
    key: str,
    on_change: OnChange,
    *,
    label: str,
    chips: Sequence[tuple[str, str]] = (),
    grid: bool = False,
    clicks: bool = True,
) -> None:
    """Draw a chart a column. `on_change(column, filter)` is called before the next run, with None for no filter, and
    with the column "" when all shall go.

    chips: (column, words) of the filters that are set, each with a button that takes it away. grid: beside each other
    in boxes, without fields to type into, for the width of a page. clicks: False draws without filtering.
    """
    data = {
        "charts": [chart_data(opened, chart) for chart in charts],
        "chips": [{"column": column, "words": words} for column, words in chips],
        "label": label,
        "grid": grid,
        "clicks": clicks,
    }
    settings = {chart.facet.name: chart for chart in charts}
    _component()(data=data, key=key, on_event_change=lambda: _deliver(key, settings, on_change))


def _deliver(key: str, charts: dict[str, Chart], on_change: OnChange) -> None:
    event = getattr(st.session_state[key], "event", None)
    if not event:
        return
    column = str(event["column"])
    if event["action"] == "clear":
        on_change(column, None)
    elif column in charts:
        on_change(column, after(charts[column], event))


def after(chart: Chart, event: dict[str, Any]) -> Setting:
    """The filter on a column after an event of its chart; what cannot be used changes nothing."""
    facet, setting = chart.facet, chart.setting
    try:
        if event["action"] == "value":
            value = None if event["value"] is None else str(event["value"])
            return pick_value(facet, setting, value, bool(event["add"]))
        if event["action"] == "bins":
            return pick_bins(facet, setting, int(event["first"]), int(event["last"]), bool(event["add"]))
        if event["action"] == "bounds":
            return pick_bounds(facet, str(event["low"]), str(event["high"]))
        text = str(event["text"]).strip()
        return Filter(column=facet.name, kind="contains", text=text) if text else None
    except (InputError, KeyError, TypeError, ValueError):
        return setting


def chart_data(opened: Opened, chart: Chart) -> dict[str, Any]:
    """One chart as plain JSON values."""
    facet, setting = chart.facet, chart.setting
    picked = picked_parts(facet, setting)
    data: dict[str, Any] = {
        "column": facet.name,
        "kind": "bins" if facet.bins else facet.kind,
        "set": setting is not None,
        "text": setting.text if setting and setting.kind in ("contains", "words") else "",
        "search": None,
    }
    if facet.bins:
        names = part_names(facet)
        data["bars"] = [_bar(chart, picked, place, names[place]) for place in range(facet.bins)]
        data["missing"] = _bar(chart, picked, facet.bins, "no value") if facet.missing else None
        data["typed"] = _typed(facet, setting)
        data["ends"] = axis_ends(facet)
        return data
    places = shown_parts(chart, picked)
    data["bars"] = [_bar(chart, picked, place, value_name(facet.values[place])) for place in places]
    for bar, place in zip(data["bars"], places, strict=True):
        bar["value"] = facet.values[place]
        bar["bare"] = bar["name"] != bar["value"]
    listed = len(facet.totals) > len(places)
    data["note"] = f"{len(facet.values) - bool(facet.missing):,} values" if listed else ""
    if listed or facet.kind == "texts":
        data["search"] = _search(opened, chart, listed)
    return data


def shown_parts(chart: Chart, picked: Mask) -> list[int]:
    """All values of few; of many those with the most items that pass the other filters, and those that are picked.

    What is no value comes last.
    """
    facet, count = chart.facet, len(chart.facet.values)
    order = np.lexsort((np.arange(count), -facet.totals, -chart.counts)) if count > SHOWN else np.arange(count)
    named = (place for place in order.tolist() if place not in facet.bare)
    first = list(islice(named, SHOWN_OF_MANY if count > SHOWN else None))
    more = [place for place in np.flatnonzero(picked).tolist() if place not in first and place not in facet.bare]
    return [*first, *more[:MOST_PICKED], *sorted(facet.bare)]


def value_name(value: str | None) -> str:
    """What a value is called."""
    return "no value" if value is None else value if value.strip() else "(empty)"


def _bar(chart: Chart, picked: Mask, place: int, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "count": int(chart.counts[place]),
        "total": int(chart.facet.totals[place]),
        "picked": bool(picked[place]),
    }


def _typed(facet: Facet, setting: Setting) -> dict[str, str]:
    """The two fields below a histogram: what stands in them, and what the data reach from and to."""
    ranged = setting if setting and setting.kind == "range" else None
    least, most = facet_ends(facet)
    return {
        "low": bound_text(facet, ranged.low if ranged else None),
        "high": bound_text(facet, ranged.high if ranged else None),
        "least": least,
        "most": most,
    }


def _search(opened: Opened, chart: Chart, listed: bool) -> dict[str, Any]:
    """What the box below the bars needs: where the names of all values are, and how many items pass of each."""
    facet = chart.facet
    query = urlencode({"column": facet.name, "v": values_version(opened)}, quote_via=quote)
    picked = chart.setting.values if chart.setting and chart.setting.kind == "values" else ()
    return {
        "url": f"/values/{quote(opened.name)}?{query}" if listed else "",
        "counts": chart.counts.tolist() if listed and chart.counts is not facet.totals else None,
        "picked": list(picked),
        "contains": facet.looked_into,
    }
