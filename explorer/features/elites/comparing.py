"""Several runs on the same cells, side by side, with intervals over seeds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from explorer.base.errors import InputError
from explorer.features.elites.contract import METHODS
from explorer.features.elites.scores import Scores, best_known, mean_interval, scores
from explorer.features.elites.settings import RunSettings
from explorer.features.elites.status import offset_of
from explorer.features.elites.view import OpenRun

COLUMNS = ("coverage", "qd_score", "best", "reliability", "precision")


@dataclass(frozen=True)
class Group:
    """Runs that differ in their seed alone. values: for each of COLUMNS the mean and its 95 % interval (NaN for one
    run).
    """

    name: str
    runs: tuple[str, ...]
    evaluations: int
    values: dict[str, tuple[float, float, float]]


def comparable(settings: RunSettings) -> tuple[Any, ...]:
    """Runs with equal keys fill the same cells with the same quality."""
    shape = ("cvt", settings.cvt, settings.seed) if settings.cvt else ("grid", settings.cells)
    return (settings.space, settings.encoder, settings.axes, settings.quality, settings.scale, shape)


def compare_runs(runs: Sequence[OpenRun]) -> tuple[list[Group], float]:
    """(groups, the offset of their QD scores): runs grouped by all settings but name and seed.

    Reachable cells and the best known quality are those of the compared runs together. The offset is the lowest of
    the runs' own. Raises InputError when the runs do not have the same axes, quality, cells and fitted scales.
    """
    if not runs:
        raise InputError("Expected at least one run to compare.")
    for run in runs[1:]:
        _check_comparable(runs[0], run)
    offset = min(offset_of(run.info, run.archive) for run in runs)
    known = best_known([run.archive.quality for run in runs])
    found: dict[RunSettings, list[tuple[OpenRun, Scores]]] = {}
    for run in runs:
        key = replace(run.settings, name="x", seed=0)
        found.setdefault(key, []).append((run, scores(run.archive.quality, known, offset)))
    return [_group(members) for members in found.values()], offset


def group_name(settings: RunSettings) -> str:
    """The same for runs that differ in their seed alone: how they search."""
    return METHODS[settings.emitter].label


def _check_comparable(first: OpenRun, other: OpenRun) -> None:
    same = comparable(other.settings) == comparable(first.settings) and other.info.scales == first.info.scales
    if not same or other.info.quality_scale != first.info.quality_scale:
        raise InputError(
            f"The runs {first.settings.name!r} and {other.settings.name!r} cannot be compared: expected the same "
            "axes, quality, cells and scale in both."
        )


def _group(members: list[tuple[OpenRun, Scores]]) -> Group:
    values = {name: mean_interval([getattr(score, name) for _, score in members]) for name in COLUMNS}
    names = tuple(run.settings.name for run, _ in members)
    return Group(group_name(members[0][0].settings), names, max(len(run.log) for run, _ in members), values)
