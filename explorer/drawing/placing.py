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
CELL_MM = 0.25
"""Points are counted by cells of this side."""


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
    page = _Page(points, width, height)
    return [page.place(name) for name in names]


def box_of(name: Name, x: float, y: float) -> Numbers:
    """[x0, y0, x1, y1] of a name with its middle there, and the gap around it."""
    box: Numbers = _boxes(name, np.array([[x, y]]))[0]
    return box


def line_of(name: Name, place: Placed) -> Numbers:
    """(2, 2) from the edge of the name to what it names."""
    line: Numbers = _lines(name, box_of(name, place.x, place.y)[None])[0]
    return line


class _Page:
    """What is taken of the paper: boxes (b, 4) of names, and (s, 2) places along the lines that tie some of them."""

    def __init__(self, points: Numbers, width: float, height: float) -> None:
        self.size = np.array([width, height])
        self.boxes, self.tied = np.zeros((0, 4)), np.zeros((0, 2))
        cells = np.ceil(self.size / CELL_MM).astype(int)
        ends = [(0.0, float(one)) for one in cells * CELL_MM]
        counts, *_ = np.histogram2d(points[:, 0], points[:, 1], bins=[int(one) for one in cells], range=ends)
        self.sums = np.pad(counts.cumsum(0).cumsum(1), ((1, 0), (1, 0)))

    def place(self, name: Name) -> Placed | None:
        """The best place that is free, which is then taken."""
        middles, tied = _candidates(name)
        boxes = _boxes(name, middles)
        lines = _lines(name, boxes)
        away = np.where(tied, np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1), 0.0)
        along = _along(lines)
        free = self._is_free(boxes) & ~(tied & self._crosses(along)) & ~(tied & (away < TIED_FROM_MM))
        if not free.any():
            return None
        cost = away + COVERED * self._covered(boxes) + 0.01 * np.arange(len(boxes))
        best = int(np.where(free, cost, np.inf).argmin())
        self.boxes = np.vstack([self.boxes, boxes[best]])
        if tied[best]:
            self.tied = np.vstack([self.tied, along[best]])
        return Placed(float(middles[best, 0]), float(middles[best, 1]), bool(tied[best]))

    def _is_free(self, boxes: Numbers) -> NDArray[np.bool_]:
        """(c,) whether each box lies on the paper, over no name and on no line."""
        inside = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2:] <= self.size).all(axis=1)
        low, high = boxes[:, None, :2], boxes[:, None, 2:]
        over = np.all((low < self.boxes[:, 2:]) & (high > self.boxes[:, :2]), axis=2)
        on_line = np.all((low < self.tied) & (high > self.tied), axis=2)
        return np.asarray(inside & ~np.any(over, axis=1) & ~np.any(on_line, axis=1))

    def _crosses(self, along: Numbers) -> NDArray[np.bool_]:
        """(c,) whether a line, (c, s, 2) places along it, runs through a name."""
        places = along[:, :, None]
        inside = np.all((places > self.boxes[:, :2]) & (places < self.boxes[:, 2:]), axis=3)
        return np.asarray(np.any(inside, axis=(1, 2)))

    def _covered(self, boxes: Numbers) -> Numbers:
        """(c,) points in each box."""
        most = np.array(self.sums.shape) - 1
        x0, y0, x1, y1 = np.clip(np.round(boxes / CELL_MM), 0, np.tile(most, 2)).astype(int).T
        found: Numbers = self.sums[x1, y1] - self.sums[x0, y1] - self.sums[x1, y0] + self.sums[x0, y0]
        return found


def _boxes(name: Name, middles: Numbers) -> Numbers:
    half = np.array([name.width, name.height]) / 2 + GAP_MM
    return np.hstack([middles - half, middles + half])


def _lines(name: Name, boxes: Numbers) -> Numbers:
    """(c, 2, 2) from the edge of each box to what is named."""
    end = np.array([name.x, name.y])
    return np.stack([np.clip(end, boxes[:, :2], boxes[:, 2:]), np.broadcast_to(end, (len(boxes), 2))], axis=1)


def _along(lines: Numbers) -> Numbers:
    """(c, s, 2) places along each line."""
    share = np.linspace(0, 1, SAMPLES)[:, None]
    found: Numbers = lines[:, :1] + share * (lines[:, 1:] - lines[:, :1])
    return found


def _candidates(name: Name) -> tuple[Numbers, NDArray[np.bool_]]:
    """(c, 2) middles and (c,) whether a line is needed: over a tall island, above and below a small one, then around it
    further and further away.
    """
    half = name.height / 2 + GAP_MM
    tall = name.high - name.low > 4 * name.height
    near = [[name.x, name.y]] if tall else [[name.x, name.high + half], [name.x, name.low - half]]
    angles = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False) + np.pi / 2
    radii = np.array(RINGS_MM)[:, None]
    rings = np.stack(
        [name.x + (radii + name.width / 3) * np.cos(angles), name.y + radii * np.sin(angles)], axis=2
    ).reshape(-1, 2)
    return np.vstack([near, rings]), np.arange(len(near) + len(rings)) >= len(near)
