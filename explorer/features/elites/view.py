"""A saved run as it is now on disk: archive, log, places of cells and names of elites."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles
from explorer.base.errors import InputError
from explorer.base.memory import Memory
from explorer.features.elites.archive import Archive
from explorer.features.elites.contract import METHODS, SPACES, Method, Space
from explorer.features.elites.loop import Log
from explorer.features.elites.run_info import RunInfo
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.status import best_of, offset_of
from explorer.features.elites.store import existing_run, read_info, read_log, replay, run_stamp
from explorer.features.elites.words import cell_centres, name_cell
from explorer.workspace.folder import Workspace

IN_MEMORY = 8
_RUNS = Memory()


@dataclass(frozen=True, kw_only=True)
class OpenRun:
    """A run: its settings and scales, everything it evaluated, and the archive that this leads to.

    stamp: changes with what is on disk. memory: what was worked out of it, such as the payload of the drawn map.
    """

    ws: Workspace
    folder: Path
    stamp: str
    info: RunInfo
    log: Log
    archive: Archive
    memory: Memory = field(default_factory=Memory, init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Name of the run, which is also that of its folder."""
        return self.folder.name

    @property
    def settings(self) -> RunSettings:
        """What was asked."""
        return self.info.settings

    @property
    def space(self) -> Space[Any]:
        """Where the candidates come from."""
        return SPACES[self.settings.space]

    @property
    def method(self) -> Method:
        """How they were chosen."""
        return METHODS[self.settings.emitter]

    @cached_property
    def centres(self) -> Doubles:
        """(cells, axes) the middle of each cell, in places from 0 to 1."""
        return cell_centres(self.archive, self.settings)

    def name_of(self, cell: int) -> str:
        """The cell in words."""
        return name_cell(self.settings, self.centres[cell])

    def elite(self, cell: int) -> int:
        """Number of the candidate in a cell, -1 when it is empty; InputError when there is no such cell."""
        if not 0 <= cell < self.archive.cells:
            raise InputError(f"Cell: expected 0 to {self.archive.cells - 1}, got {cell}.")
        return int(self.archive.candidate[cell])

    def shown_cell(self, asked: int) -> int:
        """The cell that was asked for when there is such a cell, else the best one, -1 while all are empty."""
        if 0 <= asked < self.archive.cells:
            return asked
        return int(np.nanargmax(self.archive.quality)) if len(self.archive.occupied) else -1

    def title(self, candidate: int) -> str:
        """The item's id, or the scene in words."""
        return self.space.title_of(self.log.genotypes[candidate], self.ws)

    def scores(self) -> dict[str, float]:
        """Evaluations, filled cells of how many, coverage, QD score with what it counts from, and best quality."""
        offset, filled = offset_of(self.info, self.archive), len(self.archive.occupied)
        found: dict[str, float] = {"evaluations": len(self.log), "filled": filled, "cells": self.archive.cells}
        found |= {"coverage": self.archive.coverage, "qd_score": self.archive.qd_score(offset), "offset": offset}
        return found | {"best": best_of(self.archive)}


def open_run(ws: Workspace, name: str) -> OpenRun:
    """Open a saved run. WorkspaceError when there is none or it is damaged."""
    folder, stamp = existing_run(ws, name), run_stamp(ws, name)  # the stamp first: what is read may be newer
    info = read_info(folder)
    log = read_log(folder, SPACES[info.settings.space])
    return OpenRun(ws=ws, folder=folder, stamp=stamp, info=info, log=log, archive=replay(folder, info, log))


def current_run(ws: Workspace, name: str) -> OpenRun:
    """The run as it is on disk now, from memory when nothing has changed; read-only and shared."""
    key = (ws.path, name, run_stamp(ws, name))
    found: OpenRun = _RUNS.of("runs", key, IN_MEMORY, lambda: open_run(ws, name))
    return found
