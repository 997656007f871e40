"""The view of the Explore page as a value, and its exact form in the address of the page.

A link is a promise: whoever opens it sees this view. So everything that decides what is shown is a field of
`ViewState`, and reading what was written gives an equal value. A damaged parameter is left out and named.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from explorer.base.errors import InputError

PART_KINDS = ("text", "item", "image")
METHODS = ("umap", "pca")
MODES = ("replace", "add", "subtract")
TOOLS = ("selection", "compare", "duplicates", "outliers", "views")
COUNTS = (12, 24, 50, 100, 200)
MAX_TEXT, MAX_PARTS, MAX_REGIONS, MAX_CORNERS, MAX_WEIGHT = 2_000, 20, 20, 400, 5.0
Point = tuple[float, float]
Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class QueryPart:
    """One part of a query: a text, an item's id, or the name of an uploaded image; negative weight: less like it."""

    kind: str
    value: str
    weight: float = 1.0


@dataclass(frozen=True)
class Region:
    """A polygon drawn on the map of one encoder and method, and how it joins the regions before it."""

    mode: str
    method: str
    model: str
    polygon: tuple[Point, ...]


@dataclass(frozen=True)
class ViewState:
    """All that a link to the Explore page carries besides workspace and model.

    parts: the query. filters: the form of `search.filters`. method: "" for the best map there is. colour: "" for the
    clusters, "none", "column:<name>", "similarity", "trust", "continuity". regions: the drawn selection, in order.
    saved: name of a saved view that is selected instead.
    versus: a second encoder, "" for none. count: results shown. tool: the open tool below the map.
    threshold: similarity from which two items count as duplicates.
    """

    parts: tuple[QueryPart, ...] = ()
    filters: str = ""
    method: str = ""
    colour: str = ""
    regions: tuple[Region, ...] = ()
    saved: str = ""
    versus: str = ""
    count: int = 24
    tool: str = "selection"
    threshold: float = 0.95


DEFAULT = ViewState()
TEXT_FIELDS = {"f": "filters", "color": "colour", "view": "saved", "vs": "versus"}
CHOICE_FIELDS = {"map": ("method", METHODS), "tool": ("tool", TOOLS)}
NAMES = ("q", "sel", "k", "dup", *TEXT_FIELDS, *CHOICE_FIELDS)


def number(value: float) -> str:
    """Shortest form of a finite float that reads back as the same float."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def write_view(view: ViewState) -> dict[str, list[str]]:
    """Parameters of the address, only those that differ from the plain view."""
    params = {
        "q": [_write_part(part) for part in view.parts],
        "sel": [_write_region(region) for region in view.regions],
    }
    if view.count != DEFAULT.count:
        params["k"] = [str(view.count)]
    if view.threshold != DEFAULT.threshold:
        params["dup"] = [number(view.threshold)]
    fields = TEXT_FIELDS | {name: field for name, (field, _) in CHOICE_FIELDS.items()}
    params |= {
        name: [getattr(view, field)]
        for name, field in fields.items()
        if getattr(view, field) != getattr(DEFAULT, field)
    }
    return {name: values for name, values in params.items() if values}


def read_view(params: Params) -> tuple[ViewState, list[str]]:
    """The view of these parameters, and a sentence for each parameter that could not be used and was left out."""
    problems: list[str] = []
    view = replace(
        DEFAULT,
        parts=_read_all(params.get("q", ()), _read_part, MAX_PARTS, "query parts", problems),
        regions=_read_all(params.get("sel", ()), _read_region, MAX_REGIONS, "regions", problems),
    )
    changes: dict[str, Any] = {field: params[name][-1] for name, field in TEXT_FIELDS.items() if params.get(name)}
    for name, (field, choices) in CHOICE_FIELDS.items():
        changes |= _read_choice(params, name, field, choices, problems)
    changes |= _read_count(params, problems) | _read_threshold(params, problems)
    return replace(view, **changes), problems


def _write_part(part: QueryPart) -> str:
    return f"{part.kind}:{number(part.weight)}:{part.value}"


def _write_region(region: Region) -> str:
    corners = "_".join(number(value) for point in region.polygon for value in point)
    return f"{region.mode}:{region.method}:{corners}:{region.model}"


def _read_all(
    values: Sequence[str], read: Callable[[str], Any], most: int, what: str, problems: list[str]
) -> tuple[Any, ...]:
    found = []
    for value in values[:most]:
        try:
            found.append(read(value))
        except (InputError, ValueError) as error:
            problems.append(f"The link holds something that cannot be read and was left out: {value[:60]!r} ({error}).")
    if len(values) > most:
        problems.append(f"The link holds {len(values)} {what}; the first {most} were used.")
    return tuple(found)


def _read_part(value: str) -> QueryPart:
    kind, weight, content = _split(value, 3)
    _expect(kind in PART_KINDS, f"expected one of {', '.join(PART_KINDS)}, got {kind!r}")
    size = float(weight)
    _expect(math.isfinite(size) and abs(size) <= MAX_WEIGHT, f"expected a weight from -5 to 5, got {weight}")
    _expect(bool(content.strip()) and len(content) <= MAX_TEXT, f"expected 1 to {MAX_TEXT} characters")
    return QueryPart(kind, content, size)


def _read_region(value: str) -> Region:
    mode, method, corners, model = _split(value, 4)
    _expect(mode in MODES and method in METHODS, "expected a way to select and a map")
    numbers = [float(piece) for piece in corners.split("_")]
    _expect(all(math.isfinite(piece) for piece in numbers), "expected finite numbers")
    _expect(6 <= len(numbers) <= 2 * MAX_CORNERS and len(numbers) % 2 == 0, "expected at least three corners")
    return Region(mode, method, model, tuple(zip(numbers[::2], numbers[1::2], strict=True)))


def _split(value: str, pieces: int) -> list[str]:
    found = value.split(":", pieces - 1)
    _expect(len(found) == pieces, f"expected {pieces} pieces between colons")
    return found


def _expect(condition: bool, message: str) -> None:
    if not condition:
        raise InputError(message)


def _read_choice(params: Params, name: str, field: str, choices: Sequence[str], problems: list[str]) -> dict[str, str]:
    given = params.get(name)
    if not given:
        return {}
    if given[-1] in choices:
        return {field: given[-1]}
    problems.append(f"The link asks for {name}={given[-1][:40]!r}; expected one of {', '.join(choices)}.")
    return {}


def _read_count(params: Params, problems: list[str]) -> dict[str, int]:
    given = params.get("k")
    if not given:
        return {}
    if given[-1] in {str(count) for count in COUNTS}:
        return {"count": int(given[-1])}
    problems.append(f"The link asks for {given[-1][:40]!r} results; expected one of {', '.join(map(str, COUNTS))}.")
    return {}


def _read_threshold(params: Params, problems: list[str]) -> dict[str, float]:
    given = params.get("dup")
    if not given:
        return {}
    try:
        value = float(given[-1])
    except ValueError:
        value = math.nan
    if 0 <= value <= 1:
        return {"threshold": value}
    problems.append(f"The link asks for duplicates from {given[-1][:40]!r}; expected a similarity from 0 to 1.")
    return {}
