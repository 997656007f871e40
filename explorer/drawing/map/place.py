"""The part of a map that is on screen, as a link carries it."""

import math

from explorer.base.errors import InputError

PLACE = "at"  # its name in the address
MOST_ZOOM = 10_000


def read_place(text: str) -> str:
    """Return `text`, "x_y_zoom": the centre in the coordinates of the points, and how far it is magnified (1: all).

    Zoom goes by the size of the map's window, so the same text shows the same part in every window. Raises InputError
    or ValueError for anything else.
    """
    numbers = [float(piece) for piece in text.split("_")]
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)) or not 0 < numbers[2] <= MOST_ZOOM:
        raise InputError("expected a place on the map and a zoom")
    return text
