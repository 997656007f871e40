"""Which state of which data set of a hub a folder holds: a hidden file in it, which imports put into their notes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explorer.base.errors import WorkspaceError
from explorer.io.atomic import read_json, write_json

ORIGIN = ".hub.json"
REPO, COMMIT, NAME = "repo", "commit", "name"


def write_origin(folder: Path, told: Mapping[str, Any]) -> None:
    """Keep where the files of `folder` are from: at least `repo`, `commit`, and `name` as people give it."""
    write_json(folder / ORIGIN, dict(told))


def origin_of(folder: Path) -> dict[str, Any]:
    """What was kept, {} where nothing was."""
    try:
        told = read_json(folder / ORIGIN) if (folder / ORIGIN).is_file() else {}
    except WorkspaceError:
        return {}
    return told if isinstance(told, dict) else {}


def origin_note(folder: Path) -> tuple[str, ...]:
    """A sentence on where the files of `folder` are from, none where that is not known."""
    told = origin_of(folder)
    if not told:
        return ()
    return (f"From the Hugging Face hub: {str(told.get(REPO))[:200]}, state {str(told.get(COMMIT))[:40]}.",)


def hub_name_of(folder: Path) -> str:
    """The name by which a new state of the files comes, such as "hf:user/name"; "" where they are from elsewhere."""
    return str(origin_of(folder).get(NAME, ""))
