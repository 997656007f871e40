"""What lies in the trash: deleted workspaces, in a folder beside the others, which `trash` fills and empties."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from explorer.workspace.layout import is_workspace

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


def list_trash(root: Path) -> list[Trashed]:
    """The deleted workspaces below the folder of workspaces `root`, the last one first."""
    found = [trashed_in(folder) for folder in (root / TRASH).glob("*T*Z-*") if is_workspace(folder)]
    return sorted(found, key=lambda one: one.id, reverse=True)


def trash_id(now: datetime, name: str) -> str:
    """Name in the trash of a workspace deleted at `now`, UTC."""
    return f"{now:{STAMP}}Z-{name}"


def trashed_in(folder: Path) -> Trashed:
    """What the name of a folder in the trash tells."""
    stamp, name = folder.name.split("Z-", 1)
    return Trashed(folder.name, name, datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp(), folder)
