"""What `prepare` does not make: runs of MAP-Elites and trained heads. Whether they are whole, and mending of runs.

A run is its settings: with them it can be run again and ends as it did, since all that is drawn by chance has its seed.
A head is trained again by whoever trained it; nothing here touches it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.errors import ModelError
from explorer.heads.head import MANIFEST, heads_root, list_heads, read_head_folder
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import folder_of

SETTINGS, STATUS, DAMAGED = "settings.json", "status.json", ".damaged"
MADE_ON_HEADS = ("tuned", "relational")
AGAIN = "explorer elites resume {} {}"


@dataclass(frozen=True)
class Run:
    """A run of MAP-Elites. wrong: what is wrong with each of its files that is damaged."""

    folder: Path
    wrong: dict[str, str]

    @property
    def has_settings(self) -> bool:
        """Whether it can be run again."""
        return SETTINGS not in self.wrong


def runs_of(ws_path: Path) -> Iterator[Run]:
    """All runs of a workspace; reads all of their files."""
    for folder in sorted(folder_of(ws_path, "elites").glob("*")):
        if folder.is_dir() and not folder.name.startswith("."):
            wrong = {path.name: _damage(path) for path in sorted(folder.glob("*.*"))}
            missing = {} if (folder / SETTINGS).is_file() else {SETTINGS: f"{SETTINGS} is missing"}
            yield Run(folder, {name: words for name, words in wrong.items() if words} | missing)


def set_aside(run: Run) -> None:
    """Give damaged files of a run that has its settings another name, so that it can be run again as it was."""
    for name in run.wrong:
        (run.folder / name).replace(run.folder / f"{name}{DAMAGED}")
    (run.folder / STATUS).unlink(missing_ok=True)  # it says how far the run was


def heads_of(ws: Workspace) -> dict[str, str]:
    """The user's own heads on the models of a workspace by name, each with what is wrong with it, "" for nothing."""
    specs = ws.encoders()
    used = {argument for family, _, argument in (spec.partition(":") for spec in specs) if family in MADE_ON_HEADS}
    found = {}
    known = {name for spec in specs for name in list_heads(encoder=spec)}
    others = set(list_heads()) - known - used
    for folder in sorted(path.parent for path in heads_root().glob(f"*/{MANIFEST}") if path.parent.name not in others):
        try:
            read_head_folder(folder)
            found[folder.name] = ""
        except ModelError as error:
            found[folder.name] = str(error)
    return found


def _damage(path: Path) -> str:
    """Why a file of a run cannot be read, "" when it can, or is none of those that are known."""
    try:
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".parquet":
            pq.read_table(path, page_checksum_verification=True)
        elif path.suffix == ".npy":
            np.load(path, allow_pickle=False)
    except (OSError, EOFError, ValueError, RecursionError, pa.ArrowException) as error:
        return f"{path.name} cannot be read ({str(error).splitlines()[0][:120]})"
    return ""
