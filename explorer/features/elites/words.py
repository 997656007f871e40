"""Cells in words, and what became of a candidate."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Doubles
from explorer.features.elites.archive import NEW, REJECTED, Archive
from explorer.features.elites.settings import RunSettings

SHARES = (0.2, 0.4, 0.6, 0.8)
NOUNS = ("a ", "an ", "the ", "something ")
"""How ends begin that are no property: nothing is "very a cat"."""

DEGREES = ("very", "rather", "neither", "rather", "very")


def describe(status: int) -> str:
    """What became of a candidate."""
    if status in (NEW, REJECTED):
        return "first of its cell" if status == NEW else "not better"
    return "better than before" if status > REJECTED else "failed"


def name_place(place: float, ends: tuple[str, str]) -> str:
    """A place in [0, 1] on an axis in words, such as "very dark"; "" in the middle."""
    step = int(np.searchsorted(SHARES, place, side="right"))
    if step == 2:
        return ""
    end = ends[0] if step < 2 else ends[1]
    degree = DEGREES[step] if not end.startswith("about ") or DEGREES[step] != "very" else "clearly"
    return f"{degree} like {end}" if end.startswith(NOUNS) else f"{degree} {end}"


def name_cell(settings: RunSettings, places: Sequence[float] | Doubles) -> str:
    """The place of a cell in words: "very dark and rather few objects among these", "in the middle"."""
    parts = [name_place(float(p), measure.ends) for p, measure in zip(places, settings.measures, strict=True)]
    said = [part for part in parts if part]
    return f"{' and '.join(said)}{among(settings)}" if said else "in the middle"


def among(settings: RunSettings) -> str:
    """What a place in words is told by: where steps are equally full, "dark" says how the rest is, not how dark."""
    return " among these" if settings.scale == "quantiles" else ""


def cell_centres(archive: Archive, settings: RunSettings) -> Doubles:
    """(cells, axes) the middle of each cell in [0, 1]."""
    if settings.cvt:
        return archive.centroids
    places = np.unravel_index(np.arange(archive.cells), settings.cells)
    return np.stack([(place + 0.5) / count for place, count in zip(places, settings.cells, strict=True)], axis=1)


def empty_regions(archive: Archive, settings: RunSettings) -> list[tuple[str, int, int]]:
    """What the archive does not hold: (name, empty cells, cells) of each of up to 25 regions with empty cells.

    A region is a fifth of each axis; those with the largest share of empty cells come first.
    """
    centres = cell_centres(archive, settings)
    steps = np.searchsorted(SHARES, centres, side="right")
    empty = archive.candidate < 0
    found = []
    for region in np.unique(steps, axis=0):
        inside = (steps == region).all(axis=1)
        if (inside & empty).any():
            name = name_cell(settings, (region + 0.5) / 5)
            found.append((name, int((inside & empty).sum()), int(inside.sum())))
    return sorted(found, key=lambda one: (-one[1] / one[2], -one[1], one[0]))
