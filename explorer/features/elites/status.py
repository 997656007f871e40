"""How far a run is, and what its QD score counts from."""

from dataclasses import dataclass

import numpy as np

from explorer.features.elites.archive import Archive
from explorer.features.elites.loop import Log, failures
from explorer.features.elites.run_info import RunInfo

ENDED = ("done", "stopped")


@dataclass(frozen=True, kw_only=True)
class Status:
    """How a run is: state "running", "paused", "stopped" or "done"; quality as the archive keeps it.

    offset: what the QD score counts from. failed: candidates that could not be evaluated; failure: why the first.
    """

    state: str
    evaluations: int
    total: int
    failed: int
    failure: str
    filled: int
    cells: int
    coverage: float
    qd_score: float
    offset: float
    best: float
    seconds: float

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to do."""
        return self.state in ENDED


def offset_of(info: RunInfo, archive: Archive) -> float:
    """What the QD score counts from: as set, or 0 for a scaled quality, or the lowest elite for a raw one."""
    if info.settings.offset is not None:
        return info.settings.offset
    if info.quality_scale is not None or not len(archive.occupied):
        return 0.0
    return min(0.0, float(np.nanmin(archive.quality)))


def best_of(archive: Archive) -> float:
    """The highest quality of all cells, NaN while all are empty."""
    return float(np.nanmax(archive.quality)) if len(archive.occupied) else float("nan")


def summarise(state: str, info: RunInfo, archive: Archive, log: Log, *, failure: str, seconds: float) -> Status:
    """The status of a run."""
    offset = offset_of(info, archive)
    return Status(
        state=state,
        evaluations=len(log),
        total=info.settings.evaluations,
        failed=failures(log),
        failure=failure,
        filled=len(archive.occupied),
        cells=archive.cells,
        coverage=archive.coverage,
        qd_score=archive.qd_score(offset),
        offset=offset,
        best=best_of(archive),
        seconds=round(seconds, 2),
    )
