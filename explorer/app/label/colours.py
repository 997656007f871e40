"""Colours of a map by label: those that people gave, and those that a method guesses."""

import numpy as np

from explorer.base.arrays import Rows
from explorer.drawing.map.values import MapColours
from explorer.features.label.guessing import Guessed
from explorer.features.label.labelled import Labelled
from explorer.workspace.opened import Opened


def label_colours(opened: Opened, labels: Labelled) -> MapColours:
    """The labels that people gave; all other items are grey."""
    codes = np.full(len(opened.dataset), -1, dtype=np.int64)
    codes[labels.rows] = labels.codes
    return coloured(codes, labels.names, "label", "no label")


def coloured(codes: Rows, names: tuple[str, ...], label: str, missing: str) -> MapColours:
    """Codes (n,) by colour, -1 in grey."""
    if not names:
        return MapColours.plain(len(codes))
    return MapColours.categories(codes, names, label=label, missing=missing)


def sureness_colours(count: int, found: Guessed) -> MapColours:
    """How sure a method is of each of `count` items; grey without a vector."""
    values = np.full(count, np.nan)
    values[found.rows] = found.sureness
    return MapColours.numbers(values, label="probability of the likeliest label", low=0.0, high=1.0)
