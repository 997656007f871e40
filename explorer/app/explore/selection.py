"""Which items are selected: by regions drawn on maps, or by a saved view; and what sets them apart."""

import numpy as np
import pandas as pd

from explorer.app.explore.view import Region
from explorer.base.arrays import Mask, Rows
from explorer.base.memory import remembered
from explorer.search import explain_selection, points_in_polygon
from explorer.search.find import filter_mask
from explorer.workspace.opened import Opened
from explorer.workspace.saved import SavedView, load_views

Regions = tuple[Region, ...]


@remembered(64, also="tags")
def selection(opened: Opened, regions: Regions, saved: str, filters: str) -> Mask | None:
    """(n,) True for the selected items that pass the filters; None when nothing is selected.

    regions: the drawn selection. saved: stamp of a saved view, which goes before what is drawn.
    WorkspaceError when a region was drawn on a map that is not there.
    """
    inside = _of_view(opened, saved) if saved else _of_regions(opened, regions) if regions else None
    if inside is not None and filters:
        inside = inside & filter_mask(opened, filters)
    if inside is not None:
        inside.flags.writeable = False
    return inside


@remembered(8, also="tags")
def explained(opened: Opened, rows: bytes) -> pd.DataFrame:
    """What sets some items apart from the rest. rows: (k,) row numbers, the bytes of int64, because they are a key."""
    inside = np.zeros(len(opened.dataset), dtype=bool)
    inside[np.frombuffer(rows, np.int64)] = True
    return explain_selection(opened.tagged, inside)


def passing_rows(opened: Opened, filters: str) -> Rows:
    """(k,) rows of the items that pass the filters."""
    return np.flatnonzero(filter_mask(opened, filters))


def view_stamp(view: SavedView) -> str:
    """Name and date of a saved view: what tells it from a later one of the same name."""
    return f"{view.created} {view.name}"


def _of_regions(opened: Opened, regions: Regions) -> Mask:
    inside = np.zeros(len(opened.dataset), dtype=bool)
    for region in regions:
        drawn = points_in_polygon(opened.map(region.model, region.method).coords, np.array(region.polygon))
        inside = inside & ~drawn if region.mode == "subtract" else drawn | (inside & (region.mode == "add"))
    return inside


def _of_view(opened: Opened, stamp: str) -> Mask | None:
    view = next((view for view in load_views(opened.workspace) if view_stamp(view) == stamp), None)
    if view is None:
        return None
    inside = np.zeros(len(opened.dataset), dtype=bool)
    rows = opened.dataset.places_of(view.ids)
    inside[rows[rows >= 0]] = True
    return inside
