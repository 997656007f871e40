"""Deleted workspaces: they lie in a folder beside the others for a while and can be brought back."""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from explorer.base.errors import NotThere
from explorer.base.permission import require
from explorer.io.audit import note
from explorer.workspace.folder import Workspace
from explorer.workspace.managing import at_rest, move_workspace
from explorer.workspace.names import free_name
from explorer.workspace.trashed import DAY, TRASH, Trashed, list_trash, trash_id, trashed_in


def delete_workspace(workspace: Workspace) -> Trashed:
    """Move a workspace to the trash beside it; WorkspaceError when work of it is running."""
    require("manage data")
    trash = workspace.path.parent / TRASH
    with at_rest(workspace, "delete it"):
        trash.mkdir(exist_ok=True)
        now = datetime.now(UTC)
        while (trash / trash_id(now, workspace.path.name)).exists():
            now = datetime.fromtimestamp(now.timestamp() + 1, UTC)
        folder = workspace.path.rename(trash / trash_id(now, workspace.path.name))
    note("delete", workspace.path.name)
    return trashed_in(folder)


def find_trashed(root: Path, wanted: str) -> Trashed:
    """The workspace in the trash with this id, or the last one with this name; NotThere when there is none."""
    found = list_trash(root)
    for one in found:
        if wanted in (one.id, one.name):
            return one
    names = ", ".join(dict.fromkeys(one.name for one in found))
    raise NotThere(f"There is no deleted workspace {wanted!r}; there are: {names or 'none'}.")


def restore_workspace(root: Path, wanted: str) -> Workspace:
    """Bring a workspace back from the trash under its name, or with a number behind it when that is taken now."""
    require("manage data")
    one = find_trashed(root, wanted)
    back = move_workspace(one.folder, root / free_name(root, one.name))
    note("bring back", back.path.name)
    return back


def empty_trash(root: Path, days: float = 0) -> list[Trashed]:
    """Remove for good what was deleted at least `days` days ago; return what went. What cannot be removed stays."""
    require("manage data")
    gone = [one for one in list_trash(root) if time.time() - one.deleted >= days * DAY]
    for one in gone:
        shutil.rmtree(one.folder, ignore_errors=True)
    gone = [one for one in gone if not one.folder.exists()]
    for one in gone:
        note("remove for good", one.name)
    return gone
