"""Answers of the views are kept with the workspace, so that the page shows what a job has made."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from explorer.base.errors import WorkspaceError
from explorer.features.compare.contract import compare_folder
from explorer.io.atomic import read_json
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened


def answer_path(opened: Opened, view: str, parts: Iterable[object], made: str, suffix: str = ".json") -> Path:
    """Where an answer of a view is kept: another place whenever the question, the data set or the models change.

    parts: of the question, in a fixed order. made: what changes with the models.
    """
    manifest = opened.workspace.manifest
    told = [*map(str, parts), manifest.created, str(manifest.version), made]
    return compare_folder(opened.workspace) / view / f"{slug('|'.join(told))}{suffix}"


def read_answer(path: Path) -> dict[str, Any] | None:
    """What is kept there; None when there is nothing, or it is damaged: it is then made again."""
    try:
        found = read_json(path) if path.is_file() else None
    except WorkspaceError:
        return None
    return found if isinstance(found, dict) else None
