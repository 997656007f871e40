"""Intervals of scores as the bars that plotly draws around them."""

from collections.abc import Sequence

from explorer.base.metrics import Score


def interval_bars(scores: Sequence[Score], *, colour: str | None = None, thickness: float = 1) -> dict[str, object]:
    """Plotly's `error_x` or `error_y` from the low to the high end of each score; without a colour, the trace's own."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [score.high - score.value for score in scores],
        "arrayminus": [score.value - score.low for score in scores],
        "thickness": thickness,
        "color": colour,
    }
