"""Textures inside a thing, drawn on an enlarged tile.

Every fill paints the second tone over a tile already filled with the thing's colour.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin

from PIL import ImageDraw

from explorer.scenes.palette import Rgb


@dataclass(frozen=True, kw_only=True)
class Pen:
    """What a fill draws with.

    side, radius: of the tile and the thing in pixels of the tile, `scale` of which become one of the picture. angle: in
    eighths of a turn. tone: the second colour.
    """

    draw: ImageDraw.ImageDraw
    side: int
    radius: float
    scale: int
    angle: int
    tone: Rgb

    def pitch(self, share: float, least: float) -> float:
        """A length as a share of the radius, but at least `least` final pixels."""
        return max(share * self.radius, least * self.scale)


FillFn = Callable[[Pen], None]


def _solid(pen: Pen) -> None:
    """Leave the plain colour."""


def _striped(pen: Pen) -> None:
    pitch, middle, reach = pen.pitch(0.52, 4.0), pen.side / 2, pen.side
    across = (cos(pen.angle * pi / 4), sin(pen.angle * pi / 4))
    for i in range(-int(reach / pitch) - 1, int(reach / pitch) + 2):
        x, y = middle + across[0] * i * pitch, middle + across[1] * i * pitch
        dx, dy = -across[1] * reach, across[0] * reach
        pen.draw.line((x - dx, y - dy, x + dx, y + dy), fill=pen.tone, width=round(pitch * 0.42))


def _dotted(pen: Pen) -> None:
    pitch, middle = pen.pitch(0.5, 4.0), pen.side / 2
    reach = int(middle / pitch) + 1
    r = pitch * 0.3
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            x, y = middle + (i + (j % 2) / 2) * pitch, middle + j * pitch * 0.87
            pen.draw.ellipse((round(x - r), round(y - r), round(x + r), round(y + r)), fill=pen.tone)


def _checkered(pen: Pen) -> None:
    cell, middle = pen.pitch(0.42, 3.0), pen.side / 2
    reach = int(middle / cell) + 1
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            if (i + j) % 2:
                x, y = middle + (i - 0.5) * cell, middle + (j - 0.5) * cell
                pen.draw.rectangle((round(x), round(y), round(x + cell) - 1, round(y + cell) - 1), fill=pen.tone)


def _outlined(pen: Pen) -> None:
    pen.draw.rectangle((0, 0, pen.side, pen.side), fill=pen.tone)


def _two_tone(pen: Pen) -> None:
    pen.draw.rectangle((pen.side // 2, 0, pen.side, pen.side), fill=pen.tone)


FILLS: dict[str, FillFn] = {
    "solid": _solid,
    "striped": _striped,
    "dotted": _dotted,
    "checkered": _checkered,
    "outlined": _outlined,
    "two-tone": _two_tone,
}
