"""Figures for papers: SVG, PDF and PNG by matplotlib, in millimetres, on white, with text as text."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from explorer.base.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("svg", "pdf", "png")
DPI, RASTER_DPI = 300, 600
MM = 1 / 25.4
LEAST_MM, MOST_MM = 40.0, 400.0
POINTS = 6.5
INK, PAPER = "#1b2430", "#ffffff"
OUTLINE = 0.4
"""Points; of dots whose colour the paper hides."""
FONTS = ("Helvetica", "Arial", "Liberation Sans", "DejaVu Sans")
_LOCK = Lock()  # matplotlib keeps its settings for the whole process


def check_width(width_mm: float) -> float:
    """`width_mm`; InputError outside 40 to 400."""
    if not LEAST_MM <= width_mm <= MOST_MM:
        raise InputError(f"width: expected {LEAST_MM:g} to {MOST_MM:g} mm, got {width_mm:g}.")
    return width_mm


@contextmanager
def paper() -> Iterator[None]:
    """While a figure is made and written: text stays text, in fonts that are there. InputError without matplotlib."""
    try:
        import matplotlib
        from matplotlib import font_manager
    except ImportError as error:
        raise InputError(
            "A figure needs matplotlib, which is not installed: pip install 'similarity-explorer[figures]'."
        ) from error
    with _LOCK, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        known = set(font_manager.get_font_names())
        settings: Any = {
            "svg.fonttype": "none",
            "svg.hashsalt": "similarity",
            "pdf.fonttype": 42,
            "font.family": [name for name in FONTS if name in known],
            "font.size": POINTS,
        }
        with matplotlib.rc_context(settings):
            yield


def new_figure(width_mm: float, height_mm: float) -> "Figure":
    """An empty figure of this size."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width_mm * MM, height_mm * MM), dpi=DPI, facecolor="white")


def figure_file(figure: "Figure", kind: str, raster_dpi: int = RASTER_DPI) -> bytes:
    """The figure as "svg" or "pdf", pictures in it with `raster_dpi`, or as "png" with 300. No date is written."""
    buffer = io.BytesIO()
    date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)
    figure.savefig(buffer, format=kind, dpi=DPI if kind == "png" else raster_dpi, metadata=date)
    return buffer.getvalue()
