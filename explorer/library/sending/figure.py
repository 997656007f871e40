"""The map as a figure for a paper: SVG, PDF, PNG; millimetres, white ground, names and legend as text."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Floats, Mask, check_choice
from explorer.base.errors import InputError
from explorer.drawing.map.encode import NO_VALUE
from explorer.drawing.map.item_colours import rgb_of
from explorer.drawing.map.named_colours import outline_of
from explorer.drawing.map.palettes import as_rgb
from explorer.drawing.map.values import MapColours
from explorer.drawing.paper import (
    DPI,
    INK,
    KINDS,
    MM,
    OUTLINE,
    PAPER,
    POINTS,
    check_width,
    figure_file,
    new_figure,
    paper,
)
from explorer.drawing.placing import Name, line_of, place_names
from explorer.io.atomic import atomic_write
from explorer.library.sending.choice import Sent
from explorer.library.sending.columns import cut
from explorer.library.sending.drawn import sent_colours, sent_labels, sent_points
from explorer.library.sending.legend import LEGEND_MM, draw_legend, legend_height

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure

WIDE_FROM_MM = 130.0
LONGEST_NAME = 28
ROOM_MM2 = 620.0
"""Square millimetres of map for each name."""
RASTERED_FROM = 4_000
GREY = "#c9cccf"


@dataclass(frozen=True)
class Frame:
    """The map on paper, in millimetres: left, bottom, width, height; and the whole figure's size."""

    left: float
    bottom: float
    width: float
    height: float
    whole: tuple[float, float]


def export_figure(sent: Sent, destination: Path, width_mm: float = 180.0) -> None:
    """Write the figure to `destination`, whose ending (.svg, .pdf, .png) says how; or nothing."""
    kind = destination.suffix.lower().removeprefix(".")
    data = figure_bytes(sent, kind, width_mm)
    with atomic_write(destination) as temporary:
        temporary.write_bytes(data)


def figure_bytes(sent: Sent, kind: str, width_mm: float = 180.0) -> bytes:
    """The figure as "svg", "pdf" or "png" (300 dpi), `width_mm` wide.

    The legend stands beside a wide map and below a narrow one. Above some thousands the points of an SVG or PDF are a
    picture of 600 dpi; everything else stays text and lines. InputError without a map, or without matplotlib.
    """
    check_choice(kind, KINDS, "format")
    check_width(width_mm)
    if not sent.method:
        raise InputError(f"There is no map by {sent.encoder} to draw: make one with `explorer prepare`.")
    with paper():
        return figure_file(_figure(sent, width_mm), kind)


def _figure(sent: Sent, width_mm: float) -> "Figure":
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    colours, xy = sent_colours(sent, sent.colour), sent_points(sent).xy
    frame = _frame(sent, xy, colours, width_mm)
    figure = new_figure(*frame.whole)
    axes = _axes(figure, frame)
    places = _on_paper(xy, frame)
    _points(axes, places, colours, _standing_out(sent), frame)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    _names(axes, renderer, sent, places, frame)
    draw_legend(figure, colours, frame.whole, beside=_is_wide(width_mm))
    return figure


def _is_wide(width_mm: float) -> bool:
    return width_mm >= WIDE_FROM_MM


def _frame(sent: Sent, xy: Floats, colours: MapColours, width_mm: float) -> Frame:
    """A flat map keeps its shape; a UMAP map, whose far distances mean little, fills three quarters of a square."""
    beside = 0.0 if colours.kind == "plain" or not _is_wide(width_mm) else LEGEND_MM
    below = 0.0 if beside else legend_height(colours, width_mm)
    width = width_mm - beside
    finite = xy[np.isfinite(xy).all(axis=1)]
    spread = np.ptp(finite, axis=0) if len(finite) else np.ones(2)
    shape = 0.78 if sent.method == "umap" else float(np.clip(spread[1] / max(spread[0], 1e-9), 0.5, 1.1))
    height = width * shape
    return Frame(0.0, below, width, height, (width_mm, height + below))


def _axes(figure: "Figure", frame: Frame) -> "Axes":
    whole = frame.whole
    axes = figure.add_axes((0, frame.bottom / whole[1], frame.width / whole[0], frame.height / whole[1]))
    axes.set_axis_off()
    axes.set_xlim(0, frame.width)
    axes.set_ylim(0, frame.height)
    return axes


