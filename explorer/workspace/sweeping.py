"""What killed processes leave behind, and uploads that nothing needs any more: found and removed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.base.errors import ExplorerError, WorkspaceError
from explorer.io.copying import files_below
from explorer.io.leftovers import OLD, TEMPORARY, is_aged, is_left_behind, remove
from explorer.io.locks import exclusive
from explorer.workspace.jobs import list_jobs
from explorer.workspace.layout import FOLDERS, LOCK, MANIFEST, VIEWS_HISTORY, is_workspace
from explorer.workspace.manifest import other_datasets, read_manifest
from explorer.workspace.partial import Partial, tidy

INCOMING, PARTIAL, STALE = ".incoming-", ".partial-", ".stale-"
UPLOADS, TABLES, WORKSPACES, TRASH, TOURS = "uploads", "tables", "workspaces", ".trash", "tours"
UNFINISHED_DAYS = 30
"""So long work that was stopped can be gone on with."""
DAY = 86_400


@dataclass(frozen=True)
class Swept:
    """What was removed: how many files and folders, and their bytes."""

    things: int = 0
    bytes: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        """Both together."""
        return Swept(self.things + other.things, self.bytes + other.bytes)


def sweep(home: Path) -> Swept:
    """Remove below the home what nobody needs; what a living process is at work on stays."""
    done = Swept()
    for folder in (home / WORKSPACES, home / TABLES, home / UPLOADS, home / TOURS):
        done += _sweep_names(folder)
    for folder in sorted((home / WORKSPACES).glob("*")):
        if is_workspace(folder) and not folder.name.startswith("."):
            done += sweep_workspace(folder)
    return done + _removed(list(unused_uploads(home)))


def sweep_workspace(folder: Path) -> Swept:
    """Remove what was left behind in one workspace."""
    inside = [folder, *(folder / name for name in (*FOLDERS, VIEWS_HISTORY))]
    done = _removed([path for base in inside for path in _temporary(base, deep=base != folder)])
    try:
        with exclusive(folder / LOCK, wait=False):  # while it is held nobody is in the middle of a change
            done += _removed(list(_left_in(folder)))
            for base in (folder / name for name in FOLDERS):
                done += _sweep_names(base)
    except OSError:
        return done
    return done


def unused_uploads(home: Path) -> Iterator[Path]:
    """Uploads of more than a day ago that no workspace was made from, or whose files lie in the workspace by now.

    Those that a job is at work on stay. None where a workspace cannot be read: it may need them.
    """
    try:
        folders = [home / WORKSPACES, home / WORKSPACES / TRASH]
        made = [read_manifest(path.parent) for base in folders for path in base.glob(f"*/{MANIFEST}")]
    except ExplorerError:
        return
    needed = {Path(one.source) for one in made if one.kind != "zip"}
    needed |= {Path(word) for job in list_jobs(home) if job.state == "running" for word in job.args}
    for folder in sorted((home / UPLOADS).glob("*")):
        if is_aged(folder, DAY) and not any(path.is_relative_to(folder) for path in needed):
            yield folder


def _left_in(folder: Path) -> Iterator[Path]:
    """What only counts while somebody holds the lock of the workspace."""
    yield from folder.glob(f"{INCOMING}*")
    for base in (folder / "embeddings").glob("*"):
        if base.name.startswith(STALE) or (base.name.startswith(PARTIAL) and not _goes_on(base)):
            yield base
        elif not base.name.startswith(".") and (base / MANIFEST).is_file():
            tidy(base)
    try:
        yield from other_datasets(folder, read_manifest(folder))
    except WorkspaceError:
        return  # nobody knows which file counts


def _goes_on(partial: Path) -> bool:
    """Whether unfinished vectors are still worth something."""
    try:
        state: dict[str, Any] = Partial.state(partial)
    except WorkspaceError:
        return False
    return bool(state) and not is_aged(partial / "journal.jsonl", UNFINISHED_DAYS * DAY)


def _sweep_names(base: Path) -> Swept:
    """Temporary things directly in `base`, and folders that were being replaced: back in place, or gone."""
    for old in base.glob(f"{OLD}*"):
        path = base / old.name.removeprefix(OLD)
        if not path.exists():
            old.rename(path)
    return _removed([*base.glob(f"{OLD}*"), *_temporary(base, deep=False)])


def _temporary(base: Path, *, deep: bool) -> Iterator[Path]:
    """Temporary files and folders of dead processes in `base`, or anywhere below it."""
    yield from (path for path in base.glob(f"{TEMPORARY}*") if is_left_behind(path))
    for path in files_below(base, lambda name: name.startswith(TEMPORARY)) if deep else ():
        found = next((part for part in path.parts if part.startswith(TEMPORARY)), "")
        if found:
            whole = base.joinpath(*path.parts[: path.parts.index(found) + 1])
            if is_left_behind(whole):
                yield whole


def _removed(paths: list[Path]) -> Swept:
    different = dict.fromkeys(paths)
    return Swept(len(different), sum(remove(path) for path in different))
