"""What the map's script takes, as plain JSON values; the big arrays go beside it. Pure."""

from collections.abc import Sequence
from typing import Any

from explorer.base.arrays import Mask, check_rows
from explorer.base.errors import InputError
from explorer.drawing.map.encode import encode_mask
from explorer.drawing.map.palettes import MISSING
from explorer.drawing.map.values import MapColours, MapHighlight, MapItems, MapLabel, MapPoints

INLINE_ITEMS = 5_000
"""Ids and texts are sent along up to this many items; above, `MapItems.item_url` is asked for one at a time."""


def map_data(
    points: MapPoints,
    colours: MapColours,
    highlight: MapHighlight,
    items: MapItems,
    *,
    selected: Mask | None = None,
    shown: Mask | None = None,
    labels: Sequence[MapLabel] = (),
) -> dict[str, Any]:
    """Return everything but the big arrays as plain JSON values."""
    count = len(points)
    if len(colours) != count:
        raise InputError(f"map colours: expected one code for each of {count} items, got {len(colours)}.")
    return {
        "count": count,
        "points": {"version": points.blob.version if not points.url else points.url, "url": points.url},
        "colours": {
            "version": colours.blob.version,
            "kind": colours.kind,
            "label": colours.label,
            "names": colours.names,
            "notes": colours.notes,
            "colours": colours.colours,
            "low": colours.low,
            "high": colours.high,
            "note": colours.note,
            "missing": colours.missing,
            "grey": MISSING,
            "literal": colours.literal,
        },
        "selected": encode_mask(selected, count, "selected"),
        "shown": encode_mask(shown, count, "shown"),
        "highlight": highlight_data(highlight, count),
        "items": _items_data(items, count),
        "labels": [[one.text, one.x, one.y, one.weight, one.low, one.high] for one in labels],
    }


def highlight_data(highlight: MapHighlight, count: int) -> dict[str, Any]:
    """What stands out, as plain JSON values; InputError for a row outside 0 to count - 1."""
    picked = [] if highlight.picked is None else [int(highlight.picked)]
    check_rows(picked, count, "picked")
    return {
        "picked": picked[0] if picked else -1,
        "neighbours": check_rows(highlight.neighbours, count, "neighbours").tolist(),
        "similarities": [round(float(value), 4) for value in highlight.similarities],
        "query": None if highlight.query_xy is None else [float(value) for value in highlight.query_xy],
        "queryLabel": highlight.query_label,
        "lines": highlight.lines,
    }


def _items_data(items: MapItems, count: int) -> dict[str, Any]:
    inline = not items.item_url and count <= INLINE_ITEMS
    return {
        "thumb": items.thumb_url,
        "item": items.item_url,
        "neighbours": items.neighbours_url,
        "ids": [str(value) for value in items.ids] if inline else [],
        "captions": [str(value)[:300] for value in items.captions] if inline else [],
        "texts": [str(value)[:300] for value in items.texts] if inline else [],
    }
