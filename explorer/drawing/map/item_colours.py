"""The colour of each item as the map has it, for pictures that are drawn elsewhere. Pure."""

import numpy as np
from numpy.typing import NDArray

from explorer.drawing.map.encode import LEVELS
from explorer.drawing.map.palettes import MISSING
from explorer.drawing.map.values import MapColours

Bytes = NDArray[np.uint8]


def rgb_of(colours: MapColours) -> Bytes:
    """(n, 3) the colour of each item; grey without a value."""
    stops = np.array([_rgb(one) for one in colours.colours], dtype=np.float64)
    if colours.kind == "numbers":
        at = np.linspace(0, 1, len(stops))
        shares = np.linspace(0, 1, LEVELS)
        stops = np.stack([np.interp(shares, at, stops[:, channel]) for channel in range(3)], axis=1)
    table = np.concatenate([stops, [_rgb(MISSING)]])
    found: Bytes = table[np.minimum(colours.codes, len(stops))].round().astype(np.uint8)
    return found


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
