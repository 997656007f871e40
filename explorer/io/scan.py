"""What lies in a folder: images, tables, texts beside images, and all that is passed over."""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.errors import InputError
from explorer.io.images import HEIF_HINT, HEIF_SUFFIXES, KINDS, image_size, is_image_name
from explorer.io.label_xml import XML, is_label_xml
from explorer.io.paths import LED_OUTSIDE
from explorer.io.table_names import is_table_name, table_stem
from explorer.io.text import counted
from explorer.io.walk import Walk, printable

HEADERS_TRIED = 1000
FILE_NAME = "file_name"
CAPTION_SUFFIXES = (".txt", ".caption")
ARRAY = ".npy"


@dataclass(frozen=True, kw_only=True)
class FolderScan:
    """What lies in a folder.

    paths: image paths below it, sorted; metadata: metadata.* files; tables: other tables; captions, sidecars: texts and
    .json files that have the name of an image beside them; arrays: .npy files; skipped: (path, reason); others: how
    many other files there are of each ending; litter: how often each name that systems leave behind; linked: real
    folders outside that links led to.
    """

    root: Path
    paths: list[str] = field(default_factory=list)
    metadata: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    sidecars: list[str] = field(default_factory=list)
    arrays: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    litter: Counter[str] = field(default_factory=Counter)
    linked: list[Path] = field(default_factory=list)

    @property
    def no_items(self) -> Counter[str]:
        """How many files there are of each ending from which no items come."""
        return self.others + Counter({ARRAY: len(self.arrays)})

    def passed_over(self) -> list[str]:
        """Notes that name what is neither an item nor skipped, by ending and by name, and where links led."""
        notes = []
        if self.linked:
            shown = ", ".join(map(str, self.linked[:3])) + (", ..." if len(self.linked) > 3 else "")
            notes.append(f"{counted(len(self.linked), 'linked folder')} outside looked into: {shown}.")
        others = self.no_items
        if others:
            kinds = ", ".join(f"{count:,} {suffix or 'without an ending'}" for suffix, count in _common(others))
            notes.append(f"{counted(others.total(), 'file')} passed over, no images: {kinds}.")
        heif = sum(self.others[suffix] for suffix in HEIF_SUFFIXES)
        if heif:
            notes.append(f"{counted(heif, 'HEIC file')} cannot be read: {HEIF_HINT}.")
        return notes + litter_notes(self.litter)


def litter_notes(litter: Counter[str]) -> list[str]:
    """A note that names files of systems, [] when there are none."""
    names = ", ".join(f"{name} ({count:,})" if count > 1 else name for name, count in _common(litter))
    return [f"Passed over, hidden or left by a system: {names}."] if names else []


def scan_folder(root: Path, leave_out: Path | None = None, within: Path | None = None) -> FolderScan:
    """Find all images in `root` and below it; hidden files and workspaces are passed over.

    Linked folders are looked into once, those outside `root` only below `within` (None: anywhere).
    leave_out: a folder not to look into. Raises InputError when `root` is no folder or cannot be read.
    """
    if not root.is_dir():
        raise InputError(f"{root}: expected a folder, but there is none.")
    walk = Walk(root, leave_out, within)
    scan = FolderScan(root=root, skipped=walk.skipped, litter=walk.litter, linked=walk.linked)
    base = Path(os.path.realpath(root))
    for entry, relative in walk.files():
        _sort_in(scan, entry, relative, [base, *walk.linked])
    _keep_captions(scan)
    for found in (scan.paths, scan.metadata, scan.tables, scan.captions, scan.sidecars, scan.arrays, scan.skipped):
        found.sort()
    return scan


def check_some_image(scan: FolderScan) -> None:
    """Raise InputError when the folder holds no image, or none of the first 1,000 can be opened."""
    if not scan.paths:
        reasons = "".join(f" {path}: {reason}." for path, reason in scan.skipped[:3])
        found = ", ".join(f"{count} {suffix or 'without ending'}" for suffix, count in _common(scan.no_items))
        held = f"found {found}" if found else "found no other files" if scan.skipped else "the folder is empty"
        heif = f" HEIC: {HEIF_HINT}." if any(scan.others[suffix] for suffix in HEIF_SUFFIXES) else ""
        raise InputError(f"{scan.root}: expected images ({KINDS}), {held}.{reasons}{heif}")
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


def without_ending(path: str) -> str:
    """The path without what follows the last dot of its name."""
    stem, dot, ending = path.rpartition(".")
    return stem if dot and "/" not in ending and stem and not stem.endswith("/") else path


def _common(counts: Counter[str], most: int = 12) -> list[tuple[str, int]]:
    """The most frequent ones; what comes after them stands together as "others"."""
    shown = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    rest = counts.total() - sum(count for _, count in shown)
    return [*shown, ("others", rest)] if rest else shown


def _sort_in(scan: FolderScan, entry: "os.DirEntry[str]", relative: str, allowed: list[Path]) -> None:
    is_table, is_image = is_table_name(entry.name), is_image_name(entry.name)
    suffix = Path(entry.name).suffix.lower()
    if not (is_table or is_image or suffix in (ARRAY, XML, *CAPTION_SUFFIXES)):
        scan.others[printable(suffix)] += 1
        return
    reason = _why_not(entry, relative, allowed)
    if reason:
        scan.skipped.append((printable(relative), reason))
    elif is_image:
        scan.paths.append(relative)
    elif suffix == XML and not is_label_xml(Path(entry.path)):
        scan.others[suffix] += 1
    elif is_table or suffix == XML:
        (scan.metadata if table_stem(entry.name).lower() == "metadata" else scan.tables).append(relative)
    else:
        (scan.arrays if suffix == ARRAY else scan.captions).append(relative)


def _keep_captions(scan: FolderScan) -> None:
    """Texts that have no image beside them are other files; a .json that has one belongs to it."""
    stems = {without_ending(path) for path in scan.paths}
    beside = {path for path in scan.tables if path.lower().endswith(".json") and without_ending(path) in stems}
    scan.sidecars.extend(beside)
    scan.tables[:] = [path for path in scan.tables if path not in beside]
    texts = [*scan.captions]
    scan.captions.clear()
    for path in texts:
        if without_ending(path) in stems:
            scan.captions.append(path)
        else:
            scan.others[Path(path).suffix.lower()] += 1


def _why_not(entry: "os.DirEntry[str]", relative: str, allowed: list[Path]) -> str:
    if printable(relative) != relative:
        return "the file name is not UTF-8"
    try:
        if entry.is_symlink() and not _leads_into(entry.path, allowed):
            return LED_OUTSIDE
        if not entry.is_file():
            return "a link to a file that is not there" if entry.is_symlink() else "not a file"
        return "an empty file (0 bytes)" if entry.stat().st_size == 0 else ""
    except OSError as error:
        return str(error.strerror)


def _leads_into(path: str, folders: list[Path]) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(folder) for folder in folders)
