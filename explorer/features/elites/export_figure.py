"""A run's archive as a figure for a paper: the cells as a picture, axes and names as text."""

from typing import TYPE_CHECKING, Literal

from explorer.drawing.paper import DPI, INK, figure_file, new_figure, paper
from explorer.features.elites.export_picture import cells_picture
from explorer.features.elites.measures import Measure
from explorer.features.elites.payload import axis_ticks
from explorer.features.elites.view import OpenRun

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

WIDE_MM, TALL_MM = 120.0, 118.0
MOST_TICKS = 6


def run_figure(run: OpenRun, kind: str) -> bytes:
    """SVG or PDF of the map, 120 mm wide. InputError without matplotlib."""
    with paper():
        figure = new_figure(WIDE_MM, TALL_MM)
        axes = figure.add_axes((0.14, 0.14, 0.82, 0.82))
        axes.imshow(cells_picture(run), extent=(0, 1, 0, 1), interpolation="nearest", aspect="auto")
        across, *up = run.settings.measures
        _axis(axes, "x", run, 0, across)
        if up:
            _axis(axes, "y", run, 1, up[0])
        else:
            axes.set_yticks([])
        return figure_file(figure, kind, DPI)


def _axis(axes: "Axes", side: Literal["x", "y"], run: OpenRun, number: int, measure: Measure) -> None:
    axis: Axis = axes.xaxis if side == "x" else axes.yaxis
    ticks = axis_ticks(run, number)
    step = -(-len(ticks) // MOST_TICKS)
    axis.set_ticks([place for place, _ in ticks[::step]])
    axis.set_ticklabels([text for _, text in ticks[::step]])
    axes.tick_params(axis=side, colors=INK, width=0.4, length=2)
    low, high = measure.ends
    axis.set_label_text(f"{low}  ←  {measure.axis or measure.label}  →  {high}", color=INK, parse_math=False)