def _on_paper(xy: Floats, frame: Frame) -> Floats:
    """(n, 2) millimetres; NaN where an item has no place."""
    margin = 4.0
    low, high = np.nanmin(xy, axis=0), np.nanmax(xy, axis=0)
    room = np.array([frame.width, frame.height]) - 2 * margin
    found: Floats = (margin + (xy - low) / np.maximum(high - low, 1e-9) * room).astype(np.float32)
    return found


def _standing_out(sent: Sent) -> Mask:
    """(m,) the items that keep their colour: those that the start selects, or all."""
    if sent.start is None or not sent.start.selected:
        return np.ones(len(sent.rows), dtype=bool)
    return np.isin(sent.rows, sent.opened.dataset.rows_of(sent.start.selected))


def _points(axes: "Axes", places: Floats, colours: MapColours, bright: Mask, frame: Frame) -> None:
    """The points in a fixed random order, as on the map; greyed ones and those without a value first."""
    order = np.random.default_rng(0).permutation(np.flatnonzero(np.isfinite(places).all(axis=1)))
    coloured = bright & (colours.codes != NO_VALUE)
    order = np.concatenate([order[~bright[order]], order[bright[order] & ~coloured[order]], order[coloured[order]]])
    count = max(len(order), 1)
    size_mm = float(np.clip(np.sqrt(frame.width * frame.height / count) * 0.42, 0.3, 1.7))
    shades = _shades(colours, bright)
    edges = _edges(colours, shades, bright) if colours.literal else shades
    axes.scatter(
        places[order, 0],
        places[order, 1],
        s=(size_mm * 72 * MM) ** 2,
        c=shades[order],
        alpha=float(np.clip(0.92 - 0.17 * np.log10(count / 4000), 0.5, 0.92)),
        edgecolors=edges[order],
        linewidths=OUTLINE if colours.literal else 0,
        rasterized=count > RASTERED_FROM,
    )


def _edges(colours: MapColours, shades: Floats, bright: Mask) -> Floats:
    """(n, 3) the outline of each point: that of its value where the paper hides it and it is `bright`, else its own."""
    edges = shades.copy()
    for code, shade in enumerate(colours.colours):
        outline = outline_of(shade, PAPER, INK)
        if outline:
            hidden = bright & (colours.codes == code)
            edges[hidden] = np.array(as_rgb(outline)) / 255
    return edges


def _shades(colours: MapColours, bright: Mask) -> Floats:
    """(n, 3) colours between 0 and 1, as the map has them; grey where they are not `bright`."""
    found = rgb_of(colours) / np.float32(255)
    found[~bright] = np.array(as_rgb(GREY)) / 255
    return np.asarray(found, dtype=np.float32)


def _names(axes: "Axes", renderer: "RendererBase", sent: Sent, places: Floats, frame: Frame) -> None:
    finite = places[np.isfinite(places).all(axis=1)].astype(np.float64)
    points = sent_points(sent).xy
    labels = sent_labels(sent, sent.colour)[: max(4, round(frame.width * frame.height / ROOM_MM2))]
    made = [(_text(axes, one.text), one) for one in labels]
    names = []
    for text, label in made:
        extent = text.get_window_extent(renderer)
        ends = np.array([[label.x, label.y], [label.x, label.low or label.y], [label.x, label.high or label.y]])
        middle, low, high = _on_paper_as(ends, points, frame)
        size = extent.width / DPI / MM, extent.height / DPI / MM
        names.append(Name(middle[0], middle[1], *size, low=low[1], high=high[1]))
    for (text, _), name, place in zip(made, names, place_names(names, finite, frame.width, frame.height), strict=True):
        if place is None:
            text.remove()
            continue
        text.set_position((place.x, place.y))
        if place.tied:
            (x0, y0), (x1, y1) = line_of(name, place)
            axes.plot([x0, x1], [y0, y1], color=INK, linewidth=0.35, zorder=2.5, solid_capstyle="round")


def _on_paper_as(some: Floats, xy: Floats, frame: Frame) -> Floats:
    """Places on the plane of the map (k, 2) as millimetres, on the scale of all points."""
    return _on_paper(np.concatenate([xy, some.astype(xy.dtype)]), frame)[len(xy) :]


def _text(axes: "Axes", words: str) -> Any:
    return axes.text(
        0,
        0,
        cut(" ".join(words.split()), LONGEST_NAME),
        fontsize=POINTS,
        color=INK,
        ha="center",
        va="center",
        parse_math=False,
        zorder=3,
        bbox={"facecolor": "white", "alpha": 0.72, "edgecolor": "none", "pad": 0.7},
    )
