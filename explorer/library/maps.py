"""The map of a collection as a table and as a figure."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from explorer.base.dataset import ID
from explorer.base.errors import InputError
from explorer.base.figure_text import figure_text, figure_texts
from explorer.workspace.mapping import Map
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MOST_COLOURS, SIDE = 20, 640
OTHERS, NO_CLUSTER, MISSING = "(others)", "(no cluster)", "(no value)"


@dataclass(frozen=True)
class CollectionMap:
    """Items on a plane, alike ones close together. spec, method: the model, and "umap" or "pca"."""

    opened: Opened
    spec: str
    method: str

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
        import pandas as pd
        import plotly.express as px

        frame = self.to_pandas().dropna(subset=["x"])
        label = figure_text(colour or "cluster")
        values = self._attribute(colour)[frame.index] if colour else frame["cluster"].replace("", NO_CLUSTER)
        frame[label] = values if pd.api.types.is_numeric_dtype(values) else figure_texts(values)
        frame[ID] = figure_texts(frame[ID])
        figure = px.scatter(
            frame,
            x="x",
            y="y",
            color=label,
            hover_name=ID,
            hover_data={"x": False, "y": False, label: True},
            render_mode="webgl",
            height=SIDE,
        )
        figure.update_traces(marker={"size": 4, "opacity": 0.8})
        figure.update_layout(
            title=figure_text(f"{self.opened.workspace.name} by {self.spec} ({self.method.upper()})"),
            xaxis={"visible": False},
            yaxis={"visible": False, "scaleanchor": "x"},
            legend={"itemsizing": "constant"},
        )
        return figure

    def _repr_html_(self) -> str:
        html: str = self.plot()._repr_html_()
        return html

    def _attribute(self, name: str) -> "pd.Series[Any]":
        if name not in self.opened.tagged.attributes:
            known = ", ".join(self.opened.tagged.attributes) or "none"
            raise InputError(f"colour: there is no column {name!r}. Expected one of: {known}.")
        column = self.opened.tagged.table.column(name)
        values: pd.Series[Any] = column.to_pandas()
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            return values
        written: pd.Series[Any] = values.where(values.notna(), MISSING).astype(str)
        common = written.value_counts().index[:MOST_COLOURS]
        return written.where(written.isin(common), OTHERS)
