"""Numbers in the cells of a heat map, black or white: the dark grey of plotly is hard to read on middle tones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Vectors

if TYPE_CHECKING:
    import plotly.graph_objects as go

NARROW = 7  # columns up to which numbers have room on a phone
SIZE, SMALL = 13, 11


def cell_texts(
    figure: "go.Figure",
    values: Vectors,
    texts: Sequence[Sequence[str]],
    scale: str,
    *,
    ends: tuple[float, float] | None = None,
    reverse: bool = False,
) -> None:
    """Write (r, c) `texts` into the cells of a heat map of `values` that `figure` holds; contrast at least 4.5.

    scale: the name of its colours, from the lowest to the highest value, or those at `ends`; reverse: the other way.
    """
    finite = values[np.isfinite(values)]
    low, high = ends or (float(finite.min(initial=np.inf)), float(finite.max(initial=-np.inf)))
    shares = np.clip((np.asarray(values) - low) / ((high - low) or 1.0), 0, 1)
    size = SIZE if values.shape[1] <= NARROW else SMALL
    figure.update_layout(
        annotations=[
            _text(row, column, texts[row][column], ink(scale, 1 - share if reverse else share), size)
            for (row, column), share in np.ndenumerate(shares)
            if np.isfinite(share) and texts[row][column]
        ]
    )


def short_number(value: float, columns: int) -> str:
    """Two digits, without the zero in front where there are many columns: 0.87, .87; "" for none."""
    if not np.isfinite(value):
        return ""
    text = f"{value:.2f}"
    return text if columns <= NARROW else text.replace("0.", ".", 1) if abs(value) < 1 else text


def ink(scale: str, share: float) -> str:
    """Black or white, whichever is easier to read on the colour at `share` (0 to 1) of a scale."""
    return "#000000" if luminance(scale, share) > 0.179 else "#ffffff"  # where both have a contrast of 4.6


def luminance(scale: str, share: float) -> float:
    """Relative luminance (WCAG 2.2) of the colour at `share` of a scale of plotly."""
    from plotly.colors import sample_colorscale

    (red, green, blue) = sample_colorscale(scale, [float(share)], colortype="tuple")[0]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def _text(row: int, column: int, text: str, colour: str, size: int) -> dict[str, Any]:
    return {"x": column, "y": row, "text": text, "showarrow": False, "font": {"color": colour, "size": size}}
