"""Former names of workspaces, so that links from before a renaming still lead to them."""

from pathlib import Path

from explorer.base.errors import WorkspaceError
from explorer.io.atomic import read_json, write_json
from explorer.workspace.layout import is_workspace

NAMES = ".renamed.json"


def note_renamed(root: Path, old: str, new: str) -> None:
    """Note in the folder of workspaces `root` that `old` is called `new` from now on."""
    known = {before: new if now == old else now for before, now in _read(root).items()}
    known[old] = new
    write_json(root / NAMES, {before: now for before, now in known.items() if before != now})


def renamed_to(root: Path, name: str) -> str:
    """What the workspace that was called `name` is called now; "" when there is no such one."""
    now = _read(root).get(name, "")
    return now if now and is_workspace(root / now) and not is_workspace(root / name) else ""


def former_names(root: Path) -> list[tuple[str, str]]:
    """(former, present) names of workspaces in the folder `root`, without those that another one bears now."""
    return [(old, new) for old, new in _read(root).items() if not is_workspace(root / old)]


def _read(root: Path) -> dict[str, str]:
    try:
        found = read_json(root / NAMES)
    except WorkspaceError:
        return {}
    return {str(old): str(new) for old, new in found.items()} if isinstance(found, dict) else {}
