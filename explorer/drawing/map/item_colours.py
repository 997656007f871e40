"""The colour of each item as the map has it, for pictures that are drawn elsewhere. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.drawing.map.encode import LEVELS
from explorer.drawing.map.palettes import MISSING, as_rgb
from explorer.drawing.map.values import MapColours

Bytes = NDArray[np.uint8]


def rgb_of(colours: MapColours) -> Bytes:
    """(n, 3) the colour of each item; grey without a value."""
    shades = ramp(colours.colours) if colours.kind == "numbers" else [as_rgb(one) for one in colours.colours]
    table = np.array([*shades, as_rgb(MISSING)], dtype=np.uint8)
    found: Bytes = table[np.minimum(colours.codes, len(shades))]
    return found


def ramp(stops: Sequence[str]) -> Bytes:
    """(LEVELS, 3) the colours of a colour map from its low to its high end."""
    known = np.array([as_rgb(one) for one in stops], dtype=np.float64)
    at, shares = np.linspace(0, 1, len(known)), np.linspace(0, 1, LEVELS)
    found = np.stack([np.interp(shares, at, known[:, channel]) for channel in range(3)], axis=1)
    return found.round().astype(np.uint8)
