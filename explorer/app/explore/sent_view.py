"""What of an address of Explore a page can show that works without the app: the same place, colour, item, selection."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

import numpy as np

from explorer.app.explore.by_choice import usable_by
from explorer.app.explore.selection import passing_rows, selection, view_stamp
from explorer.app.explore.view import ADDRESS, View
from explorer.base.arrays import Rows
from explorer.base.errors import ExplorerError, InputError
from explorer.library.map_values import FIXED
from explorer.library.sending.choice import Asked, Stop
from explorer.search.facet_words import setting_words
from explorer.search.facets import facet
from explorer.search.filters import parse_filters
from explorer.search.hybrid import found_by
from explorer.workspace.opened import Opened
from explorer.workspace.saved import load_views
from explorer.workspace.tours import Tour

EXPLORE = "Explore"
HOW = {"": "nearest to", "keywords": "with the words", "both": "found by words and meaning for"}


def stops_of(opened: Opened, tour: Tour, model: str) -> tuple[Stop, ...]:
    """The stops of a tour; of those that are no address of Explore on this workspace the words alone."""
    found = []
    for one in tour.stops:
        if one.page != EXPLORE:
            found.append(Stop(caption=one.caption, note=f"This stop is on the page {one.page} of the app."))
        elif one.workspace != opened.name:
            found.append(Stop(caption=one.caption, note=f"This stop shows another collection, {one.workspace}."))
        else:
            found.append(stop_of(opened, one.params, model, one.caption))
    return tuple(found)


def stop_of_link(opened: Opened, link: str, model: str) -> Stop:
    """The stop of the part of an address of Explore behind the question mark."""
    return stop_of(opened, _parameters(link), model)


def _parameters(link: str) -> Mapping[str, Sequence[str]]:
    return parse_qs(link.removeprefix("?"), keep_blank_values=True)


def _spec(params: Mapping[str, Sequence[str]], model: str) -> str:
    return (params.get("model") or [model])[-1]


def found_of_link(opened: Opened, link: str, model: str) -> tuple[Rows, Asked]:
    """(k,) rows of the items that such an address selects or finds, the best first, and what they are.

    InputError when it selects and finds nothing.
    """
    params = _parameters(link)
    view, problems = ADDRESS.read(params)
    rows = _rows(opened, view, _spec(params, model))
    if not len(rows):
        raise InputError(" ".join(["The link selects and finds no item to send.", *problems]))
    return rows, _asked(opened, view)


def stop_of(opened: Opened, params: Mapping[str, Sequence[str]], model: str, caption: str = "") -> Stop:
    """The stop of these parameters: what a query or a selection found is what it selects.

    What cannot be answered, such as a selection on a map that is gone, is told in the note.
    """
    view, problems = ADDRESS.read(params)
    spec = _spec(params, model)
    items = [part.value for part in view.parts if part.kind == "item"]
    alone = len(view.parts) == 1 and len(items) == 1 and view.parts[0].weight > 0
    try:
        selected = () if alone else tuple(map(str, opened.dataset.ids[_rows(opened, view, spec)]))
    except ExplorerError as error:
        selected, problems = (), [*problems, str(error)]
    known = view.colour in FIXED or view.colour.removeprefix("column:") in opened.tagged.attributes
    notes = problems + ([f"In the app this is seen by the model {spec}."] if spec != model else [])
    return Stop(
        caption=caption,
        colour=view.colour if known else "",
        picked=items[0] if alone else "",
        at=view.at if spec == model else "",
        selected=selected,
        asked=_asked(opened, view) if selected else None,
        note=" ".join(notes + _told(view)),
    )


def _rows(opened: Opened, view: View, spec: str) -> Rows:
    """(k,) what the view selects, else what its query finds, else what passes its filters, else none."""
    stamp = _stamp(opened, view)
    chosen = selection(opened, view.regions, stamp, view.filters) if view.regions or stamp else None
    if chosen is not None:
        return np.flatnonzero(chosen)
    if view.parts:
        by = usable_by(opened, view)
        return found_by(opened, opened.best_encoder(spec), view.parts, view.filters, view.count, by).rows
    return passing_rows(opened, view.filters) if view.filters else np.zeros(0, np.int64)


def _stamp(opened: Opened, view: View) -> str:
    return next((view_stamp(one) for one in load_views(opened.workspace) if one.name == view.saved), "")


def _asked(opened: Opened, view: View) -> Asked:
    """What `_rows` are there for."""
    kept = [(one.column, setting_words(facet(opened, one.column), one)) for one in parse_filters(view.filters)]
    within = " and ".join(f"{column}: {words}" for column, words in kept)
    if view.regions or _stamp(opened, view):
        words = "in the area drawn on the map" if view.regions else f"in the saved view “{view.saved}”"
        return Asked(f"{words}, with {within}" if within else words)
    if not view.parts:
        return Asked(f"with {within}")
    words = f"{HOW[view.by]} {_in_words(view)}"
    return Asked(f"{words} among those with {within}" if within else words, ranked=True)


def _in_words(view: View) -> str:
    """The parts of the query: “a dog” + “snow” − “water”."""
    found = ""
    for part in view.parts:
        sign = "− " if part.weight < 0 else "+ " if found else ""
        found += f" {sign}{'your picture' if part.kind == 'image' else f'“{part.label}”'}"
    return found.strip()


def _told(view: View) -> list[str]:
    words = [part.label for part in view.parts if part.kind == "text"]
    return [f"Selected: the {view.count} nearest to “{' + '.join(words)}”."] if words else []
