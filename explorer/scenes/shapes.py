"""Outlines of the shapes: closed contours inside the unit disc, y pointing down."""

from collections.abc import Callable
from functools import cache
from math import cos, hypot, pi, sin, sqrt

Point = tuple[float, float]
Contour = tuple[Point, ...]
ShapeFn = Callable[[], tuple[Contour, ...]]
"""Returns the outer contour first, then any holes."""


def _polar(radius: Callable[[float], float], steps: int = 60) -> Contour:
    angles = [2 * pi * i / steps - pi / 2 for i in range(steps)]
    return tuple((radius(a) * cos(a), radius(a) * sin(a)) for a in angles)


def _regular(corners: int, radius: float = 1.0, start: float = -pi / 2) -> Contour:
    angles = [start + 2 * pi * i / corners for i in range(corners)]
    return tuple((radius * cos(a), radius * sin(a)) for a in angles)


def _union(discs: tuple[tuple[float, float, float], ...]) -> Contour:
    """Discs (x, y, radius) around the origin -> the outline of their union, seen from the origin."""

    def reach(angle: float) -> float:
        best = 0.0
        for x, y, r in discs:
            along = x * cos(angle) + y * sin(angle)
            rest = r * r - (hypot(x, y) ** 2 - along * along)
            if rest >= 0:
                best = max(best, along + sqrt(rest))
        return best

    return _polar(reach, 90)


def _circle() -> tuple[Contour, ...]:
    return (_polar(lambda a: 0.93),)


def _square() -> tuple[Contour, ...]:
    return (((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),)


def _triangle() -> tuple[Contour, ...]:
    return (((0.0, -0.95), (0.98, 0.78), (-0.98, 0.78)),)


def _star() -> tuple[Contour, ...]:
    outer, inner = _regular(5, 1.06), _regular(5, 0.47, -pi / 2 + pi / 5)
    return (tuple(p for pair in zip(outer, inner, strict=True) for p in pair),)


def _heart() -> tuple[Contour, ...]:
    steps = [2 * pi * i / 60 for i in range(60)]
    return (
        tuple(
            (0.97 * sin(t) ** 3, -(13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t)) / 16.2 - 0.05)
            for t in steps
        ),
    )


def _hexagon() -> tuple[Contour, ...]:
    return (_regular(6, 0.98, 0.0),)


def _cross() -> tuple[Contour, ...]:
    a, b = 0.32, 0.93
    return (
        ((-a, -b), (a, -b), (a, -a), (b, -a), (b, a), (a, a), (a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a)),
    )


def _moon() -> tuple[Contour, ...]:
    outer = [(0.97 * cos(a) + 0.15, 0.97 * sin(a)) for a in (0.24 * pi + 1.52 * pi * i / 40 for i in range(41))]
    tip_x, tip_y = outer[0]
    centre = 0.62
    radius = hypot(tip_x - centre, tip_y)
    half = pi - 0.34 * pi
    inner = [(centre + radius * cos(a), radius * sin(a)) for a in (pi + half * (1 - 2 * i / 30) for i in range(31))]
    return (tuple(outer + inner[1:-1]),)


def _diamond() -> tuple[Contour, ...]:
    return (((0.0, -1.05), (0.66, 0.0), (0.0, 1.05), (-0.66, 0.0)),)


def _ring() -> tuple[Contour, ...]:
    return (_polar(lambda a: 0.96), _polar(lambda a: 0.43))


def _drop() -> tuple[Contour, ...]:
    arc = [(0.68 * cos(a), 0.3 + 0.68 * sin(a)) for a in (-0.14 * pi + 1.28 * pi * i / 40 for i in range(41))]
    return (((0.0, -1.05), *arc),)


def _arrow() -> tuple[Contour, ...]:
    return (((-0.98, -0.3), (0.05, -0.3), (0.05, -0.85), (1.02, 0.0), (0.05, 0.85), (0.05, 0.3), (-0.98, 0.3)),)


def _flower() -> tuple[Contour, ...]:
    return (_union(tuple((0.56 * cos(a), 0.56 * sin(a), 0.42) for a in (pi * (2 * i - 2.5) / 5 for i in range(5)))),)


def _cloud() -> tuple[Contour, ...]:
    return (
        _union(((-0.58, 0.2, 0.42), (-0.18, -0.2, 0.5), (0.36, -0.08, 0.46), (0.64, 0.24, 0.38), (0.0, 0.24, 0.4))),
    )


def _house() -> tuple[Contour, ...]:
    walls = ((0.66, -0.1), (0.66, 0.88), (0.24, 0.88), (0.24, 0.3), (-0.24, 0.3), (-0.24, 0.88), (-0.66, 0.88))
    return (((0.0, -0.98), (0.98, -0.1), *walls, (-0.66, -0.1), (-0.98, -0.1)),)


def _leaf() -> tuple[Contour, ...]:
    steps = [i / 20 for i in range(21)]
    upper = [(-0.75 + 1.6 * t, 0.56 * -sin(pi * t) + 0.75 - 1.6 * t) for t in steps]
    lower = [(-0.75 + 1.6 * t + 0.56 * sin(pi * t), 0.75 - 1.6 * t) for t in reversed(steps)]
    left = [(x - 0.3 * sin(pi * t), y) for t, (x, y) in zip(steps, upper, strict=True)]
    right = [(x, y + 0.3 * sin(pi * t)) for t, (x, y) in zip(reversed(steps), lower, strict=True)]
    return ((*left, *right[1:-1], (-0.75, 0.75), (-1.0, 0.88), (-0.88, 1.0)),)


def _tree() -> tuple[Contour, ...]:
    right = (
        (0.0, -1.05),
        (0.5, -0.45),
        (0.28, -0.45),
        (0.68, 0.08),
        (0.4, 0.08),
        (0.85, 0.62),
        (0.18, 0.62),
        (0.18, 1.0),
    )
    return ((*right, *((-x, y) for x, y in reversed(right[1:]))),)


def _fish() -> tuple[Contour, ...]:
    body = [(0.25 + 0.78 * cos(a), 0.52 * sin(a)) for a in (-0.86 * pi + 1.72 * pi * i / 40 for i in range(41))]
    return ((*body, (-1.0, 0.62), (-0.78, 0.0), (-1.0, -0.62)),)


SHAPES: dict[str, ShapeFn] = {
    "circle": _circle,
    "square": _square,
    "triangle": _triangle,
    "star": _star,
    "heart": _heart,
    "hexagon": _hexagon,
    "cross": _cross,
    "moon": _moon,
    "diamond": _diamond,
    "ring": _ring,
    "drop": _drop,
    "arrow": _arrow,
    "flower": _flower,
    "cloud": _cloud,
    "house": _house,
    "leaf": _leaf,
    "tree": _tree,
    "fish": _fish,
}


@cache
def contours(shape: str) -> tuple[Contour, ...]:
    """Shape name -> its contours in the unit disc (outer first, then holes). KeyError for an unknown name."""
    return SHAPES[shape]()
