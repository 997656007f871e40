"""What the colours of a figure mean: values with their numbers of items, or a scale."""

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Rows
from explorer.drawing.map.encode import NO_VALUE
from explorer.drawing.map.item_colours import ramp
from explorer.drawing.map.named_colours import outline_of
from explorer.drawing.map.palettes import MISSING
from explorer.drawing.map.values import MapColours
from explorer.drawing.paper import INK, OUTLINE, PAPER, POINTS
from explorer.library.sending.columns import cut

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEGEND_MM = 40.0
LINE_MM, COLUMN_MM, TITLE_MM, SCALE_MM = 3.4, 40.0, 5.0, 11.0
MOST, LONGEST = 24, 22


def entries(colours: MapColours) -> list[tuple[str, str, int]]:
    """(name, colour, number of items) of each value, the commonest first where there are too many for all."""
    counts = np.bincount(colours.codes[colours.codes != NO_VALUE], minlength=len(colours.names))
    order: Rows = np.arange(len(colours.names))
    if len(order) > MOST:
        order = np.sort(np.argsort(-counts, kind="stable")[: MOST - 1])
    found = [(colours.names[i].strip() or "(empty)", colours.colours[i], int(counts[i])) for i in order]
    rest = int(counts.sum()) - sum(count for *_, count in found)
    others = [(f"{len(counts) - len(order):,} more", "#ffffff", rest)] if rest else []
    missing = int((colours.codes == NO_VALUE).sum())
    return found + others + ([(colours.missing, MISSING, missing)] if missing else [])


def legend_height(colours: MapColours, width_mm: float) -> float:
    """Millimetres that it takes below a map of this width."""
    if colours.kind == "plain":
        return 0.0
    if colours.kind == "numbers":
        return TITLE_MM + SCALE_MM
    lines = -(-len(entries(colours)) // columns_of(width_mm))
    return TITLE_MM + LINE_MM * lines + 1


def columns_of(width_mm: float) -> int:
    """How many columns of values stand beside each other."""
    return max(1, int(width_mm // COLUMN_MM))


def draw_legend(figure: "Figure", colours: MapColours, whole: tuple[float, float], *, beside: bool) -> None:
    """Draw it at the right of the figure of `whole` millimetres, or along its foot."""
    if colours.kind == "plain":
        return
    left = whole[0] - LEGEND_MM + 3 if beside else 3.0
    top = whole[1] - 3 if beside else legend_height(colours, whole[0]) - 1
    draw = _Millimetres(figure, whole)
    draw.text(left, top - 1.5, cut(colours.label, 40), weight="bold")
    if colours.kind == "numbers":
        draw.scale(colours, left, top - TITLE_MM - 3, LEGEND_MM - 8 if beside else min(60.0, whole[0] - 6))
        return
    found = entries(colours)
    columns = 1 if beside else columns_of(whole[0])
    lines = -(-len(found) // columns)
    for place, (name, colour, count) in enumerate(found):
        x = left + COLUMN_MM * (place // lines)
        y = top - TITLE_MM - LINE_MM * (place % lines)
        draw.value(x, y, cut(name, LONGEST), (colour, outline_of(colour, PAPER, INK) if colours.literal else ""), count)


class _Millimetres:
    """Draws on a figure in millimetres from its lower left corner."""

    def __init__(self, figure: "Figure", whole: tuple[float, float]) -> None:
        self.figure, self.whole = figure, whole

    def text(self, x: float, y: float, words: str, **look: Any) -> None:
        """A line of text that begins at x, with its middle at y."""
        place = x / self.whole[0], y / self.whole[1]
        self.figure.text(*place, words, fontsize=POINTS, color=INK, va="center", parse_math=False, **look)

    def value(self, x: float, y: float, name: str, shades: tuple[str, str], count: int) -> None:
        """A dot of a colour and an outline, "" for none; a name; how many items."""
        from matplotlib.patches import Ellipse

        size = 1.9 / self.whole[0], 1.9 / self.whole[1]
        colour, outline = shades
        middle = x / self.whole[0] + size[0] / 2, y / self.whole[1]
        edge = {"edgecolor": outline, "linewidth": OUTLINE} if outline else {"linewidth": 0}
        dot = Ellipse(middle, *size, facecolor=colour, **edge)
        self.figure.add_artist(dot)
        self.text(x + 3, y, f"{name}  {count:,}")

    def scale(self, colours: MapColours, x: float, y: float, width: float) -> None:
        """A bar of the colours with its ends."""
        axes = self.figure.add_axes((x / self.whole[0], y / self.whole[1], width / self.whole[0], 2.5 / self.whole[1]))
        axes.imshow(ramp(colours.colours)[None], aspect="auto")
        axes.set_axis_off()
        self.text(x, y - 2, f"{colours.low:.4g}", ha="left")
        self.text(x + width, y - 2, f"{colours.high:.4g}", ha="right")
