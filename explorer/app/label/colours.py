"""Colours of a map by label: those that people gave, and those that a method guesses."""

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.drawing.map.labels import group_centres
from explorer.drawing.map.values import MapColours
from explorer.features.label.guessing import Guessed
from explorer.features.label.labelled import Labelled
from explorer.workspace.opened import Opened


def label_colours(opened: Opened, labels: Labelled, xy: Floats) -> MapColours:
    """The labels that people gave; all other items are grey."""
    codes = np.full(len(opened.dataset), -1, dtype=np.int64)
    codes[labels.rows] = labels.codes
    return coloured(codes, labels.names, xy, "no label")


def coloured(codes: Rows, names: tuple[str, ...], xy: Floats, missing: str) -> MapColours:
    """Codes (n,) by colour, -1 in grey; xy: (n, 2) places on the map, so that labels of one colour lie apart."""
    if not names:
        return MapColours.plain(len(codes))
    centres = group_centres(xy, codes, len(names))
    return MapColours.categories(codes, names, label="label", centres=centres, missing=missing)


def sureness_colours(count: int, found: Guessed) -> MapColours:
    """How sure a method is of each of `count` items; grey without a vector."""
    values = np.full(count, np.nan)
    values[found.rows] = found.sureness
    return MapColours.numbers(values, label="probability of the likeliest label", low=0.0, high=1.0)
