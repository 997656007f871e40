"""What the drawn map of a run needs to know, as plain JSON values: for the page and for the HTML export."""

from math import floor, log10
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles
from explorer.base.memory import remembered
from explorer.features.elites.measures import Measure
from explorer.features.elites.pictures import COLUMNS, tile_size
from explorer.features.elites.view import OpenRun
from explorer.features.elites.words import among, name_place

MOST_TITLES = 10_000
MOST_TICKS, TOO_LONG = 50, 1e6
TEXT_SHOWN = 160
QUARTERS = 4
DEGREES = (0.1, 0.3, 0.5, 0.7, 0.9)


@remembered(1)
def payload(run: OpenRun) -> dict[str, Any]:
    """Everything but addresses, switches and the chosen cell; shared, and not to be changed.

    cells: filled ones, ascending; quality, values, titles, keys (row or candidate): one entry each. dims: columns and
    rows of a grid. polygons, centres: of irregular cells. axes: label, ends, what stands between them, ticks
    (place, raw value), five words. texts: of items that have no pictures.
    """
    archive, settings = run.archive, run.settings
    cells = archive.occupied
    candidates = archive.candidate[cells].tolist()
    quality = archive.quality[cells]
    few = len(cells) <= MOST_TITLES
    data: dict[str, Any] = {
        "key": f"{run.folder.name}-{run.info.created}",
        "total": archive.cells,
        "dims": [*settings.cells, 1][:2] if not settings.cvt else [1, 1],
        "cells": cells.tolist(),
        "quality": [round(float(value), 5) for value in quality],
        "low": float(quality.min()) if len(cells) else 0.0,
        "high": float(quality.max()) if len(cells) else 1.0,
        "values": [[_short(run.log.measures[n][axis]) for n in candidates] for axis in range(len(settings.axes))],
        "titles": [run.title(number) for number in candidates] if few else [],
        "texts": [_text(run, number) for number in candidates] if few and not run.space.has_pictures(run.ws) else [],
        "keys": [picture_key(run, number) for number in candidates],
        "axes": [_axis(run, axis, measure) for axis, measure in enumerate(settings.measures)],
        "quality_label": settings.goal.label,
        "quality_help": quality_help(run),
        "among": among(settings),
        "tile": tile_size(len(cells)),
        "columns": COLUMNS,
    }
    if settings.cvt:
        data |= _irregular(run.centres)
    return data


def picture_key(run: OpenRun, candidate: int) -> int:
    """What the address of a candidate's picture ends in: its row in the data set, or the number of the candidate."""
    row = run.space.row(run.log.genotypes[candidate])
    return candidate if row < 0 else row


def quality_help(run: OpenRun) -> str:
    """What the quality of this run is."""
    said = f"Quality: {run.settings.goal.formula}"
    if run.info.quality_scale is None:
        return f"{said}, as the function gives it."
    low, high = run.info.quality_scale.knots
    sample = run.space.sampled
    return f"{said}, scaled so that 0 is the lowest ({low:.3f}) and 1 the highest ({high:.3f}) value of {sample}."


def _axis(run: OpenRun, axis: int, measure: Measure) -> dict[str, Any]:
    low, high = measure.ends
    ticks = [[round(place, 6), text] for place, text in axis_ticks(run, axis)]
    words = [name_place(place, measure.ends) for place in DEGREES]
    return {"label": measure.label, "axis": measure.axis, "low": low, "high": high, "ticks": ticks, "words": words}


def axis_ticks(run: OpenRun, axis: int) -> list[tuple[float, str]]:
    """Places in [0, 1] of the borders of cells along an axis, and the value there as a text.

    Where each value has a row of its own: the middle of the row.
    """
    scale = run.info.scales[axis]
    if scale.steps:
        middles = (np.arange(len(scale.knots)) + 0.5) / len(scale.knots)
        return list(zip(middles.tolist(), tick_texts(np.array(scale.knots)), strict=True))
    places = borders(QUARTERS if run.settings.cvt else run.settings.cells[axis])
    texts = tick_texts(scale.raw(places))
    return list(zip(places.tolist(), texts, strict=True))


def borders(cells: int) -> Doubles:
    """(k,) places in [0, 1] of the borders of equal cells, every second, third ... one where there are many."""
    step = -(-cells // MOST_TICKS)
    return np.append(np.arange(0, cells, step), cells) / cells


def tick_texts(values: Doubles) -> list[str]:
    """Rising numbers along an axis as texts, with the decimals that tell neighbours apart, if they matter."""
    span = float(values[-1] - values[0])
    if not np.isfinite(span) or span <= 0 or np.abs(values).max() >= TOO_LONG:
        return [f"{value:.3g}".replace("-", "−") for value in values]
    gap = float(np.diff(values).min())
    most = max(0, 2 - floor(log10(span)))
    decimals = min(most, max(0, -floor(log10(gap)))) if gap > 0 else most
    return [f"{round(float(value), decimals) + 0.0:.{decimals}f}".replace("-", "−") for value in values]


def _text(run: OpenRun, candidate: int) -> str:
    return " ".join(run.space.text_of(run.log.genotypes[candidate], run.ws)[: 2 * TEXT_SHOWN].split())[:TEXT_SHOWN]


def _short(value: float) -> float | None:
    return round(float(value), 5) if np.isfinite(value) else None


def _irregular(centres: Doubles) -> dict[str, Any]:
    """Voronoi cells within the unit square: the points are mirrored at its four sides, which cuts the cells there."""
    points = centres if centres.shape[1] == 2 else np.column_stack([centres[:, 0], np.full(len(centres), 0.5)])
    if len(points) == 1:
        return {"polygons": [[[0, 0], [1, 0], [1, 1], [0, 1]]], "centres": points.round(5).tolist()}
    from scipy.spatial import Voronoi

    mirrored = [points]
    for axis in (0, 1):
        for side in (0.0, 1.0):
            copy = points.copy()
            copy[:, axis] = 2 * side - copy[:, axis]
            mirrored.append(copy)
    diagram = Voronoi(np.concatenate(mirrored))
    polygons = []
    for place in range(len(points)):
        corners = diagram.vertices[diagram.regions[diagram.point_region[place]]]
        polygons.append(np.clip(corners, 0, 1).round(5).tolist())
    return {"polygons": polygons, "centres": points.round(5).tolist()}
