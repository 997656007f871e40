"""A workspace in one file, to keep elsewhere: a zip with all that cannot be made again, and checksums of it.

Databases are copied by SQLite's own backup, as they are at one moment, whoever writes to them meanwhile. What `prepare`
makes is left out unless it is asked for. backup.json, the last file of the zip, says what has to be in it.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

from explorer.base.errors import InputError, WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.io.atomic import atomic_folder, atomic_write
from explorer.io.audit import note
from explorer.io.copying import BESIDE, DATABASE, files_below
from explorer.io.leftovers import OLD, TEMPORARY
from explorer.io.sqlite import copy_database, damage_of_database, without_log
from explorer.io.sums import Sum
from explorer.workspace.damage import OWN
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import JUDGMENTS, JUDGMENTS_PLACE, LOCK, VIEWS_LOCK, slug
from explorer.workspace.managing import check_judgments_given, free_place
from explorer.workspace.manifest import other_datasets, read_manifest, write_manifest
from explorer.workspace.sweeping import INCOMING, PARTIAL, STALE

FORMAT, TABLE = 1, "backup.json"
NEVER = ("jobs", "cache", "thumbnails", LOCK, VIEWS_LOCK, JUDGMENTS_PLACE)
MADE_AGAIN = ("indexes", "maps", "pictures", "copies", "outliers", "links", "several", "keywords")
UNFINISHED = (TEMPORARY, OLD, INCOMING, PARTIAL, STALE)
BLOCK, MOST_TABLE = 1 << 20, 1 << 28
DATED = (1980, 1, 1, 0, 0, 0)
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What backup.json holds. files: size and checksum of each; created: ISO 8601, UTC."""

    format: int
    name: str
    created: str
    files: dict[str, Sum]


def back_up(
    ws: Workspace,
    target: Path,
    *,
    everything: bool = False,
    judgments: Path | None = None,
    progress: Progress | None = None,
) -> Backup:
    """Write the workspace to the new zip `target`. everything: also what `prepare` makes.

    judgments: a copy of those that lie in a database. Raises InputError when `target` exists, WorkspaceError when the
    disk is full, another process is changing the data set or its vectors, or judgments lie in a database and no copy
    is given.
    """
    check_judgments_given(ws, judgments)
    if target.exists():
        raise InputError(f"{target} exists already; a backup is never written over another. Choose another name.")
    progress, sums = progress or Silent(), {}
    target.parent.mkdir(parents=True, exist_ok=True)
    with ws.lock(), atomic_write(target) as temporary, TemporaryDirectory(dir=target.parent, prefix=TEMPORARY) as aside:
        ws = Workspace.open(ws.path)  # as it is now that nobody changes it
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            paths = {path: ws.path / path for path in sorted(_chosen(ws, everything))}
            paths |= {} if judgments is None else {Path(JUDGMENTS): judgments}
            progress.start("Writing the backup", len(paths))
            for done, (path, source) in enumerate(paths.items(), 1):
                sums[path.as_posix()] = _add(archive, path.as_posix(), _at_rest(source, Path(aside)))
                progress.advance(done)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            made = Backup(format=FORMAT, name=ws.path.name, created=now, files=sums)
            archive.writestr(TABLE, json.dumps(asdict(made), indent=1, ensure_ascii=False))
    progress.finish()
    note("back up", f"{ws.path.name} to {target}")
    return made


