"""Scores with intervals as bars, in HTML that stands by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from explorer.library.notebook.still_gallery import SOFT

AXIS = f"position:relative;height:14px;border-left:1px solid {SOFT};border-right:1px solid {SOFT}"
SPAN = "position:absolute;top:4px;height:6px;border-radius:3px;background:#0072b2;left:{left:.1f}%;width:{width:.1f}%"
CHANCE = "position:absolute;top:0;height:14px;width:0;border-left:2px dotted currentColor;opacity:.7;left:{at:.1f}%"
COLUMNS = "display:grid;grid-template-columns:max-content minmax(90px,1fr) max-content"
GRID = f"{COLUMNS};gap:3px 12px;align-items:center;margin-top:6px"
NOTE = '<div style="opacity:.75;font-size:12px;margin-top:4px">{}</div>'


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A score from 0 to 1 with its interval, the score of chance, and why to be careful ("" for no reason)."""

    label: str
    value: float
    low: float
    high: float
    chance: float
    warning: str = ""


def bars_html(bars: Iterable[Bar]) -> str:
    """A line a score: its name, its interval from 0 to 1 with chance as a dotted line, the numbers; then warnings."""
    shown = list(bars)
    warnings = "".join(NOTE.format(f"{escape(one.label)}: {escape(one.warning)}") for one in shown if one.warning)
    said = NOTE.format("Bars: 95 % intervals from 0 to 1. Dotted: items shuffled.")
    return f'<div style="{GRID}">{"".join(map(_line, shown))}</div>{said}{warnings}'


def _line(bar: Bar) -> str:
    left, right, chance = (100 * min(max(value, 0.0), 1.0) for value in (bar.low, bar.high, bar.chance))
    span = SPAN.format(left=left, width=max(right - left, 1.5))
    drawn = f'<div style="{AXIS}"><div style="{span}"></div><div style="{CHANCE.format(at=chance)}"></div></div>'
    numbers = f"<span><b>{bar.value:.3f}</b> ({bar.low:.3f} to {bar.high:.3f})</span>"
    return f"<span>{escape(bar.label)}</span>{drawn}{numbers}"
