"""Where names stand on a map on paper: none over another, each beside what it names or tied to it by a line. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
RINGS_MM = (3.5, 5.5, 8.0, 11.0, 14.5, 19.0, 24.0, 30.0)
ANGLES = 16
GAP_MM, TIED_FROM_MM = 0.4, 1.6
COVERED = 0.02
"""Millimetres that a name goes further away for one point less that it would cover."""
SAMPLES = 24


@dataclass(frozen=True)
class Name:
    """A name to be placed, all in millimetres, y up: what it names lies at (x, y) and reaches from low to high."""

    x: float
    y: float
    width: float
    height: float
    low: float
    high: float


@dataclass(frozen=True)
class Placed:
    """The middle of a name; tied: a line leads from it to what it names."""

    x: float
    y: float
    tied: bool = False


def place_names(names: Sequence[Name], points: Numbers, width: float, height: float) -> list[Placed | None]:
    """A place for each name, the first ones have the choice; None where there is no room on `width` x `height` mm.

    points: (n, 2), of which a name covers as few as it can.
    """
    boxes: list[Numbers] = []
    lines: list[Numbers] = []
    found: list[Placed | None] = []
    for name in names:
        place = _best(name, points, (width, height), boxes, lines)
        found.append(place)
        if place is not None:
            boxes.append(box_of(name, place.x, place.y))
            if place.tied:
                lines.append(line_of(name, place))
    return found


def box_of(name: Name, x: float, y: float) -> Numbers:
    """[x0, y0, x1, y1] of a name with its middle there, and the gap around it."""
    half = np.array([name.width, name.height]) / 2 + GAP_MM
    return np.concatenate([np.array([x, y]) - half, np.array([x, y]) + half])


def line_of(name: Name, place: Placed) -> Numbers:
    """(2, 2) from the edge of the name to what it names."""
    x0, y0, x1, y1 = box_of(name, place.x, place.y)
    return np.array([[np.clip(name.x, x0, x1), np.clip(name.y, y0, y1)], [name.x, name.y]])


def _best(
    name: Name, points: Numbers, room: tuple[float, float], boxes: list[Numbers], lines: list[Numbers]
) -> Placed | None:
    best, least = None, np.inf
    for rank, place in enumerate(_candidates(name)):
        box = box_of(name, place.x, place.y)
        if not _is_free(name, place, box, room, boxes, lines):
            continue
        inside = ((points > box[:2]) & (points < box[2:])).all(axis=1).sum()
        cost = _away(name, place) + COVERED * float(inside) + 0.01 * rank
        if cost < least:
            best, least = place, cost
    return best


def _candidates(name: Name) -> list[Placed]:
    """Over a large island, above and below a small one, and around it further and further away."""
    half = name.height / 2 + GAP_MM
    beside = [Placed(name.x, name.high + half), Placed(name.x, name.low - half)]
    tall = name.high - name.low > 4 * name.height
    near = [Placed(name.x, name.y)] if tall else beside
    angles = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False) + np.pi / 2
    rings = [
        Placed(name.x + (radius + name.width / 3) * np.cos(angle), name.y + radius * np.sin(angle), tied=True)
        for radius in RINGS_MM
        for angle in angles
    ]
    return near + [one for one in rings if _away(name, one) > TIED_FROM_MM]


def _away(name: Name, place: Placed) -> float:
    """Millimetres from the edge of a tied name to what it names."""
    return float(np.linalg.norm(np.diff(line_of(name, place), axis=0))) if place.tied else 0.0


def _is_free(
    name: Name,
    place: Placed,
    box: Numbers,
    room: tuple[float, float],
    boxes: list[Numbers],
    lines: list[Numbers],
) -> bool:
    if (box[:2] < 0).any() or (box[2:] > room).any():
        return False
    if any((box[:2] < other[2:]).all() and (box[2:] > other[:2]).all() for other in boxes):
        return False
    if any(_crosses(line, box) for line in lines):
        return False
    return not (place.tied and any(_crosses(line_of(name, place), other) for other in boxes))


def _crosses(line: Numbers, box: Numbers) -> bool:
    along = line[0] + np.linspace(0, 1, SAMPLES)[:, None] * (line[1] - line[0])
    return bool(((along > box[:2]) & (along < box[2:])).all(axis=1).any())
