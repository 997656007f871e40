"""The view of the Explore page as a value, and its exact form in the address of the page.

Everything that decides what is shown is a field of `View`.
"""

import math
from dataclasses import dataclass
from typing import Any

from explorer.app.frame.address import Address, Field, choice, each, expect, number, shortest, text, whole
from explorer.drawing.map.place import PLACE, read_place
from explorer.search.query import MAX_PARTS, MAX_TEXT, MAX_WEIGHT, PART_KINDS, QueryPart
from explorer.workspace.mapping import MAP_METHODS as MAPS

MODES = ("replace", "add", "subtract")
TOOLS = ("results", "selection", "hybrid", "compare", "duplicates", "outliers", "solid", "views")
SHOWS = ("pictures", "table", "apart", "tag", "save")
FITS = ("whole",)
COUNTS = (12, 24, 50, 100, 200)
MAX_REGIONS, MAX_CORNERS = 20, 400
Point = tuple[float, float]


@dataclass(frozen=True)
class Region:
    """A polygon drawn on the map of one encoder and method, and how it joins the regions before it."""

    mode: str
    method: str
    model: str
    polygon: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the Explore page carries besides workspace and model.

    parts: the query. filters: the form of `search.filters`. method: "" for the best map there is. colour: "" for the
    clusters, "none", "column:<name>", "similarity", "trust", "continuity", "dimension". at: the part of the map that is
    on screen, "" for all (see `read_place`). regions: the drawn selection, in order.
    saved: name of a saved view that is selected instead. by: what finds, "" for meaning alone, "keywords" or "both".
    cut: "on" where what is irrelevant is cut off.
    versus: a second encoder, "" for none. count: results shown. tool: what is open beside the map, "" for the
    selection where there is one, else the results. show: how results or selection are shown.
    card: the column that cards show, "" for the best one there is. fit: "whole" for uncropped pictures, "" for squares.
    threshold: agreement from which two items count as duplicates, 0 for the one that the data propose.
    """

    parts: tuple[QueryPart, ...] = ()
    filters: str = ""
    method: str = ""
    colour: str = ""
    at: str = ""
    regions: tuple[Region, ...] = ()
    saved: str = ""
    versus: str = ""
    count: int = 24
    tool: str = ""
    show: str = "pictures"
    card: str = ""
    fit: str = ""
    threshold: float = 0.0
    by: str = ""
    cut: str = ""


def _read_part(value: str) -> QueryPart:
    kind, weight, content = _split(value, 3)
    expect(kind in PART_KINDS, f"expected one of {', '.join(PART_KINDS)}, got {kind!r}")
    size = float(weight)
    expect(math.isfinite(size) and abs(size) <= MAX_WEIGHT, f"expected a weight from -5 to 5, got {weight}")
    expect(bool(content.strip()) and len(content) <= MAX_TEXT, f"expected 1 to {MAX_TEXT} characters")
    return QueryPart(kind, content, size)


def _write_part(part: QueryPart) -> str:
    return f"{part.kind}:{shortest(part.weight)}:{part.value}"


def _read_region(value: str) -> Region:
    mode, method, corners, model = _split(value, 4)
    expect(mode in MODES and method in MAPS, "expected a way to select and a map")
    numbers = [float(piece) for piece in corners.split("_")]
    expect(all(math.isfinite(piece) for piece in numbers), "expected finite numbers")
    expect(6 <= len(numbers) <= 2 * MAX_CORNERS and len(numbers) % 2 == 0, "expected at least three corners")
    return Region(mode, method, model, tuple(zip(numbers[::2], numbers[1::2], strict=True)))


def _write_region(region: Region) -> str:
    corners = "_".join(shortest(value) for point in region.polygon for value in point)
    return f"{region.mode}:{region.method}:{corners}:{region.model}"


def _split(value: str, pieces: int) -> list[str]:
    found = value.split(":", pieces - 1)
    expect(len(found) == pieces, f"expected {pieces} pieces between colons")
    return found


_FIELDS: dict[str, Any] = {
    "parts": each("q", _read_part, _write_part, MAX_PARTS),
    "regions": each("sel", _read_region, _write_region, MAX_REGIONS),
    "filters": text("f", most=100_000),
    "colour": text("color"),
    "saved": text("view"),
    "versus": text("vs"),
    "method": choice("map", MAPS),
    "at": Field(PLACE, read_place, str),
    "tool": choice("tool", TOOLS),
    "show": choice("as", SHOWS),
    "card": text("card"),
    "fit": choice("fit", FITS),
    "count": whole("k", COUNTS),
    "threshold": number("dup", 0, 1),
    "by": choice("by", ("keywords", "both")),
    "cut": choice("cut", ("on",)),
}
ADDRESS = Address(View(), **_FIELDS)
