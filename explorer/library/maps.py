"""The map of a collection: a table, a figure, and in a notebook a map to work with."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Mask, Rows
from explorer.base.dataset import ID
from explorer.base.errors import InputError
from explorer.drawing.map.values import MapColours
from explorer.library.figure import check_column, map_figure
from explorer.library.map_values import COLUMN, FIXED, column_colours, map_colours
from explorer.library.notebook.extra import bundle_of, has_widgets
from explorer.library.notebook.state import MapState
from explorer.library.notebook.still import still_html, still_png
from explorer.library.results import Results
from explorer.search.find import filter_mask
from explorer.search.where import Where, filters_of
from explorer.workspace.mapping import Map
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from explorer.library.notebook.widgets import MapWidget

HEIGHT = 520
YOURS = "your values"


class CollectionMap:
    """Items on a plane, alike ones close together. spec, method: the model, and "umap" or "pca".

    In a notebook it draws itself. What is selected and picked there is known here, and the other way round; `state`
    is what the two share.
    """

    def __init__(
        self,
        opened: Opened,
        spec: str,
        method: str,
        *,
        colour: "str | Iterable[Any]" = "",
        where: Where | None = None,
        height: int = HEIGHT,
    ) -> None:
        self.opened, self.spec, self.method = opened, spec, method
        options = {"height": height, "noun": "items", "elastic": method == "umap"}
        self.state = MapState(opened, spec, method, self._colours(colour), options)
        self.filter(where)

    @property
    def layout(self) -> Map:
        """(n, 2) places with trust, continuity and clusters, an entry an item; NaN where an item has no vector."""
        return self.opened.map(self.spec, self.method)

    def to_pandas(self) -> "pd.DataFrame":
        """A row an item: id, x, y, cluster (its name, "" for none), trust and continuity (both from 0 to 1)."""
        import pandas as pd

        drawn = self.layout
        names = np.array([*drawn.cluster_names, ""], dtype=object)
        columns = {
            ID: self.opened.dataset.ids,
            "x": drawn.coords[:, 0],
            "y": drawn.coords[:, 1],
            "cluster": names[drawn.clusters],
            "trust": drawn.trust,
            "continuity": drawn.continuity,
        }
        return pd.DataFrame(columns)

    def plot(self, colour: str = "") -> "go.Figure":
        """The map as a plotly figure, coloured by an attribute, or by clusters when `colour` is "".

        Numbers get a colour scale, all else a colour each for the 20 commonest values.
        InputError for an unknown column.
        """
        title = f"{self.opened.workspace.name} by {self.spec} ({self.method.upper()})"
        return map_figure(self.to_pandas(), self.opened.tagged, colour, title)

    def colour_by(self, colour: "str | Iterable[Any]" = "") -> "CollectionMap":
        """Colour by a column, by "" (clusters), "none", "trust" or "continuity" (of the map), or by values of yours.

        Such values are n of one kind, an entry an item. InputError for an unknown column or another number of values.
        """
        self.state.paint(self._colours(colour))
        return self

    def filter(self, where: Where | None = None) -> "CollectionMap":
        """Grey what does not pass, see `filters_of`; None greys nothing. A lasso takes what passes alone."""
        filters = filters_of(self.opened.tagged, where)
        self.state.filter(filter_mask(self.opened, filters) if filters else None)
        return self

    @property
    def selected_ids(self) -> list[str]:
        """Ids of the selected items, in the order of the collection; empty when nothing is selected."""
        return [str(one) for one in self.opened.dataset.ids[self._selected_rows]]

    @property
    def selected(self) -> "pd.DataFrame":
        """The selected items with all their columns."""
        return self.opened.tagged.take(self._selected_rows)

    def select(self, ids: Results | Iterable[str] = ()) -> "CollectionMap":
        """Select the items with these ids, or those that were found; none lets go. InputError for an unknown id."""
        wanted = ids.ids if isinstance(ids, Results) else [ids] if isinstance(ids, str) else list(ids)
        mask: Mask = np.zeros(len(self.opened.dataset), dtype=bool)
        mask[self.opened.dataset.rows_of(wanted)] = True
        self.state.select(mask)
        return self

    @property
    def picked(self) -> str:
        """Id of the picked item, "" for none."""
        row = self.state.marks.picked
        return "" if row is None else str(self.opened.dataset.ids[row])

    def pick(self, item: str = "") -> "CollectionMap":
        """Pick an item, as a click does, and mark those nearest to it; "" lets go. InputError for an unknown id."""
        self.state.pick(int(self.opened.dataset.rows_of([item])[0]) if item else None)
        return self

    def on_select(self, function: Callable[[list[str]], object]) -> None:
        """Call `function` with the selected ids whenever they are others, by the mouse or from Python."""
        self.state.selects.add(lambda _: function(self.selected_ids))

    def on_pick(self, function: Callable[[str], object]) -> None:
        """Call `function` with the id whenever another item is picked; with "" when none is any longer."""
        self.state.picks.add(lambda _: function(self.picked))

    @property
    def widget(self) -> "MapWidget":
        """The map as an ipywidget, for layouts of your own; InputError when the extra [notebook] is not installed."""
        return self.state.widget

    def __repr__(self) -> str:
        drawn, chosen = int(np.isfinite(self.layout.coords[:, 0]).sum()), self.state.marks.selected
        said = "" if chosen is None else f", {int(chosen.sum()):,} selected"
        return f"<Map of {self.opened.workspace.name!r} by {self.spec} ({self.method}): {drawn:,} items{said}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """A map to work with, and a picture where that cannot be drawn; the picture alone without the extra."""
        said, picture = {"text/plain": repr(self)}, self.still()
        if not has_widgets():
            return {"text/html": still_html(picture, self.state.colours, repr(self)), **said}
        return {**bundle_of(self.widget), "image/png": picture, **said}

    def still(self) -> str:
        """The map as it is now as a picture without a ground: base64 of a PNG."""
        return still_png(self.layout.coords, self.state.colours, self.state.marks.bright)

    @property
    def _selected_rows(self) -> Rows:
        selected = self.state.marks.selected
        return np.flatnonzero(selected) if selected is not None else np.zeros(0, dtype=np.int64)

    def _colours(self, colour: "str | Iterable[Any]") -> MapColours:
        if not isinstance(colour, str):
            return self._colours_of(pa.array(list(colour), from_pandas=True))
        is_fixed = colour in FIXED and colour not in self.opened.tagged.attributes
        name = colour if is_fixed else f"{COLUMN}:{check_column(self.opened.tagged, colour)}"
        return map_colours(self.opened, self.spec, self.method, name)

    def _colours_of(self, values: pa.Array) -> MapColours:
        if len(values) != len(self.opened.dataset):
            raise InputError(
                f"colour: expected a value for each of {len(self.opened.dataset)} items, got {len(values)}."
            )
        return column_colours(pa.chunked_array([values]), YOURS)
