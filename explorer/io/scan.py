"""Finding the images of a folder."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.errors import InputError
from explorer.io.dataset_store import DATASET
from explorer.io.embedding_store import MANIFEST
from explorer.io.images import image_size, is_image_name
from explorer.io.tables import is_table_name

HEADERS_TRIED = 1000
FILE_NAME = "file_name"


@dataclass(frozen=True, kw_only=True)
class FolderScan:
    """What lies in a folder.

    paths: image paths below it, sorted; metadata: metadata.* files; tables: other tables; skipped: (path, reason);
    others: how many other files there are of each suffix.
    """

    root: Path
    paths: list[str]
    metadata: list[str]
    tables: list[str]
    skipped: list[tuple[str, str]]
    others: Counter[str] = field(default_factory=Counter)


def scan_folder(root: Path, leave_out: Path | None = None) -> FolderScan:
    """Find all images in `root` and below it; hidden files and workspaces are passed over.

    leave_out: a folder not to look into.
    Raises InputError when `root` is no folder.
    """
    if not root.is_dir():
        raise InputError(f"{root}: expected a folder, but there is none.")
    scan = FolderScan(root=root, paths=[], metadata=[], tables=[], skipped=[])
    base = root.resolve()
    for entry, relative in _walk(str(root), "", leave_out):
        _sort_in(scan, entry, relative, base)
    scan.paths.sort()
    scan.metadata.sort()
    return scan


def check_some_image(scan: FolderScan) -> None:
    """Raise InputError when the folder holds no image, or none of the first 1,000 can be opened."""
    if not scan.paths:
        reasons = "".join(f" {path}: {reason}." for path, reason in scan.skipped[:3])
        found = ", ".join(f"{count} {suffix or 'without ending'}" for suffix, count in scan.others.most_common(5))
        held = f"found {found}" if found else "found no other files" if scan.skipped else "the folder is empty"
        raise InputError(f"{scan.root}: expected images (jpg, png, webp, gif, bmp, tiff), {held}.{reasons}")
    reason = ""
    for path in scan.paths[:HEADERS_TRIED]:
        try:
            image_size(scan.root / path)
            return
        except InputError as error:
            reason = reason or str(error)
    tried = min(len(scan.paths), HEADERS_TRIED)
    raise InputError(f"{scan.root}: expected readable images; none of the first {tried} can be opened. {reason}")


def folder_column(paths: pa.ChunkedArray) -> pa.ChunkedArray:
    """The folder of each path, "" at the top."""
    return pc.replace_substring_regex(pc.if_else(pc.match_substring(paths, "/"), paths, ""), r"/[^/]*$", "")


def _walk(folder: str, prefix: str, leave_out: Path | None) -> Iterator[tuple["os.DirEntry[str]", str]]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f"{folder}: expected a folder that can be read ({error.strerror}).") from error
    for entry in entries:
        if entry.name.startswith(".") or entry.name in ("__MACOSX", "Thumbs.db"):
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield entry, prefix + entry.name
        elif not _is_workspace(entry.path) and (leave_out is None or Path(entry.path) != leave_out):
            yield from _walk(entry.path, f"{prefix}{entry.name}/", leave_out)


def _is_workspace(folder: str) -> bool:
    return all(os.path.isfile(os.path.join(folder, name)) for name in (MANIFEST, DATASET))


def _sort_in(scan: FolderScan, entry: "os.DirEntry[str]", relative: str, base: Path) -> None:
    if is_table_name(entry.name):
        stem = entry.name.rpartition(".")[0]
        (scan.metadata if stem == "metadata" else scan.tables).append(relative)
    elif not is_image_name(entry.name):
        scan.others[Path(entry.name).suffix.lower()] += 1
    else:
        reason = _why_not(entry, base)
        if reason:
            scan.skipped.append((relative.encode("utf-8", "replace").decode(), reason))
        else:
            scan.paths.append(relative)


def _why_not(entry: "os.DirEntry[str]", base: Path) -> str:
    if not entry.name.isprintable() and not _is_utf8(entry.path):
        return "the file name is not UTF-8"
    try:
        if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(base):
            return "a link that leads out of the folder"
        return "an empty file (0 bytes)" if entry.stat().st_size == 0 else ""
    except OSError as error:
        return str(error.strerror)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
        return True
    except UnicodeEncodeError:
        return False
