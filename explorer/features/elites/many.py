"""Several runs in a row (seeds, baselines), their pictures, and lines about them for the terminal."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from explorer.base.errors import ExplorerError
from explorer.base.progress import Progress
from explorer.features.elites.comparing import COLUMNS, Group
from explorer.features.elites.runs import resume_run, start_run
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.store import SETTINGS, read_info, read_status, run_folder
from explorer.features.elites.view import atlas, open_run
from explorer.workspace.folder import Workspace

BASELINES = ("basic", "random")


def planned(settings: RunSettings, seeds: int, baseline: bool) -> list[RunSettings]:
    """The runs to make: each seed, then each baseline with the same seeds; names say which is which."""
    emitters = [settings.emitter]
    emitters += [one for one in BASELINES if baseline and one != settings.emitter]
    found = []
    for emitter in emitters:
        for seed in range(settings.seed, settings.seed + seeds):
            name = settings.name + (f" {emitter}" if emitter != settings.emitter else "")
            name += f" seed {seed}" if seeds > 1 else ""
            found.append(replace(settings, name=name, emitter=emitter, seed=seed))
    return found


def run_many(ws: Workspace, settings: RunSettings, seeds: int, baseline: bool, progress: Progress) -> Iterator[str]:
    """Make the planned runs one after the other; yields a line about each. An unfinished one goes on."""
    for one in planned(settings, seeds, baseline):
        if seeds * (1 + len(BASELINES) * baseline) > 1 and (run_folder(ws, one.name) / SETTINGS).is_file():
            yield finish_run(ws, one.name, progress) if _unfinished(ws, one.name) else run_line(ws, one.name)
            continue
        start_run(ws, one, progress)
        atlas(open_run(ws, one.name), progress)
        yield run_line(ws, one.name)


def finish_run(ws: Workspace, name: str, progress: Progress, encoder: str = "") -> str:
    """Go on with a run to its end and draw its pictures; returns a line about it."""
    resume_run(ws, name, progress, encoder=encoder)
    atlas(open_run(ws, name), progress)
    return run_line(ws, name)


def _unfinished(ws: Workspace, name: str) -> bool:
    return read_status(run_folder(ws, name)).get("state") not in ("done", "stopped")


def run_line(ws: Workspace, name: str) -> str:
    """A line about a run, or why it cannot be read."""
    try:
        settings = read_info(run_folder(ws, name)).settings
        status: dict[str, Any] = read_status(run_folder(ws, name))
    except ExplorerError as error:
        return f"{name}: {error}"
    if not status:
        return f"{name}: nothing evaluated yet"
    failed = f", {status['failed']:,} failed ({status['failure']})" if status["failed"] else ""
    return (
        f"{name}: {status['state']}, {settings.emitter} over {settings.source}, {status['evaluations']:,} of "
        f"{status['total']:,} evaluations, {status['filled']:,} of {status['cells']:,} cells "
        f"({status['coverage']:.1%}), QD score {status['qd_score']:.2f} (offset {status['offset']:g}), best "
        f"{status['best']:.3f}{failed}"
    )


def comparison_lines(groups: list[Group], offset: float) -> list[str]:
    """A table for the terminal."""
    lines = [f"{'':<24}{'runs':>5}" + "".join(f"{name.replace('_', ' '):>26}" for name in COLUMNS)]
    for group in groups:
        shown = "".join(f"{_interval(group.values[name]):>26}" for name in COLUMNS)
        lines.append(f"{group.name[:23]:<24}{len(group.runs):>5}{shown}")
    return [
        *lines,
        f"QD score with offset {offset:g}; mean (95 % t-interval over seeds). Coverage, reliability and "
        "precision against the cells and the best quality that these runs found together.",
    ]


def _interval(values: tuple[float, float, float]) -> str:
    mean, low, high = values
    return f"{mean:.3f}" if low != low else f"{mean:.3f} ({low:.3f} to {high:.3f})"
