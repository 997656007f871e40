"""Answers that a job or a page has worked out are kept in the workspace's cache until what they are about changes."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from explorer.base.errors import WorkspaceError
from explorer.io.atomic import read_json, write_json
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

_FORMAT = 1


def answer_path(opened: Opened, place: str, parts: Iterable[object], made: str, suffix: str = ".json") -> Path:
    """Where an answer is kept: another file whenever the question, the data set or the models change.

    place: folder below the cache, such as "compare/bridges". parts: of the question, in a fixed order. made: what
    changes with the models, such as `models_stamp`.
    """
    manifest = opened.workspace.manifest
    told = [*map(str, parts), manifest.created, str(manifest.version), made]
    return opened.workspace.folder("cache") / place / f"{slug('|'.join(told))}{suffix}"


def read_answer(path: Path) -> dict[str, Any] | None:
    """What is kept there; None when there is nothing, or it is damaged: it is then made again."""
    try:
        found = read_json(path) if path.is_file() else None
    except WorkspaceError:
        return None
    return found if isinstance(found, dict) else None


def keep_answer(path: Path, answer: Any) -> None:
    """Keep an answer, as values that JSON has, at a path of `answer_path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, answer)


def models_stamp(ws: Workspace, *specs: str) -> str:
    """Short hash that changes whenever the vectors of one of the encoders do."""
    made = [str(ws.embeddings_stamp(spec)) for spec in specs]
    return blake2b("|".join([*specs, *made, str(_FORMAT)]).encode(), digest_size=8).hexdigest()
