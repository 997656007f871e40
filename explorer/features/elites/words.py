"""Candidates in words: a scene's written form, and names of cells."""

import json
from typing import Any

import numpy as np

from explorer.base.errors import InputError
from explorer.features.elites.archive import Archive
from explorer.features.elites.settings import RunSettings
from explorer.scenes import Genotype, Scene, from_genotype, genotype

SHARES = (0.2, 0.4, 0.6, 0.8)
DEGREES = ("very", "rather", "neither", "rather", "very")


def write_scene(scene: Scene) -> str:
    """A scene as JSON: its genes, and its nuance as a list."""
    genes = genotype(scene)
    return json.dumps({**dict(genes.genes), "nuance": list(genes.floats)})


def parse_scene(text: str) -> Scene:
    """The inverse of `write_scene`; InputError when it is no scene."""
    try:
        values: dict[str, Any] = json.loads(text)
        a, b, c, d = map(float, values.pop("nuance"))
        return from_genotype(Genotype(tuple(values.items()), (a, b, c, d)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"Expected a scene as JSON with its genes and nuance, got {text[:80]!r}.") from error


def name_place(place: float, ends: tuple[str, str]) -> str:
    """A place in [0, 1] on an axis in words, such as "very dark"; "" in the middle."""
    step = int(np.searchsorted(SHARES, place, side="right"))
    if step == 2:
        return ""
    return f"{DEGREES[step]} {ends[0] if step < 2 else ends[1]}"


def name_cell(settings: RunSettings, places: Any) -> str:
    """The place of a cell in words: "very dark and rather few objects", "in the middle of both axes"."""
    parts = [name_place(float(p), measure.ends) for p, measure in zip(places, settings.measures, strict=True)]
    said = [part for part in parts if part]
    return " and ".join(said) if said else "in the middle"


def cell_centres(archive: Archive, settings: RunSettings) -> Any:
    """(cells, axes) the middle of each cell in [0, 1]."""
    if settings.cvt:
        return np.asarray(archive.inner.centroids, dtype=np.float64)
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
