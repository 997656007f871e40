"""Giving a workspace another name, and making a second one of it; nothing of it may be at work meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from explorer.base.errors import InputError, WorkspaceError
from explorer.base.permission import require
from explorer.base.progress import Progress, Silent
from explorer.base.settings import check_name
from explorer.io.atomic import atomic_folder
from explorer.io.audit import note
from explorer.io.copying import copy_files, files_below
from explorer.io.leftovers import TEMPORARY
from explorer.io.sqlite import copy_database
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import jobs_of
from explorer.workspace.layout import JUDGMENTS, JUDGMENTS_PLACE, LOCK, VIEWS_LOCK
from explorer.workspace.manifest import write_manifest
from explorer.workspace.renamed import note_renamed

LEFT_OUT = ("jobs", LOCK, VIEWS_LOCK, JUDGMENTS_PLACE)
UNFINISHED = (TEMPORARY, ".incoming-")


@contextmanager
def at_rest(workspace: Workspace, wish: str) -> Iterator[None]:
    """Keep everyone from writing to the workspace; WorkspaceError when work of it is running.

    wish: what is to be done, such as "rename it".
    """
    busy = next((job for job in jobs_of(workspace.path) if job.state == "running"), None)
    if busy:
        raise WorkspaceError(
            f"“{busy.title}” is running in {workspace.name}. Wait until it has ended, or cancel it; then {wish}."
        )
    with workspace.lock():
        yield


def rename_workspace(workspace: Workspace, name: str) -> Workspace:
    """Give the folder and the shown name the new `name`; links with the old one still lead there.

    Raises InputError for a name that cannot be, WorkspaceError when it is taken or work is running.
    """
    require("manage data")
    target = free_place(workspace.path.parent, name)
    with at_rest(workspace, "rename it"):
        renamed = move_workspace(workspace.path, target)
        note_renamed(target.parent, workspace.path.name, name)
    note("rename", f"{workspace.path.name} to {name}")
    return renamed


def move_workspace(folder: Path, target: Path) -> Workspace:
    """Move the folder of a workspace to `target`, whose name becomes the shown name too."""
    folder.rename(target)
    _set_name(target, target.name)
    return Workspace.open(target)


def duplicate_workspace(
    workspace: Workspace, name: str, *, judgments: Path | None = None, progress: Progress | None = None
) -> Workspace:
    """Copy everything but the list of past work to a new workspace called `name`; there is either all of it or nothing.

    Pictures of an imported folder stay where they are, for both. judgments: a copy of those that lie in a database.
    Raises as `rename_workspace`, and WorkspaceError where they lie there and no copy is given.
    """
    require("manage data")
    check_judgments_given(workspace, judgments)
    target = free_place(workspace.path.parent, name)
    with at_rest(workspace, "duplicate it"), atomic_folder(target, replace=False) as folder:
        paths = list(files_below(workspace.path, lambda one: one in LEFT_OUT or one.startswith(UNFINISHED)))
        copy_files(workspace.path, folder, paths, progress or Silent())
        if judgments is not None:
            copy_database(judgments, folder / JUDGMENTS)
        _set_name(folder, name)
    note("duplicate", f"{workspace.path.name} as {name}")
    return Workspace.open(target)


def check_judgments_given(workspace: Workspace, judgments: Path | None) -> None:
    """WorkspaceError where the judgments lie in a database and no copy of them is there to go with the rest."""
    if judgments is None and (workspace.path / JUDGMENTS_PLACE).is_file():
        raise WorkspaceError(f"The judgments of {workspace.name} lie in a database: a copy of them has to be given.")


def free_place(root: Path, name: str) -> Path:
    """The folder of a workspace called `name` that is not there yet; InputError when the name cannot be or is taken."""
    target = root / check_name(name)
    if target.exists():
        raise InputError(f"There is a workspace named {name!r} already. Choose another name.")
    return target


def _set_name(folder: Path, name: str) -> None:
    write_manifest(folder, replace(Workspace.open(folder).manifest, name=name))
