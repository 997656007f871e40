"""What the browser sends back, checked: it is input like any other."""

from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import InputError
from explorer.drawing.map.place import read_place
from explorer.drawing.map.values import MapEvent

OPERATIONS = ("replace", "add", "subtract")
LET_GO = ("selection", "picked")
MAX_CORNERS = 2_000


def parse_event(payload: Any, count: int) -> MapEvent | None:
    """Return the event in `payload`, or None when it is none, malformed, or about a row outside 0 to count - 1."""
    if not isinstance(payload, dict) or not isinstance(payload.get("sequence"), str):
        return None
    kind, sequence = payload.get("kind"), payload["sequence"]
    if kind == "select":
        return _select(payload, sequence)
    if kind in ("pick", "query"):
        row = payload.get("row")
        return MapEvent(kind, sequence, row=row) if _is_row(row, count) else None
    if kind == "hover":
        row = payload.get("row")
        return MapEvent("hover", sequence, row=row) if _is_row(row, count) or row == -1 else None
    if kind == "legend":
        names = payload.get("names")
        return MapEvent(kind, sequence, names=tuple(map(str, names))) if isinstance(names, list) else None
    if kind == "view":
        return _view(payload.get("at"), sequence)
    return (
        MapEvent("clear", sequence, op=payload["what"]) if kind == "clear" and payload.get("what") in LET_GO else None
    )


def _is_row(value: object, count: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def _view(at: object, sequence: str) -> MapEvent | None:
    """The part on screen; "" for the whole map."""
    try:
        return MapEvent("view", sequence, at=read_place(at) if at else "") if isinstance(at, str) else None
    except (InputError, ValueError):
        return None


def _select(payload: dict[str, Any], sequence: str) -> MapEvent | None:
    polygon = parse_polygon(payload.get("polygon"))
    op = payload.get("op")
    if polygon is None or op not in OPERATIONS:
        return None
    return MapEvent("select", sequence, op, polygon)


def parse_polygon(value: Any) -> NDArray[np.float64] | None:
    """Return a list of [x, y] as (k, 2) float64; None unless it has 3 to 2,000 finite corners."""
    try:
        polygon = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    if polygon.ndim != 2 or polygon.shape[1] != 2 or not 3 <= len(polygon) <= MAX_CORNERS:
        return None
    return polygon if np.isfinite(polygon).all() else None
