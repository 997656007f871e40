"""Runs of MAP-Elites in a workspace: start, go on from disk, stop; what stands beside them."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.errors import Cancelled, InputError, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.encoders import load_encoder
from explorer.encoders.base import Encoder
from explorer.features.elites.archive import Archive
from explorer.features.elites.loop import Emitter, Log, failures
from explorer.features.elites.loop import run as search
from explorer.features.elites.over_data import BasicGraph, Frontier, Guided, RandomItems, Unvisited
from explorer.features.elites.over_scenes import BasicScenes, RandomScenes, RibsScenes, within_placements
from explorer.features.elites.problem import DataProblem, SceneProblem, make_problem
from explorer.features.elites.scores import exhaustive, mean_interval
from explorer.features.elites.settings import RunSettings, check_settings
from explorer.features.elites.store import (
    ENDED,
    SETTINGS,
    STATUS,
    STOP,
    RunInfo,
    check_same_data,
    converted,
    existing_run,
    new_archive,
    only_writer,
    read_info,
    read_log,
    read_status,
    run_folder,
    write_info,
    write_log,
)
from explorer.features.elites.surrogate import Surrogate
from explorer.features.elites.words import parse_scene
from explorer.io.atomic import write_json
from explorer.search.graph import item_neighbours
from explorer.workspace.folder import Workspace
from explorer.workspace.indexing import index_or_exact

SAVE_EVERY_S, SAVE_SHARE = 2.0, 0.05
RANDOM_SEEDS = 20
BESIDE = "beside.json"
Load = Callable[[str], Encoder]


@dataclass(frozen=True)
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


def start_run(
    ws: Workspace, settings: RunSettings, progress: Progress | None = None, load: Load = load_encoder
) -> Path:
    """Make the run's folder and search until it is done, paused or stopped. Returns the folder.

    Raises InputError or ModelError for settings that cannot be, WorkspaceError when the name is taken; Cancelled when
    paused (what was evaluated is kept).
    """
    check_settings(settings)
    folder = run_folder(ws, settings.name)
    if (folder / SETTINGS).is_file():
        raise WorkspaceError(f"There is a run named {settings.name!r} already. Choose another name.")
    problem = make_problem(ws, settings, load)
    problem.calibrate()
    embeddings = ws.embeddings(settings.encoder)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    info = RunInfo(settings, problem.scales, problem.line, embeddings.settings, ws.dataset().ids_hash, created)
    with only_writer(folder):
        write_info(folder, info)
        _go(ws, folder, info, problem, progress or Silent())
    return folder


def resume_run(
    ws: Workspace, name: str, progress: Progress | None = None, load: Load = load_encoder, encoder: str = ""
) -> Path:
    """Go on with a paused or interrupted run as if it had never stopped: its log is played to a fresh emitter.

    Raises WorkspaceError when it is done, when another process is at it, or when model or items are not the same.
    """
    folder = existing_run(ws, name)
    info = read_info(folder)
    check_same_data(ws, info, encoder)
    state = read_status(folder).get("state", "")
    if state in ENDED:
        raise WorkspaceError(f"The run {name!r} is {state}; there is nothing left to do. Start a new one.")
    problem = make_problem(ws, info.settings, load)
    problem.scales, problem.line = info.scales, info.line
    with only_writer(folder):
        _go(ws, folder, info, problem, progress or Silent())
    return folder


def stop_run(ws: Workspace, name: str) -> None:
    """Ask a run to end after its present batch; one that nobody is working on ends at once."""
    folder = existing_run(ws, name)
    (folder / STOP).touch()
    status = read_status(folder)
    from explorer.features.elites.store import is_running

    if status and status["state"] not in ENDED and not is_running(folder):
        write_json(folder / STATUS, {**status, "state": "stopped"})


def _go(ws: Workspace, folder: Path, info: RunInfo, problem: DataProblem | SceneProblem, progress: Progress) -> None:
    settings = info.settings
    known = read_log(folder)
    archive, log = new_archive(folder, info), Log()
    emitter = make_emitter(ws, settings, problem, archive, log)
    keeper = _Keeper(folder, info, problem, archive, log, float(read_status(folder).get("seconds", 0.0)))
    convert = partial(converted, info)
    progress.start("Searching", settings.evaluations)
    try:
        for done in search(archive, emitter, problem.evaluate, settings.evaluations, log, convert, known):
            if done > len(known):
                keeper.now_and_then()
            progress.advance(done)
            if (folder / STOP).exists():
                break
    except Cancelled:  # it may come in the middle of anything
        log.trim()
        keeper.save("paused" if len(log) >= len(known) else "")
        raise
    progress.finish()
    keeper.save("stopped" if (folder / STOP).exists() else "done")
    write_json(folder / BESIDE, beside(info, problem, archive, log))


class _Keeper:
    """Writes log and status every few seconds, never more than a twentieth of the time."""

    def __init__(
        self, folder: Path, info: RunInfo, problem: DataProblem | SceneProblem, archive: Archive, log: Log, spent: float
    ) -> None:
        self.folder, self.info, self.problem, self.archive, self.log = folder, info, problem, archive, log
        self.ids = problem.dataset.ids.to_numpy() if info.settings.source == "data" else None
        self.before, self.began = spent, time.monotonic()
        self.due = self.began

    def now_and_then(self) -> None:
        """Save when it is time to."""
        now = time.monotonic()
        if now >= self.due:
            self.save("running")
            took = time.monotonic() - now
            self.due = time.monotonic() + max(SAVE_EVERY_S, took / SAVE_SHARE)

    def save(self, state: str) -> None:
        """Write the log, then the status; "" when there is nothing new."""
        if not state:
            return
        write_log(self.folder, self.log, self.ids)
        if isinstance(self.problem, DataProblem):
            self.problem.keep_pictures()
        seconds = self.before + time.monotonic() - self.began
        failure = self.problem.first_failure
        status = summarise(state, self.info, self.archive, self.log, failure, seconds)
        write_json(self.folder / STATUS, asdict(status))


def offset_of(info: RunInfo, archive: Archive) -> float:
    """What the QD score counts from: as set, or 0 for a scaled quality, or the lowest elite for a raw one."""
    if info.settings.offset is not None:
        return info.settings.offset
    if info.line is not None or not len(archive.occupied):
        return 0.0
    return min(0.0, float(np.nanmin(archive.quality)))


def summarise(state: str, info: RunInfo, archive: Archive, log: Log, failure: str, seconds: float) -> Status:
    """The status of a run."""
    offset = offset_of(info, archive)
    best = float(np.nanmax(archive.quality)) if len(archive.occupied) else float("nan")
    return Status(
        state,
        len(log),
        info.settings.evaluations,
        failures(log),
        failure,
        len(archive.occupied),
        archive.cells,
        archive.coverage,
        archive.qd_score(offset),
        offset,
        best,
        round(seconds, 2),
    )


def make_emitter(
    ws: Workspace, settings: RunSettings, problem: DataProblem | SceneProblem, archive: Archive, log: Log
) -> Emitter:
    """The emitter of these settings."""
    rng = np.random.default_rng(settings.seed)
    if isinstance(problem, SceneProblem):
        first = [within_placements(parse_scene(text)) for text in settings.first]
        common: dict[str, Any] = {"start": settings.start, "first": first}
        simple = {"basic": BasicScenes, "random": RandomScenes}.get(settings.emitter)
        if simple:
            return simple(archive, log, rng, settings.batch, **common)
        return RibsScenes(archive, log, rng, settings.batch, kind=settings.emitter, **common)
    embeddings = problem.embeddings
    pool = Unvisited(embeddings.rows, len(embeddings))
    if settings.emitter == "random":
        return RandomItems(archive, log, pool, rng, settings.batch)
    index = index_or_exact(ws, settings.encoder)
    k = min(settings.neighbours, len(embeddings.rows) - 1)
    values: dict[str, Any] = {"start": settings.start, "far": settings.far, "first": _first_rows(problem, settings)}
    values["near"] = lambda rows: item_neighbours(index, embeddings.vectors, rows, k).rows
    given = (archive, log, pool, rng, settings.batch)
    if settings.emitter == "guided":
        return Guided(*given, surrogate=Surrogate(embeddings.vectors, len(settings.axes)), **values)
    return {"basic": BasicGraph, "frontier": Frontier}[settings.emitter](*given, **values)


def _first_rows(problem: DataProblem, settings: RunSettings) -> Any:
    rows = problem.dataset.rows_of(settings.first) if settings.first else None
    if rows is not None and not problem.embeddings.present[rows].all():
        raise InputError("An item to begin with has no vector. Choose another one.")
    return rows


def beside(info: RunInfo, problem: DataProblem | SceneProblem, archive: Archive, log: Log) -> dict[str, Any]:
    """Exhaustive search, and random sampling of as many items (twenty draws); {} where looking at all is not free."""
    dense = isinstance(problem, DataProblem) and all(m.kind not in ("image", "python") for m in problem.measures)
    if not dense or not isinstance(problem, DataProblem):
        return {}
    rows = problem.embeddings.rows
    answers = converted(info, problem.evaluate(rows.tolist()))
    fine = np.isfinite(answers.quality) & np.isfinite(answers.measures).all(axis=1)
    cells = np.full(len(rows), -1, dtype=np.int64)
    cells[fine] = archive.cell_of(answers.measures[fine])
    offset = offset_of(info, archive)
    best, _ = exhaustive(cells, answers.quality, archive.cells)
    drawn = []
    for seed in range(RANDOM_SEEDS):
        some = np.random.default_rng(seed).permutation(len(rows))[: len(log)]
        found, _ = exhaustive(cells[some], answers.quality[some], archive.cells)
        drawn.append((float(np.nansum(found - offset)), float((~np.isnan(found)).sum())))
    return {
        "items": len(rows),
        "exhaustive": {"filled": int((~np.isnan(best)).sum()), "qd_score": float(np.nansum(best - offset))},
        "random": {
            "evaluations": len(log),
            "draws": RANDOM_SEEDS,
            "qd_score": mean_interval([one[0] for one in drawn]),
            "filled": mean_interval([one[1] for one in drawn]),
        },
    }
