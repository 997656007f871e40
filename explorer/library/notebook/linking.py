"""Linked maps: what is selected, picked and pointed at, and, where their points lie alike, the part on screen."""

from collections.abc import Callable
from typing import Any

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError
from explorer.drawing.map.values import MapEvent
from explorer.library.map_values import map_points
from explorer.library.maps import CollectionMap
from explorer.library.notebook.extra import bundle_of, has_widgets, need_widgets
from explorer.library.notebook.state import MapState
from explorer.library.notebook.still import beside


class Linked:
    """Maps that were linked by `explorer.link`; in a notebook they draw themselves side by side."""

    def __init__(self, maps: tuple[CollectionMap, ...]) -> None:
        self.maps = maps
        self._busy = False
        self._heard: list[Callable[[], None]] = []
        for one in maps:
            self._listen(one.state)
        first = maps[0].state
        if first.marks.selected is not None:
            first.selects.tell(None)
        if first.marks.picked is not None:
            first.picks.tell(None)

    def unlink(self) -> None:
        """From now on each map is by itself."""
        while self._heard:
            self._heard.pop()()

    def __repr__(self) -> str:
        return "\n".join(["Linked:", *(f"  {one!r}" for one in self.maps)])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The maps side by side, below each other where there is little room."""
        if not has_widgets():
            stills = [one._repr_mimebundle_()["text/html"] for one in self.maps]
            return {"text/html": "".join(stills), "text/plain": repr(self)}
        picture = beside([one.still() for one in self.maps])
        return {**bundle_of(self.widget), "image/png": picture, "text/plain": repr(self)}

    @property
    def widget(self) -> Any:
        """A box of ipywidgets with the maps; InputError when the extra [notebook] is not installed."""
        need_widgets()
        from ipywidgets import Box, Layout

        for one in self.maps:
            one.widget.layout = Layout(flex="1 1 320px", min_width="0")
        return Box([one.widget for one in self.maps], layout=Layout(flex_flow="row wrap", grid_gap="8px"))

    def _listen(self, state: MapState) -> None:
        def selected(_: None) -> None:
            self._tell(state, lambda other: other.select(_mask_on(other, state)))

        def picked(_: None) -> None:
            self._tell(state, lambda other: _pick_on(other, state))

        def moved(event: MapEvent) -> None:
            self._tell(state, lambda other: _follow(other, state, event))

        state.link(True)
        self._heard += [state.selects.add(selected), state.picks.add(picked), state.moves.add(moved)]
        self._heard.append(lambda: state.link(False))

    def _tell(self, told: MapState, act: Callable[[MapState], None]) -> None:
        """Do it on all other maps; what that does on them is told to nobody again."""
        if self._busy:
            return
        self._busy = True
        try:
            for one in self.maps:
                if one.state is not told:
                    act(one.state)
        finally:
            self._busy = False


def link(*maps: CollectionMap) -> Linked:
    """Link maps: what is selected, picked or pointed at on one is so on the others, by its id.

    Where the points of two lie at the same places, they also show the same part. InputError for fewer than two maps.
    """
    if len({id(one) for one in maps}) < 2:
        raise InputError(f"Expected at least two maps to link, got {len(maps)}.")
    return Linked(maps)


def rows_on(other: MapState, state: MapState, rows: Rows) -> Rows:
    """(k,) the rows of the same ids in another collection; -1 where it has no such item."""
    mine, theirs = state.opened.dataset, other.opened.dataset
    if mine is theirs or mine.ids_hash == theirs.ids_hash:
        return rows
    return np.asarray(theirs.ids.get_indexer(mine.ids[rows]), dtype=np.int64)


def _mask_on(other: MapState, state: MapState) -> Mask | None:
    if state.marks.selected is None:
        return None
    rows = rows_on(other, state, np.flatnonzero(state.marks.selected))
    mask = np.zeros(len(other.opened.dataset), dtype=bool)
    mask[rows[rows >= 0]] = True
    return mask


def _row_on(other: MapState, state: MapState, row: int) -> int:
    return int(rows_on(other, state, np.array([row]))[0]) if row >= 0 else -1


def _pick_on(other: MapState, state: MapState) -> None:
    picked = state.marks.picked
    row = -1 if picked is None else _row_on(other, state, picked)
    other.pick(row if row >= 0 and other.opened.embeddings(other.spec).present[row] else None)


def _follow(other: MapState, state: MapState, event: MapEvent) -> None:
    if other.drawn is None:
        return
    if event.kind == "hover":
        other.drawn.follow(pointed=_row_on(other, state, event.row))
    elif event.kind == "view" and _same_places(other, state):
        other.drawn.follow(at=event.at)


def _same_places(a: MapState, b: MapState) -> bool:
    places = [map_points(one.opened, one.spec, one.method).blob.version for one in (a, b)]
    return places[0] == places[1]
