"""What page, commands and library ask of MAP-Elites: runs are started, gone on with, read and compared."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.errors import WorkspaceError
from explorer.base.memory import remembered
from explorer.base.progress import Progress
from explorer.encoders.pool import POOL
from explorer.encoders.specs import family
from explorer.features.elites.comparing import Group, compare_runs
from explorer.features.elites.contract import BASELINES, METHODS, SPACES, methods_of
from explorer.features.elites.pictures import atlas
from explorer.features.elites.run_info import RunInfo
from explorer.features.elites.runs import resume_run, start_run, stop_run
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.store import existing_run, has_run, read_info, read_status, run_folder, run_names
from explorer.features.elites.view import OpenRun, current_run
from explorer.scenes import Scene
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

__all__ = [
    "METHODS",
    "SPACES",
    "OpenRun",
    "RunSettings",
    "asked",
    "compare",
    "continued",
    "ensure",
    "free_name",
    "has_ended",
    "has_run",
    "infos",
    "nearest_items",
    "open_run",
    "planned",
    "reads_images",
    "reads_texts",
    "resume",
    "run",
    "run_many",
    "stop",
]

CELLS = 20
READS_ONLY_TEXTS = "sentence"
NAMED_AS_READERS = ("pocket", "open_clip", "tuned", "sentence")


def asked(
    opened: Opened,
    name: str,
    axes: Sequence[str],
    quality: str,
    *,
    encoder: str = "",
    space: str = "data",
    **more: Any,
) -> RunSettings:
    """Settings with what suits the space where nothing is said: its emitter and scale, 20 cells an axis.

    axes: one or two written measures, such as "pair:dark|bright"; quality: one. more: other fields of RunSettings;
    "" and () count as not said. InputError when there is no such space.
    """
    known = SPACES[check_choice(space, SPACES, "search over")]
    fitting = {"emitter": methods_of(space)[0], "scale": known.scale, "cells": (CELLS,) * len(axes)}
    said = {field: value for field, value in more.items() if value not in ("", ())}
    return RunSettings(
        name=name,
        encoder=encoder or opened.best_encoder(),
        axes=tuple(axes),
        quality=quality,
        space=space,
        **{**fitting, **said},
    )


def run(opened: Opened, settings: RunSettings, progress: Progress | None = None) -> OpenRun:
    """Search until all evaluations are made, and open the run.

    Raises InputError or ModelError for settings that cannot be, WorkspaceError when the name is taken, Cancelled when
    it was paused: `resume` goes on.
    """
    start_run(opened, settings, progress)
    return open_run(opened, settings.name)


def resume(opened: Opened, name: str, progress: Progress | None = None, encoder: str = "") -> OpenRun:
    """Go on with a paused or interrupted run to its end, as if it had never stopped, and draw its pictures.

    Raises WorkspaceError when it is done, when another process is at it, or when model or items are not the same.
    """
    resume_run(opened, name, progress, encoder)
    found = open_run(opened, name)
    atlas(found, progress)
    return found


def open_run(opened: Opened, name: str) -> OpenRun:
    """A saved run as it is now; WorkspaceError when there is none, or it is damaged."""
    return current_run(opened.workspace, name)


def stop(opened: Opened, name: str) -> None:
    """End a run for good after its present batch; what it found is kept."""
    stop_run(opened.workspace, name)


def compare(opened: Opened, names: Sequence[str]) -> tuple[list[Group], float]:
    """Runs on the same cells, grouped by all settings but name and seed, and what their QD scores count from.

    InputError when they do not have the same axes, quality, cells and fitted scales.
    """
    return compare_runs([open_run(opened, name) for name in names])


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


def run_many(
    opened: Opened, settings: RunSettings, seeds: int, baseline: bool, progress: Progress | None = None
) -> Iterator[str]:
    """Make the planned runs one after the other, with their pictures; yields the name of each.

    Of several, one that is there already is taken as it is, or gone on with when it has not ended.
    """
    several = seeds * (1 + len(BASELINES) * baseline) > 1
    for one in planned(settings, seeds, baseline):
        if several:
            ensure(opened, one, progress)
        else:
            atlas(run(opened, one, progress), progress)
        yield one.name


def ensure(opened: Opened, settings: RunSettings, progress: Progress | None = None) -> None:
    """Make a run with its pictures; one that is there already is taken as it is, or gone on with."""
    if not has_run(opened.workspace, settings.name):
        atlas(run(opened, settings, progress), progress)
    elif not has_ended(opened.workspace, settings.name):
        resume(opened, settings.name, progress)


def infos(opened: Opened) -> dict[str, RunInfo]:
    """What the runs were asked to do, by name, the newest first; damaged ones are left out."""
    found = {}
    for name in run_names(opened.workspace):
        try:
            found[name] = read_info(existing_run(opened.workspace, name))
        except WorkspaceError:
            continue
    return found


def free_name(opened: Opened) -> str:
    """A name that no run has yet."""
    taken = set(run_names(opened.workspace))
    return next(f"Map {n}" for n in range(1, len(taken) + 2) if f"Map {n}" not in taken)


def continued(run: OpenRun, cell: int) -> RunSettings:
    """The settings of a run that begins with the elite of a cell: the same, with the next seed."""
    settings, taken = run.settings, set(run_names(run.ws))
    first = run.space.written(run.log.genotypes[run.elite(cell)], run.ws)
    base = f"{settings.name[:60]} from cell {cell}"
    name = next(n for n in [base, *(f"{base} {k}" for k in range(2, len(taken) + 3))] if n not in taken)
    return replace(
        settings, name=name, first=(first,), start=1, seed=settings.seed + 1, origin=f"{settings.name}/{cell}"
    )


@remembered(64)
def nearest_items(opened: Opened, encoder: str, space: str, genotype: int | Scene, count: int) -> tuple[Rows, Floats]:
    """(k,) rows and similarities of the items nearest to a candidate, without itself; k is at most `count`."""
    place = SPACES[space]
    vector = place.vector(genotype, opened, encoder)
    rows, similarities = opened.index(encoder).query(vector[None], count + 1).of(0)
    keep = np.flatnonzero(rows != place.row(genotype))[:count]
    return rows[keep], similarities[keep]


def reads_texts(encoder: str) -> bool:
    """Whether texts and items lie in one space; guessed from the name while the model is still loading."""
    if POOL.state(encoder) == "ready":
        able = POOL.get(encoder).abilities
        return able.joint or (able.texts and not able.images)
    return family(encoder) in NAMED_AS_READERS


def reads_images(encoder: str) -> bool:
    """Whether it looks at pictures; guessed from the name while the model is still loading."""
    if POOL.state(encoder) == "ready":
        return POOL.get(encoder).abilities.images
    return family(encoder) != READS_ONLY_TEXTS


def has_ended(ws: Workspace, name: str) -> bool:
    """Whether there is a run of this name that has nothing left to do."""
    status = read_status(run_folder(ws, name))
    return bool(status and status.ended)
