"""Colours of the map: safe for colour-blind people, readable on light and dark ground."""

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import check_choice

QUALITATIVE: tuple[str, ...] = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#b7a80b",
    "#882255",
    "#44aa99",
    "#6f5bd0",
    "#999933",
    "#e07b91",
    "#117733",
    "#8c6d46",
    "#8fa8d6",
    "#aa4499",
    "#5f7d8c",
    "#c9a26b",
    "#4d9de0",
    "#7fb069",
)
"""Okabe and Ito's palette (yellow darkened, black left out), then colours of Tol's muted scheme and quieter ones."""

MISSING = "#9aa0a6"
"""Colour of points without a value and of "other"."""

COLORMAPS: dict[str, tuple[str, ...]] = {
    "viridis": ("#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"),
    "cividis": ("#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#fee838"),
    "diverging": ("#b35806", "#e08214", "#fdb863", "#d8c8b0", "#b9b5c9", "#b2abd2", "#8073ac", "#542788", "#2d004b"),
}
"""Stops of each colour map, from its low to its high end; colours between stops are interpolated."""


def qualitative(count: int) -> tuple[str, ...]:
    """Return `count` colours as #rrggbb; they repeat after the twentieth."""
    return tuple(QUALITATIVE[i % len(QUALITATIVE)] for i in range(count))


def commonest(counts: NDArray[np.integer]) -> tuple[tuple[str, ...], str]:
    """Colours for values that occur `counts` (k,) times, and a sentence for the legend, "" if none is needed.

    Up to twenty values have a colour each; of more the commonest nineteen do, and the rest is grey.
    """
    if len(counts) <= len(QUALITATIVE):
        return qualitative(len(counts)), ""
    shades = [MISSING] * len(counts)
    for place, number in enumerate(np.argsort(-counts, kind="stable")[: len(QUALITATIVE) - 1]):
        shades[int(number)] = QUALITATIVE[place]
    rest = len(counts) - len(QUALITATIVE) + 1
    return tuple(
        shades
    ), f"The {len(QUALITATIVE) - 1} commonest values have a colour each, the other {rest:,} are grey."


def apart(centres: NDArray[np.floating]) -> tuple[tuple[str, ...], str]:
    """Colours for groups around `centres` (k, 2) on the map, and a sentence on them for the legend, "" if none repeats.

    From the twenty-first group on, each takes the colour whose groups so far are farthest away.
    """
    chosen = list(range(min(len(centres), len(QUALITATIVE))))
    for number in range(len(chosen), len(centres)):
        distances = np.square(centres[:number] - centres[number]).sum(axis=1)
        nearest = np.full(len(QUALITATIVE), np.inf)
        np.minimum.at(nearest, chosen, distances)
        chosen.append(int(nearest.argmax()))
    repeated = f"{len(chosen):,} groups share {len(QUALITATIVE)} colours; two of one colour lie far apart."
    return tuple(QUALITATIVE[i] for i in chosen), repeated if len(chosen) > len(QUALITATIVE) else ""


def colormap(name: str) -> tuple[str, ...]:
    """Return the stops of a colour map. Raises InputError for an unknown name."""
    return COLORMAPS[check_choice(name, COLORMAPS, "colormap")]
