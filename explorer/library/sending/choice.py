"""What of a collection goes into a file to send, as a value."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.io.text import counted
from explorer.library.map_values import COLUMN, FIXED
from explorer.search.facets import facet
from explorer.workspace.opened import Opened

MOST_ITEMS, MOST_DRAWN = 50_000, 2_000_000
"""Items of a page, and of a figure."""
MOST_COLUMNS, MOST_COLOURS = 30, 8
COLOUR_NAMES = {"": "cluster", "none": "nothing", "trust": "false neighbours", "continuity": "torn neighbours"}


@dataclass(frozen=True)
class Asked:
    """Why some items are there. words: such as "nearest to “a dog”". ranked: they are in order, the best first."""

    words: str
    ranked: bool = False


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A place in the page with a caption.

    colour: as in `Sent.colours`, "" for the clusters, None for the one that is shown. picked: id of an item. at: the
    part of the map, see `read_place`. query: words to search for. selected: ids, as `asked` says, None when that is
    not known. note: what of it needs the app.
    """

    caption: str
    colour: str | None = None
    picked: str = ""
    at: str = ""
    query: str = ""
    selected: tuple[str, ...] = ()
    asked: Asked | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What goes into the page.

    encoder: the model whose neighbours and map are shown. method: of the map, "" for none. rows: (m,) of the items.
    colours: what the map can be coloured by, see `map_colours`; colour: the one that is shown first. columns: of the
    attributes that go along. start: what is shown first, None for the whole map. stops: of a tour. asked: what all of
    these items are there for, None for no reason.
    """

    opened: Opened
    encoder: str
    method: str
    rows: Rows
    colours: tuple[str, ...]
    colour: str
    columns: tuple[str, ...]
    start: Stop | None = None
    stops: tuple[Stop, ...] = ()
    asked: Asked | None = None


def choose(
    opened: Opened,
    *,
    model: str = "",
    method: str = "",
    rows: Rows | None = None,
    colour: str = "",
    columns: tuple[str, ...] | None = None,
    start: Stop | None = None,
    stops: tuple[Stop, ...] = (),
    asked: Asked | None = None,
    most: int = MOST_ITEMS,
) -> Sent:
    """What is asked for, and the best there is where nothing is said.

    rows: in the order that the page keeps, None for all items. colour: "" for that of `start`, else for the clusters.
    columns: None for all, () for none. asked: why it is these rows.
    InputError when there is no such column or map, no item, or more than `most`; WorkspaceError when there are no
    vectors.
    """
    spec = opened.best_encoder(model)
    if model and spec != model:
        raise InputError(f"There are no vectors of {model!r}. Expected one of: {', '.join(opened.encoders)}.")
    chosen = np.arange(len(opened.dataset), dtype=np.int64) if rows is None else np.asarray(rows, dtype=np.int64)
    _check_count(len(chosen), most)
    going = _columns(opened, columns)
    drawn = _method(opened, spec, method)
    shown = colour or (start and start.colour) or ""
    used = [one.colour for one in stops if one.colour]
    colours = _colours(opened, (shown, *used), going)
    return Sent(
        opened=opened,
        encoder=spec,
        method=drawn,
        rows=chosen,
        colours=colours,
        colour=shown,
        columns=going,
        start=start,
        stops=stops,
        asked=asked,
    )


def _check_count(count: int, most: int) -> None:
    if not count:
        raise InputError("There is no item to send: choose others with --view or --where.")
    if count > most:
        raise InputError(f"Expected at most {most:,} items, got {count:,}. Choose some with --view or --where.")


def _columns(opened: Opened, columns: tuple[str, ...] | None) -> tuple[str, ...]:
    known = opened.tagged.attributes
    for name in columns or ():
        if name not in known:
            raise InputError(f"There is no column {name!r}. Expected one of: {', '.join(known) or 'none'}.")
    return tuple(known[:MOST_COLUMNS]) if columns is None else columns


def _method(opened: Opened, spec: str, method: str) -> str:
    methods = opened.map_methods(spec)
    if method and method not in methods:
        raise InputError(f"There is no map {method!r} by {spec}. Maps there are: {', '.join(methods) or 'none'}.")
    return method or (methods or ("",))[0]


def _colours(opened: Opened, wanted: tuple[str, ...], columns: tuple[str, ...]) -> tuple[str, ...]:
    """The clusters, the columns that tell items apart, and those that are asked for."""
    for colour in wanted:
        kind, _, name = colour.partition(":")
        if colour not in FIXED and not (kind == COLUMN and name in opened.tagged.attributes):
            known = ", ".join([*FIXED[1:], *(f"{COLUMN}:{one}" for one in opened.tagged.attributes)])
            raise InputError(f"colour: expected one of {known}; got {colour!r}.")
    apart = [f"{COLUMN}:{one}" for one in columns if _tells_apart(opened, one)][:MOST_COLOURS]
    return tuple(dict.fromkeys(["", *apart, *wanted]))


def _tells_apart(opened: Opened, name: str) -> bool:
    found = facet(opened, name)
    return found.kind not in ("texts", "none") and len(found.totals) > 1


def colour_name(colour: str) -> str:
    """What a colour is called in a list."""
    return COLOUR_NAMES.get(colour) or colour.partition(":")[2]


def counted_items(sent: Sent) -> str:
    """How many of how many items."""
    all_items = len(sent.opened.dataset)
    words = counted(len(sent.rows), "item")
    return words if len(sent.rows) == all_items else f"{words} of {all_items:,}"
