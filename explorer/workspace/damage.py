"""What was made from a data set and can be made again: where it lies, whether it is whole, and its removal when not."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.base.errors import WorkspaceError
from explorer.io.atomic import read_json
from explorer.io.sums import SUMS, made_with, wrong_bytes
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MANIFEST, folder_of

OWN = "precomputed:"
MADE_BY_PREPARE = ("embeddings", "indexes", "maps", "pictures", "keywords")
WORDS = {
    "embeddings": "vectors of {}",
    "indexes": "index of {}",
    "maps": "map of {}",
    "pictures": "numbers of the pictures",
    "keywords": "index of the words ({})",
    "copies": "likely copies ({})",
    "outliers": "outliers ({})",
    "several": "several vectors an item ({})",
}


@dataclass(frozen=True)
class Derived:
    """One folder of derived data. spec: the model it was made with, its folder's name where that is not known."""

    kind: str
    spec: str
    folder: Path

    @property
    def name(self) -> str:
        """What it is, in words."""
        return WORDS[self.kind].format(self.spec)

    @property
    def is_own(self) -> bool:
        """Whether it came with the data, so that only the source can bring it again."""
        return self.kind == "embeddings" and (self.spec.startswith(OWN) or self.folder.name.startswith("precomputed"))

    def damage(self) -> str:
        """What is wrong with it, "" when nothing is; reads all of it where checksums were written with it."""
        wrong = wrong_bytes(self.folder)
        if not wrong and not (self.folder / MANIFEST).is_file():
            wrong = [f"{MANIFEST} is missing"]
        return wrong[0] if wrong else "" if (self.folder / SUMS).is_file() else self._unreadable()

    def _unreadable(self) -> str:
        """Of an earlier version, without checksums: whether its files can be read."""
        try:
            read_json(self.folder / MANIFEST)
            for path in sorted(self.folder.glob("*.npy")):
                np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, EOFError, ValueError, WorkspaceError) as error:
            return str(error)
        return ""


def derived_of(ws_path: Path, kinds: tuple[str, ...] = tuple(WORDS)) -> Iterator[Derived]:
    """All that is there of these kinds."""
    for kind in kinds:
        base = folder_of(ws_path, kind)
        folders = [base] if kind == "pictures" else sorted(base.glob("*"))
        for folder in folders:
            if folder.is_dir() and not folder.name.startswith("."):
                yield Derived(kind, _spec_of(folder), folder)


def discard_damaged(ws: Workspace, kinds: tuple[str, ...] = MADE_BY_PREPARE) -> list[Derived]:
    """Remove what is damaged and can be made again; return it. The user's own vectors stay where they are."""
    damaged = [one for one in derived_of(ws.path, kinds) if not one.is_own and one.damage()]
    if damaged:
        with ws.lock():
            for one in damaged:
                shutil.rmtree(one.folder, ignore_errors=True)
    return damaged


def _spec_of(folder: Path) -> str:
    try:
        return str(read_json(folder / MANIFEST)["encoder"])
    except (WorkspaceError, KeyError, TypeError):
        return made_with(folder) or folder.name
