"""Walking through a folder: real folders first, then linked ones once, with all that is not looked into named."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from explorer.base.errors import ExplorerError, InputError
from explorer.io.atomic import read_json
from explorer.io.dataset_store import DATASET
from explorer.io.embedding_store import MANIFEST
from explorer.io.litter import is_litter


@dataclass
class Walk:
    """A walk below `root`; fields are filled while `files` runs.

    within: links that lead out of the folder are followed where they end below this folder, None for anywhere.
    skipped: (path, reason) of what could not be looked into. litter: how often each name of a system was passed over.
    linked: real folders outside `root` that links led to.
    """

    root: Path
    leave_out: Path | None = None
    within: Path | None = None
    skipped: list[tuple[str, str]] = field(default_factory=list)
    litter: Counter[str] = field(default_factory=Counter)
    linked: list[Path] = field(default_factory=list)

    def files(self) -> Iterator[tuple["os.DirEntry[str]", str]]:
        """Yield (entry, path below the root) of every file, hidden ones and workspaces left out.

        Raises InputError when the root itself cannot be read.
        """
        base = Path(os.path.realpath(self.root))
        seen: set[str] = set()
        links: list[tuple[str, str]] = []
        yield from self._below(str(self.root), "", seen, links)
        while links:
            path, relative = links.pop(0)
            reason = self._why_not(path, base, seen)
            if reason:
                self._skip(relative, reason)
                continue
            real = Path(os.path.realpath(path))
            if not real.is_relative_to(base):
                self.linked.append(real)
            yield from self._below(path, f"{relative}/", seen, links)

    def _below(
        self, top: str, prefix: str, seen: set[str], links: list[tuple[str, str]]
    ) -> Iterator[tuple["os.DirEntry[str]", str]]:
        folders = [(top, prefix)]
        while folders:
            folder, prefix = folders.pop()
            seen.add(os.path.realpath(folder))
            inner = []
            for entry in self._entries(folder, prefix):
                path = prefix + entry.name
                is_folder = _is_folder(entry)
                if is_litter(entry.name, is_folder):
                    self._pass_over(entry, path, is_folder)
                elif not is_folder:
                    yield entry, path
                elif entry.is_symlink():
                    links.append((entry.path, path))
                elif self.leave_out is not None and Path(entry.path) == self.leave_out:
                    continue
                elif _is_workspace(entry.path):
                    self._skip(path, "a workspace of this program")
                else:
                    inner.append((entry.path, f"{path}/"))
            folders += reversed(inner)

    def _entries(self, folder: str, prefix: str) -> list["os.DirEntry[str]"]:
        try:
            with os.scandir(folder) as listing:
                return sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            if not prefix:
                raise InputError(f"{folder}: expected a folder that can be read ({error.strerror}).") from error
            self._skip(prefix, f"a folder that cannot be read ({error.strerror})")
            return []

    def _skip(self, path: str, reason: str) -> None:
        self.skipped.append((printable(path), reason))

    def _pass_over(self, entry: "os.DirEntry[str]", path: str, is_folder: bool) -> None:
        if is_folder and not entry.name.startswith(".") and not os.access(entry.path, os.R_OK | os.X_OK):
            self._skip(f"{path}/", "a folder that cannot be read (Permission denied)")
        else:
            self.litter[printable(entry.name)] += 1

    def _why_not(self, path: str, base: Path, seen: set[str]) -> str:
        """Why a linked folder is not looked into, "" when it is."""
        real = Path(os.path.realpath(path))
        if str(real) in seen:
            return "a link to a folder that is read already"
        if base.is_relative_to(real):
            return "a link to a folder that holds this one"
        if printable(str(real)) != str(real):
            return "a link to a folder whose name is not UTF-8"
        outside = self.within is not None and not real.is_relative_to(self.within)
        if outside and not real.is_relative_to(base):
            return f"a link to a folder outside {self.within}"
        return "a workspace of this program" if _is_workspace(path) else ""


def printable(text: str) -> str:
    """The text with "?" for what UTF-8 cannot hold: names of files may be any bytes."""
    return text.encode("utf-8", "replace").decode()


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_workspace(folder: str) -> bool:
    """A folder with a manifest that names the data set beside it."""
    try:
        told = read_json(Path(folder) / MANIFEST)
        return isinstance(told, dict) and "schema" in told and (Path(folder) / told.get("dataset", DATASET)).is_file()
    except (ExplorerError, OSError, TypeError, ValueError):
        return False
