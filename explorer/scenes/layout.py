"""Where things stand: the parts that relations are made of.

Positions are fractions of the picture's side, measured from its centre (x right, y down).
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, hypot, pi, sin

from numpy.random import Generator

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A placed thing: centre, radius, whether it is the second kind, and how it is drawn."""

    x: float
    y: float
    radius: float
    second: bool = False
    light: float = 0.0
    flip: bool = False
    layer: int = 1


@dataclass(frozen=True, slots=True)
class Stroke:
    """A drawn line, or a filled polygon when `width` is 0; `strength` is its opacity in [0, 1]."""

    points: tuple[Spot, ...]
    width: float = 0.0
    strength: float = 0.6


@dataclass(frozen=True, slots=True)
class Layout:
    """All placed things (drawn in order, low layers first) and the strokes below them."""

    things: tuple[Thing, ...]
    strokes: tuple[Stroke, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a layout needs to know: how many things, their radius, direction, chance, looseness in [0, 1]."""

    count: int
    radius: float
    direction: str
    rng: Generator
    spread: float

    def jitter(self, amount: float) -> float:
        """A random offset in [-amount, amount], smaller when `spread` is small."""
        return float(self.rng.uniform(-amount, amount)) * (0.4 + 0.6 * self.spread)


def turn(spot: Spot, direction: str) -> Spot:
    """A spot of a layout that runs to the right -> the same spot in the given direction."""
    x, y = spot
    return {"left": (-x, y), "up": (y, -x), "down": (y, x)}.get(direction, (x, y))


def turned(layout: Layout, direction: str) -> Layout:
    """A layout that runs to the right -> the same layout in the given direction."""
    things = []
    for t in layout.things:
        x, y = turn((t.x, t.y), direction)
        things.append(replace(t, x=x, y=y))
    strokes = (Stroke(tuple(turn(p, direction) for p in s.points), s.width, s.strength) for s in layout.strokes)
    return Layout(tuple(things), tuple(strokes))


def row(count: int, pitch: float) -> list[float]:
    """Number and distance -> centred positions on a line."""
    return [(i - (count - 1) / 2) * pitch for i in range(count)]


def circle(count: int, radius: float, start: float) -> list[Spot]:
    """Number, radius and start angle -> evenly spaced spots around the centre."""
    return [(radius * cos(start + 2 * pi * i / count), radius * sin(start + 2 * pi * i / count)) for i in range(count)]


def block(count: int, pitch: float) -> list[Spot]:
    """Number and distance -> rows of a compact block, the last row centred."""
    columns = 1 if count == 1 else 2 if count <= 4 else 3
    rows = [min(columns, count - first) for first in range(0, count, columns)]
    ys = row(len(rows), pitch)
    return [(x, y) for wide, y in zip(rows, ys, strict=True) for x in row(wide, pitch)]


def along(points: list[Spot], shares: list[float]) -> list[Spot]:
    """A polyline and shares of its length in [0, 1] -> the spots at those shares."""
    lengths = [0.0]
    for (x0, y0), (x1, y1) in pairwise(points):
        lengths.append(lengths[-1] + hypot(x1 - x0, y1 - y0))
    spots = []
    for share in shares:
        i = next((k for k, length in enumerate(lengths) if length >= share * lengths[-1]), len(points) - 1)
        spots.append(points[i])
    return spots


def dashes(points: list[Spot], width: float, on: int, off: int, strength: float = 0.6) -> tuple[Stroke, ...]:
    """A dense polyline -> strokes of `on` points with gaps of `off` points."""
    starts = range(0, len(points) - 1, on + off)
    return tuple(Stroke(tuple(points[i : i + on + 1]), width, strength) for i in starts if len(points[i : i + 2]) > 1)
