"""The map as a plotly figure."""

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from explorer.base.dataset import ID, Dataset
from explorer.base.errors import InputError
from explorer.base.figure_text import figure_text, figure_texts
from explorer.drawing.map.named_colours import named_colours
from explorer.drawing.map.palettes import MISSING as MISSING_SHADE

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MOST_COLOURS, SIDE = 20, 640
OTHERS, NO_CLUSTER, MISSING = "(others)", "(no cluster)", "(no value)"


def map_figure(frame: "pd.DataFrame", dataset: Dataset, colour: str, title: str) -> "go.Figure":
    """Points x, y of a frame with id and cluster, coloured by an attribute of the data set, by clusters for "".

    Numbers get a colour scale, all else a colour each for the 20 commonest values. InputError for an unknown column.
    """
    import pandas as pd
    import plotly.express as px

    frame = frame.dropna(subset=["x"])
    label = figure_text(colour or "cluster")
    values = _attribute(dataset, colour)[frame.index] if colour else frame["cluster"].replace("", NO_CLUSTER)
    frame[label] = values if pd.api.types.is_numeric_dtype(values) else figure_texts(values)
    frame[ID] = figure_texts(frame[ID])
    shades = {} if pd.api.types.is_numeric_dtype(values) else _named(frame[label])
    figure = px.scatter(
        frame,
        x="x",
        y="y",
        color=label,
        hover_name=ID,
        hover_data={"x": False, "y": False, label: True},
        color_discrete_map=shades,
        render_mode="webgl",
        height=SIDE,
    )
    figure.update_traces(marker={"size": 4, "opacity": 0.8})
    if shades:
        figure.update_traces(marker={"size": 6, "line": {"width": 0.5, "color": MISSING_SHADE}})
    figure.update_layout(
        title=figure_text(title),
        xaxis={"visible": False},
        yaxis={"visible": False, "scaleanchor": "x"},
        legend={"itemsizing": "constant"},
    )
    return figure


def _named(values: "pd.Series[Any]") -> dict[str, str]:
    """The colours that values name, none where they are no names of colours."""
    counts = values[~values.isin([OTHERS, MISSING])].value_counts()
    shades = named_colours(list(counts.index), counts.to_numpy())
    rest = {OTHERS: MISSING_SHADE, MISSING: MISSING_SHADE}
    return dict(zip(counts.index, shades, strict=True)) | rest if shades else {}


def check_column(dataset: Dataset, name: str) -> str:
    """The name, if the data set has such an attribute; InputError otherwise."""
    if name not in dataset.attributes:
        known = ", ".join(dataset.attributes) or "none"
        raise InputError(f"colour: there is no column {name!r}. Expected one of: {known}.")
    return name


def _attribute(dataset: Dataset, name: str) -> "pd.Series[Any]":
    column = dataset.table.column(check_column(dataset, name))
    values: pd.Series[Any] = column.to_pandas()
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return values
    written: pd.Series[Any] = values.where(values.notna(), MISSING).astype(str)
    common = written.value_counts().index[:MOST_COLOURS]
    return written.where(written.isin(common), OTHERS)
