"""A run as numbers: its elites as a table, and how it went along its evaluations."""

from typing import Any

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.features.elites.archive import NEW, REJECTED
from explorer.features.elites.view import OpenRun

CURVES = ("evaluations", "coverage", "qd_score", "best")


def elites_table(run: OpenRun) -> pa.Table:
    """One row a filled cell: cell, its place, quality, raw values, the candidate, its parent, what it is."""
    cells = run.archive.occupied
    candidates = run.archive.candidate[cells]
    columns: dict[str, Any] = {"cell": cells, "cell_name": [run.name_of(int(cell)) for cell in cells]}
    for axis, measure in enumerate(run.settings.measures):
        low, high = measure.ends
        columns[f"place {axis + 1} ({low} to {high})"] = run.centres[cells, axis]
        columns[f"{measure}"] = [run.log.measures[number][axis] for number in candidates]
    columns["quality"] = run.archive.quality[cells]
    columns[f"raw {run.settings.quality}"] = [run.log.quality[number] for number in candidates]
    columns["candidate"] = candidates
    columns["parent"] = [run.log.parents[number] for number in candidates]
    columns["elite"] = [run.title(int(number)) for number in candidates]
    columns |= run.space.exported([run.log.genotypes[number] for number in candidates], run.ws)
    return pa.table({name: pa.array(list(values)) for name, values in columns.items()})


def curve(run: OpenRun, offset: float, points: int = 400) -> dict[str, Doubles]:
    """Evaluations, coverage, QD score and best quality along the run, at `points` evenly spread evaluations."""
    if not len(run.log):
        return {name: np.zeros(0) for name in CURVES}
    quality = run.info.convert(run.log.answers(0, len(run.log))).quality
    status = np.array(run.log.status)
    best = np.maximum.accumulate(np.where(np.isfinite(quality) & (status >= REJECTED), quality, -np.inf))
    at = np.unique(np.linspace(0, len(quality) - 1, min(points, len(quality))).astype(int))
    return {
        "evaluations": (at + 1).astype(np.float64),
        "coverage": np.cumsum(status == NEW)[at] / run.archive.cells,
        "qd_score": np.cumsum(_gained(quality, status > REJECTED, np.array(run.log.cells), offset))[at],
        "best": np.where(np.isinf(best[at]), np.nan, best[at]),
    }


def _gained(quality: Doubles, accepted: Mask, cells: Rows, offset: float) -> Doubles:
    """(n,) how much each candidate adds to the QD score."""
    taken = np.flatnonzero(accepted)
    before = np.full(len(quality), np.nan)
    last: dict[int, float] = {}
    for place in taken.tolist():
        before[place] = last.get(int(cells[place]), np.nan)
        last[int(cells[place])] = float(quality[place])
    gained = np.zeros(len(quality))
    gained[taken] = quality[taken] - np.where(np.isnan(before[taken]), offset, before[taken])
    return gained
