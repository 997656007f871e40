"""Pairs of two lists by their letters and through a directory."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.progress import Progress
from explorer.features.match.directory.clusters import INFLATION
from explorer.features.match.directory.joining import FACTOR, Joined, Near, Reached, calibrated, joined, near, reached
from explorer.features.match.directory.reading import AS_GIVEN, Directory, Layout, read_directory
from explorer.features.match.method import Candidates, Task, candidates
from explorer.features.match.strings.candidates import SHORT
from explorer.features.match.strings.matching import names_of
from explorer.features.match.strings.normalise import Distinct
from explorer.features.match.strings.settings import Options, Settings, settings_of
from explorer.features.match.strings.spread import row_pairs, rows_of_pairs

STRING, DIRECTORY = "string", "directory"
ABOUT, ABOUT_DIRECTORY = 10.0, 2.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked of the matcher besides `Settings`. Distances of 0 are calibrated."""

    measure: str = "jaccard"
    about: float = ABOUT
    about_directory: float = ABOUT_DIRECTORY
    farthest: float = 0.0
    farthest_directory: float = 0.0
    factor: float = FACTOR


@dataclass(frozen=True)
class Lists:
    """The different names of two lists, and the directory."""

    left: Distinct
    right: Distinct
    directory: Directory
    same: bool


@dataclass(frozen=True)
class Limits:
    """Distances up to which names are near: left and right ones, and each to names of the directory."""

    names: float
    left: float
    right: float


def propose(task: Task, progress: Progress) -> Candidates:
    """Pairs of rows that are near by their letters or through the directory; 1 - the shorter of the two distances."""
    settings, wanted, lists = settings_of(task.options), wanted_of(task.options), lists_of(task)
    limits = limits_of(lists, wanted, settings)
    plain = near(lists.left.names, lists.right.names, wanted.measure, settings, same=task.same, progress=progress)
    into = into_directory(lists.left.names, lists.directory, limits.left, wanted, settings=settings, progress=progress)
    out = (
        into
        if task.same
        else into_directory(
            lists.right.names, lists.directory, limits.right, wanted, settings=settings, progress=progress
        )
    )
    through = joined(into, out, same=task.same, factor=wanted.factor)
    first, second, distances = together(_up_to(plain, limits.names), through)
    if task.same:
        first, second, distances = _with_doubles(lists.left, first, second, distances)
    return _as_rows(lists, (first, second), distances, settings, about=_told(lists, limits), proposed=plain.of)


def together(plain: Near, through: Joined) -> tuple[Rows, Rows, Doubles]:
    """(p,) pairs of names found in either way, each once, and (2, p) their distances by letters and by the directory,
    infinity where they were not found so.
    """
    first, second = (np.concatenate([a, b]) for a, b in ((plain.first, through.first), (plain.second, through.second)))
    wide = int(second.max(initial=0)) + 1
    once, place = np.unique(first * wide + second, return_inverse=True)
    distances = np.full((2, len(once)), np.inf)
    distances[0, place[: len(plain.first)]] = plain.distances
    distances[1, place[len(plain.first) :]] = through.distances
    return once // wide, once % wide, distances


def names_at(names: Distinct) -> tuple[str, ...]:
    """The names of all rows as they are compared, without empty ones."""
    return tuple(names.names[place] for place in names.place.tolist() if place >= 0)


def limits_of(lists: Lists, wanted: Wanted, settings: Settings) -> Limits:
    """The distances that were set, or those that give about so many matches a name."""
    left, right = names_at(lists.left), names_at(lists.right)
    aliases = lists.directory.names
    into, measure = wanted.about_directory, wanted.measure
    return Limits(
        wanted.farthest or calibrated(left, right, wanted.about, measure, settings),
        wanted.farthest_directory or calibrated(left, aliases, into, measure, settings),
        wanted.farthest_directory or calibrated(right, aliases, into, measure, settings),
    )


def lists_of(task: Task) -> Lists:
    """What a task matches; InputError for a side without texts or a file that cannot be used."""
    settings, options = settings_of(task.options), task.options
    left, right = names_of(task, settings.normal)
    layout = Layout(
        alias=str(options.get("alias", "")),
        meaning=str(options.get("meaning", "")),
        weight=str(options.get("weight", "")),
        pairs=bool(options.get("pairs", False)),
        grouping=str(options.get("groups", AS_GIVEN)),
        inflation=float(options.get("inflation", INFLATION)),
    )
    return Lists(left, right, read_directory(Path(str(options.get("file", ""))), layout, settings.normal), task.same)


def wanted_of(options: Options) -> Wanted:
    """The values of a task's options."""
    usual = Wanted()
    return Wanted(
        measure=str(options.get("measure", usual.measure)),
        about=float(options.get("about", usual.about)),
        about_directory=float(options.get("about_directory", usual.about_directory)),
        farthest=float(options.get("farthest", usual.farthest)),
        farthest_directory=float(options.get("farthest_directory", usual.farthest_directory)),
        factor=float(options.get("factor", usual.factor)),
    )


def into_directory(
    names: Sequence[str],
    directory: Directory,
    limit: float,
    wanted: Wanted,
    *,
    settings: Settings,
    progress: Progress,
) -> Reached:
    """The meanings that names reach."""
    found = near(names, directory.names, wanted.measure, settings, progress=progress)
    return reached(found, limit, directory)


def _up_to(found: Near, limit: float) -> Near:
    kept = found.distances <= limit
    return Near(found.first[kept], found.second[kept], found.distances[kept], found.of)


def _with_doubles(names: Distinct, first: Rows, second: Rows, distances: Doubles) -> tuple[Rows, Rows, Doubles]:
    """Names that several rows of one list have are put beside themselves, at no distance."""
    twice = np.flatnonzero(np.bincount(names.place[names.place >= 0], minlength=len(names.names)) > 1)
    more = np.repeat([[0.0], [np.inf]], len(twice), axis=1)
    return np.append(first, twice), np.append(second, twice), np.concatenate([distances, more], axis=1)


def _as_rows(
    lists: Lists,
    pairs: tuple[Rows, Rows],
    distances: Doubles,
    settings: Settings,
    *,
    about: dict[str, object],
    proposed: int,
) -> Candidates:
    """Pairs of rows from pairs of different names, the nearest first."""
    order = np.lexsort((pairs[1], distances.min(axis=0), pairs[0]))
    first, second, distances = pairs[0][order], pairs[1][order], distances[:, order]
    many = row_pairs(first, second, (lists.left.place, lists.right.place)) > SHORT
    keep = settings.keep if many else 0
    rows, others, which = rows_of_pairs(
        first, second, (lists.left.place, lists.right.place), same=lists.same, keep=keep
    )
    found = 1.0 - distances[:, which]
    parts = np.where(np.isfinite(found), found, np.nan)
    route = (distances[1] < distances[0])[which]
    named = {STRING: parts[0], DIRECTORY: parts[1]}
    return candidates(
        rows,
        others,
        found.max(axis=0),
        routes=(STRING, DIRECTORY),
        route=route,
        parts=named,
        about=about,
        proposed=max(proposed, len(rows)),
    )


def _told(lists: Lists, limits: Limits) -> dict[str, object]:
    directory = lists.directory
    into = f"{limits.left:.3f}" if lists.same else f"{limits.left:.3f} left, {limits.right:.3f} right"
    told: dict[str, object] = {
        "names in the directory": f"{len(directory):,} for {len(directory.meanings):,} meanings",
        "farthest by letters": f"{limits.names:.3f}",
        "farthest into the directory": into,
    }
    return {**told, "directory": " ".join(directory.notes)} if directory.notes else told
