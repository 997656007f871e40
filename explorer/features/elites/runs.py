"""Runs of MAP-Elites in a workspace: start, go on from disk, stop."""

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from explorer.base.errors import Cancelled, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.features.elites.archive import Archive
from explorer.features.elites.beside import beside
from explorer.features.elites.checks import check_settings
from explorer.features.elites.contract import METHODS, SPACES
from explorer.features.elites.loop import Log
from explorer.features.elites.loop import run as search
from explorer.features.elites.problem import Problem
from explorer.features.elites.run_info import RunInfo
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.status import summarise
from explorer.features.elites.store import (
    BESIDE,
    STOP,
    existing_run,
    has_run,
    is_running,
    new_archive,
    only_writer,
    read_info,
    read_log,
    read_status,
    run_folder,
    write_info,
    write_log,
    write_status,
)
from explorer.io.atomic import write_json
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

SAVE_EVERY_S, SAVE_SHARE = 2.0, 0.05


def start_run(opened: Opened, settings: RunSettings, progress: Progress | None = None) -> Path:
    """Make the run's folder and search until it is done, paused or stopped. Returns the folder.

    Raises InputError or ModelError for settings that cannot be, WorkspaceError when the name is taken; Cancelled when
    paused (what was evaluated is kept).
    """
    check_settings(settings)
    if has_run(opened.workspace, settings.name):
        raise WorkspaceError(f"There is a run named {settings.name!r} already. Choose another name.")
    problem = SPACES[settings.space].problem(opened, settings)
    problem.calibrate()
    info = RunInfo(
        settings=problem.settings,
        scales=problem.scales,
        quality_scale=problem.quality_scale,
        encoder_settings=problem.embeddings.settings,
        ids_hash=problem.dataset.ids_hash,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    folder = run_folder(opened.workspace, settings.name)
    with only_writer(folder):
        write_info(folder, info)
        _go(folder, info, problem, progress or Silent())
    return folder


def resume_run(opened: Opened, name: str, progress: Progress | None = None, encoder: str = "") -> Path:
    """Go on with a paused or interrupted run as if it had never stopped: its log is played to a fresh emitter.

    Raises WorkspaceError when it is done, when another process is at it, or when model or items are not the same.
    """
    folder = existing_run(opened.workspace, name)
    info = read_info(folder)
    info.check_same_data(opened.embeddings, opened.dataset.ids_hash, encoder)
    status = read_status(folder)
    if status and status.ended:
        raise WorkspaceError(f"The run {name!r} is {status.state}; there is nothing left to do. Start a new one.")
    problem = SPACES[info.settings.space].problem(opened, info.settings)
    problem.scales, problem.quality_scale = info.scales, info.quality_scale
    with only_writer(folder):
        _go(folder, info, problem, progress or Silent())
    return folder


def stop_run(ws: Workspace, name: str) -> None:
    """Ask a run to end after its present batch; one that nobody is working on ends at once."""
    folder = existing_run(ws, name)
    (folder / STOP).touch()
    status = read_status(folder)
    if status and not status.ended and not is_running(folder):
        write_status(folder, replace(status, state="stopped"))


def _go(folder: Path, info: RunInfo, problem: Problem[Any], progress: Progress) -> None:
    settings = info.settings
    known = read_log(folder, SPACES[info.settings.space])
    archive, log = new_archive(folder, info), Log()
    emitter = METHODS[settings.emitter].spaces[settings.space](problem.setup(archive, log))
    status = read_status(folder)
    keeper = _Keeper(
        folder=folder, info=info, problem=problem, archive=archive, log=log, before=status.seconds if status else 0.0
    )
    progress.start("Searching", settings.evaluations)
    batches = search(archive, emitter, problem.evaluate, settings.evaluations, log, convert=info.convert, known=known)
    try:
        for done in batches:
            if done > len(known):
                keeper.now_and_then()
            progress.advance(done)
            if (folder / STOP).exists():
                break
    except Cancelled:  # it may come in the middle of anything
        log.trim()
        if len(log) >= len(known):
            keeper.save("paused")
        raise
    progress.finish()
    keeper.save("stopped" if (folder / STOP).exists() else "done")
    write_json(folder / BESIDE, beside(info, problem, archive, len(log)))


@dataclass(kw_only=True)
class _Keeper:
    """Writes log and status every few seconds, never more than a twentieth of the time.

    before: seconds that the run has taken already.
    """

    folder: Path
    info: RunInfo
    problem: Problem[Any]
    archive: Archive
    log: Log
    before: float
    began: float = field(default_factory=time.monotonic)
    due: float = 0.0

    def now_and_then(self) -> None:
        """Save when it is time to."""
        now = time.monotonic()
        if now >= self.due:
            self.save("running")
            took = time.monotonic() - now
            self.due = time.monotonic() + max(SAVE_EVERY_S, took / SAVE_SHARE)

    def save(self, state: str) -> None:
        """Write the log, then the status."""
        write_log(self.folder, self.log, SPACES[self.info.settings.space], self.problem.dataset)
        self.problem.keep()
        seconds = self.before + time.monotonic() - self.began
        failure = self.problem.first_failure
        status = summarise(state, self.info, self.archive, self.log, failure=failure, seconds=seconds)
        write_status(self.folder, status)
