"""A map in a notebook: what is marked on it, who is told of it, and the widget that draws it."""

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Mask
from explorer.drawing.map.labels import value_labels
from explorer.drawing.map.values import MapColours, MapEvent, MapLabel
from explorer.library.map_values import CLUSTER, map_labels, map_points
from explorer.library.notebook.extra import need_widgets
from explorer.library.notebook.listening import Listeners
from explorer.library.notebook.marks import Marks, combined, same, something
from explorer.library.notebook.questions import answer, asked_for, items_of
from explorer.library.results import COSINE, Results, no_parts
from explorer.search.find import find
from explorer.search.query import QueryPart
from explorer.search.regions import points_in_polygon
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    from explorer.library.notebook.widgets import MapWidget

NEAR = 10


class MapState:
    """What is marked on the map of a model. Each change goes to the browser, if the map is drawn, and to the listeners.

    selects, picks: told when the selection, or the picked item, is another. moves: what is under the pointer and on
    screen, told while the map is linked.
    """

    def __init__(self, opened: Opened, spec: str, method: str, colours: MapColours, options: dict[str, Any]) -> None:
        self.opened, self.spec, self.method = opened, spec, method
        self.colours, self.options = colours, options
        self.marks, self.linked = Marks(), False
        self.selects: Listeners[None] = Listeners()
        self.picks: Listeners[None] = Listeners()
        self.moves: Listeners[MapEvent] = Listeners()

    @cached_property
    def widget(self) -> "MapWidget":
        """What draws it; InputError when the extra is not installed."""
        need_widgets()
        from explorer.library.notebook.widgets import MapWidget

        made = MapWidget(self.happened, lambda kind, row: answer(self.opened, kind, row))
        made.linked = self.linked
        self._draw(made)
        self._mark(made)
        return made

    @property
    def drawn(self) -> "MapWidget | None":
        """The widget, None when there is none yet."""
        return self.__dict__.get("widget")

    def paint(self, colours: MapColours) -> None:
        """Colour it otherwise."""
        self.colours = colours
        if self.drawn:
            self._draw(self.drawn)

    def select(self, mask: Mask | None) -> None:
        """Select these items (n,); nothing for None or a mask that holds nothing."""
        chosen = something(mask)
        if not same(chosen, self.marks.selected):
            self._change(selected=chosen)
            self.selects.tell(None)

    def filter(self, mask: Mask | None) -> None:
        """Grey what is not in the mask (n,); None greys nothing."""
        self._change(shown=mask)

    def pick(self, row: int | None) -> None:
        """Pick an item and mark those nearest to it; None lets go."""
        if row == self.marks.picked:
            return
        if row is None:
            self._change(picked=None, near=None, similarities=None)
        else:
            near = self.near(row)
            self._change(picked=row, near=near.rows, similarities=near.scores)
        self.picks.tell(None)

    def near(self, row: int, count: int = NEAR) -> Results:
        """The items nearest to one."""
        item = QueryPart("item", str(self.opened.dataset.ids[row]))
        found = find(self.opened, self.spec, (item,), "", count + 1)
        others = np.flatnonzero(found.rows != row)[:count]
        return Results(
            opened=self.opened,
            rows=found.rows[others],
            scores=found.similarities[others],
            measure=COSINE,
            parts=no_parts(len(others)),
        )

    def link(self, linked: bool) -> None:
        """Whether the browser tells of pointer and part on screen."""
        self.linked = linked
        if self.drawn:
            self.drawn.linked = linked

    def happened(self, event: MapEvent) -> None:
        """What was done in the browser."""
        if event.kind == "select":
            inside = points_in_polygon(self.opened.map(self.spec, self.method).coords, event.polygon)
            shown = self.marks.shown
            self.select(combined(self.marks.selected, inside if shown is None else inside & shown, event.op))
        elif event.kind in ("pick", "query"):
            self.pick(event.row)
        elif event.kind == "clear" and event.op == "selection":
            self.select(None)
        elif event.kind == "clear":
            self.pick(None)
        else:
            self.moves.tell(event)

    def _change(self, **changes: Any) -> None:
        self.marks = replace(self.marks, **changes)
        if self.drawn:
            self._mark(self.drawn)

    def _draw(self, widget: "MapWidget") -> None:
        place = (self.opened, self.spec, self.method)
        widget.draw(
            map_points(*place),
            self.colours,
            items_of(self.opened),
            self._labels(),
            asked_for(self.opened),
            self.options,
        )

    def _labels(self) -> list[MapLabel]:
        """The names of the clusters, or of the values that the map is coloured by."""
        colours = self.colours
        if colours.kind == "categories" and colours.label != CLUSTER:
            return value_labels(self.opened.map(self.spec, self.method).coords, colours)
        return map_labels(self.opened, self.spec, self.method)

    def _mark(self, widget: "MapWidget") -> None:
        widget.mark(self.marks.selected, self.marks.shown, self.marks.highlight)