def restore_backup(source: Path, root: Path, name: str = "", progress: Progress | None = None) -> Workspace:
    """Make a workspace below `root` from a backup, under its own name or `name`; there is either all of it or nothing.

    Every file is compared with its checksum, and every database is checked. Raises InputError when the file is no
    backup, is damaged, or the name is taken: nothing is ever written over.
    """
    progress = progress or Silent()
    try:
        with zipfile.ZipFile(source) as archive:
            made = _read_table(archive, source)
            target = free_place(root, name or made.name)
            with atomic_folder(target, replace=False) as folder:
                progress.start("Restoring", len(made.files))
                for done, (path, expected) in enumerate(made.files.items(), 1):
                    _extract(archive, path, expected, folder, source)
                    progress.advance(done)
                _check(folder, source)
                write_manifest(folder, replace(read_manifest(folder), name=target.name))
    except UNREADABLE as error:
        if isinstance(error, OSError) and source.exists():
            raise
        raise InputError(f"{source} is no backup that can be read ({error}).") from error
    progress.finish()
    note("restore", f"{target.name} from {source}")
    return Workspace.open(target)


def _chosen(ws: Workspace, everything: bool) -> Iterator[Path]:
    """Files of the workspace that go into a backup, relative to it."""
    leave_out = NEVER if everything else (*NEVER, *MADE_AGAIN)
    others = {path.name for path in other_datasets(ws.path, ws.manifest)}
    own = {slug(spec) for spec in ws.encoders() if spec.startswith(OWN)}
    for path in files_below(ws.path, lambda one: one in leave_out or one in others):
        unfinished = any(part.startswith(UNFINISHED) for part in path.parts)
        again = path.parts[0] == "embeddings" and not everything and path.parts[1] not in own
        if not (unfinished or again or path.name.endswith(BESIDE)):
            yield path


def _at_rest(path: Path, aside: Path) -> Path:
    """The file itself, or a copy of a database as it is at this moment."""
    if path.suffix != DATABASE:
        return path
    copy = aside / path.name
    copy_database(path, copy)
    without_log(copy)
    return copy


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> Sum:
    info = zipfile.ZipInfo(name, DATED)
    info.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as file, archive.open(info, "w", force_zip64=True) as out:
        return _copied(file, out)


def _copied(file: IO[bytes], out: IO[bytes], most: int | None = None) -> Sum:
    """Copy a stream and return its sum; ValueError when it has more than `most` bytes."""
    digest, size = blake2b(digest_size=16), 0
    while block := file.read(BLOCK):
        size += len(block)
        if most is not None and size > most:
            raise ValueError("a file is longer than it says")
        digest.update(block)
        out.write(block)
    return Sum(size, digest.hexdigest())


def _read_table(archive: zipfile.ZipFile, source: Path) -> Backup:
    names = archive.namelist()
    if TABLE not in names or archive.getinfo(TABLE).file_size > MOST_TABLE:
        raise InputError(f"{source} is no backup of a workspace: it holds no {TABLE}.")
    try:
        values: dict[str, Any] = json.loads(archive.read(TABLE))
        if values["format"] != FORMAT:
            raise InputError(
                f"{source} is a backup of format {values['format']}, this program reads {FORMAT}: "
                "upgrade Similarity Explorer."
            )
        files = {str(name): Sum(int(one["size"]), str(one["digest"])) for name, one in values["files"].items()}
        made = Backup(format=FORMAT, name=str(values["name"]), created=str(values["created"]), files=files)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{source} is damaged: its {TABLE} cannot be read ({error}).") from error
    if sorted(names) != sorted([*files, TABLE]) or not all(map(_is_inside, files)):
        raise InputError(f"{source} is damaged: it does not hold the files that its {TABLE} names.")
    return made


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and not set(name) & {"\\", "\0"}


def _extract(archive: zipfile.ZipFile, name: str, expected: Sum, folder: Path, source: Path) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as file, path.open("xb") as out:
        if _copied(file, out, expected.size) != expected:
            raise InputError(f"{source} is damaged: {name} holds other bytes than were written.")


def _check(folder: Path, source: Path) -> None:
    for path in folder.glob(f"*{DATABASE}"):
        if wrong := damage_of_database(path):
            raise InputError(f"{source} is damaged: {path.name}: {wrong}.")
    try:
        Workspace.open(folder).dataset()
    except WorkspaceError as error:
        raise InputError(f"{source} cannot be restored: {error}") from error
