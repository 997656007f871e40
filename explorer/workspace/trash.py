"""Deleted workspaces: they lie in a folder beside the others for a while and can be brought back."""

import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from explorer.base.errors import NotThere
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import is_workspace
from explorer.workspace.managing import at_rest, move_workspace
from explorer.workspace.names import free_name
from explorer.workspace.renamed import renamed_to

TRASH, KEPT_DAYS, DAY = ".trash", 30, 86_400
STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Trashed:
    """A deleted workspace. id: its folder's name in the trash, <time>-<name>; deleted: seconds since 1970."""

    id: str
    name: str
    deleted: float
    folder: Path

    @property
    def days_left(self) -> int:
        """For how many days it is still kept, when the app is started then."""
        return max(0, KEPT_DAYS - int((time.time() - self.deleted) / DAY))


def delete_workspace(workspace: Workspace) -> Trashed:
    """Move a workspace to the trash beside it; WorkspaceError when work of it is running."""
    trash = workspace.path.parent / TRASH
    with at_rest(workspace, "delete it"):
        trash.mkdir(exist_ok=True)
        now = datetime.now(UTC)
        while (trash / _id(now, workspace.path.name)).exists():
            now = datetime.fromtimestamp(now.timestamp() + 1, UTC)
        folder = workspace.path.rename(trash / _id(now, workspace.path.name))
    return _trashed(folder)


def list_trash(root: Path) -> list[Trashed]:
    """The deleted workspaces below the folder of workspaces `root`, the last one first."""
    found = [_trashed(folder) for folder in (root / TRASH).glob("*T*Z-*") if is_workspace(folder)]
    return sorted(found, key=lambda one: one.id, reverse=True)


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
    one = find_trashed(root, wanted)
    return move_workspace(one.folder, root / free_name(root, one.name))


def empty_trash(root: Path, days: float = 0) -> list[Trashed]:
    """Remove for good what was deleted at least `days` days ago; return what went. What cannot be removed stays."""
    gone = [one for one in list_trash(root) if time.time() - one.deleted >= days * DAY]
    for one in gone:
        shutil.rmtree(one.folder, ignore_errors=True)
    return [one for one in gone if not one.folder.exists()]


def where_it_went(root: Path, name: str) -> str:
    """A sentence for those who ask for a workspace that is not there any more; "" when nothing is known of it."""
    now = renamed_to(root, name)
    if now:
        return f"It is called {now!r} now."
    if any(one.name == name for one in list_trash(root)):
        return f"It was deleted; bring it back under “All data” on Home, or with: explorer workspace restore {name!r}."
    return ""


def _id(now: datetime, name: str) -> str:
    return f"{now:{STAMP}}Z-{name}"


def _trashed(folder: Path) -> Trashed:
    stamp, name = folder.name.split("Z-", 1)
    return Trashed(folder.name, name, datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp(), folder)
