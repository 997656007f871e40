"""What of an address of Explore a page can show that works without the app: the same place, colour, item, selection."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

import numpy as np

from explorer.app.explore.by_choice import usable_by
from explorer.app.explore.selection import passing_rows, selection, view_stamp
from explorer.app.explore.view import ADDRESS, View
from explorer.base.arrays import Rows
from explorer.base.errors import ExplorerError
from explorer.library.map_values import FIXED
from explorer.library.sending.choice import Stop
from explorer.search.hybrid import found_by
from explorer.workspace.opened import Opened
from explorer.workspace.saved import load_views
from explorer.workspace.tours import Tour

EXPLORE = "Explore"


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
    return stop_of(opened, parse_qs(link.removeprefix("?"), keep_blank_values=True), model)


def stop_of(opened: Opened, params: Mapping[str, Sequence[str]], model: str, caption: str = "") -> Stop:
    """The stop of these parameters: what a query or a selection found is what it selects.

    What cannot be answered, such as a selection on a map that is gone, is told in the note.
    """
    view, problems = ADDRESS.read(params)
    spec = (params.get("model") or [model])[-1]
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
        note=" ".join(notes + _asked(view)),
    )


def _rows(opened: Opened, view: View, spec: str) -> Rows:
    """(k,) what the view selects, else what its query finds, else what passes its filters, else none."""
    stamp = next((view_stamp(one) for one in load_views(opened.workspace) if one.name == view.saved), "")
    chosen = selection(opened, view.regions, stamp, view.filters) if view.regions or stamp else None
    if chosen is not None:
        return np.flatnonzero(chosen)
    if view.parts:
        by = usable_by(opened, view)
        return found_by(opened, opened.best_encoder(spec), view.parts, view.filters, view.count, by).rows
    return passing_rows(opened, view.filters) if view.filters else np.zeros(0, np.int64)


def _asked(view: View) -> list[str]:
    words = [part.label for part in view.parts if part.kind == "text"]
    return [f"Selected: the {view.count} nearest to “{' + '.join(words)}”."] if words else []
