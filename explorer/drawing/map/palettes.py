"""Colours of the map: safe for colour-blind people, readable on light and dark ground."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import check_choice

QUALITATIVE: tuple[str, ...] = (
    "#0072b2",
    "#d87878",
    "#783030",
    "#78a800",
    "#00d8f0",
    "#487800",
    "#c01878",
    "#9078f0",
    "#009030",
    "#903090",
    "#78a8f0",
    "#f06090",
    "#0060d8",
    "#007860",
    "#90d890",
    "#c04800",
    "#f0c060",
    "#d878c0",
    "#903018",
    "#a87848",
)
"""As the map draws them, moved to a contrast of 3 : 1 with the ground (`setTheme` in 04_scene.js), on light and on dark
ground, any two of the first eight lie at least 11 apart (CIEDE2000) for people with protanopia, deuteranopia and
tritanopia (Machado, Oliveira and Fernandes 2009, severity 1) and for all others; of all twenty at least 4.8, for
others 9.5.
"""

MISSING = "#9aa0a6"
"""Colour of points without a value and of "other"."""

COLORMAPS: dict[str, tuple[str, ...]] = {
    "viridis": ("#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"),
    "cividis": ("#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#fee838"),
    "diverging": ("#b35806", "#e08214", "#fdb863", "#d8c8b0", "#b9b5c9", "#b2abd2", "#8073ac", "#542788", "#2d004b"),
}
"""Stops of each colour map, from its low to its high end; colours between stops are interpolated."""


def as_rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def as_hex(rgb: Sequence[int]) -> str:
    """#rrggbb of red, green and blue, 0 to 255."""
    return "#{:02x}{:02x}{:02x}".format(*rgb[:3])


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
    return tuple(shades), sharing_note(shades)


def sharing_note(shades: Sequence[str]) -> str:
    """A sentence for the legend on values of these colours that are grey or share one, "" where each has its own."""
    coloured = [shade for shade in shades if shade != MISSING]
    grey, different = len(shades) - len(coloured), len(set(coloured))
    if grey:
        return f"The {different} commonest values have a colour each, the other {grey:,} are grey."
    if different == len(coloured):
        return ""
    return f"{len(coloured):,} groups share {different} colours; two of one colour lie far apart."


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
    shades = tuple(QUALITATIVE[i] for i in chosen)
    return shades, sharing_note(shades)


def colormap(name: str) -> tuple[str, ...]:
    """Return the stops of a colour map. Raises InputError for an unknown name."""
    return COLORMAPS[check_choice(name, COLORMAPS, "colormap")]
