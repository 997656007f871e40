"""An embedded Milvus as one file, and the private folders in which such files are opened."""

import json
import os
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from explorer.base.errors import WorkspaceError
from explorer.io.leftovers import is_left_behind, remove, temporary_name

ABOUT = "about.json"
PLACE = "milvus"
LOCK, SIDECARS = "LOCK", "indexes"  # not kept: held while it is open, and made again when it is opened


def pack(folder: Path, path: Path, labels: int) -> None:
    """Write a closed database in `folder` as the file `path`; labels: all that were given are below this one."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(ABOUT, json.dumps({"labels": labels}))
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder)
            if file.is_file() and name.name != LOCK and SIDECARS not in name.parts:
                archive.write(file, f"{PLACE}/{name.as_posix()}")


def packed_labels(path: Path) -> int:
    """How many labels the file says were given. ValueError, KeyError or BadZipFile when it is damaged."""
    with zipfile.ZipFile(path) as archive:
        return int(json.loads(archive.read(ABOUT))["labels"])


def unpack(path: Path, folder: Path) -> None:
    """Put the database in the file `path` into `folder`; WorkspaceError for a name that leads out of it."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.filename == ABOUT:
                continue
            name = PurePosixPath(entry.filename)
            if name.is_absolute() or ".." in name.parts or "\\" in entry.filename or name.parts[:1] != (PLACE,):
                raise WorkspaceError(f"{path} holds {entry.filename!r}, which is no part of an index")
            target = folder.joinpath(*name.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, target.open("wb") as file:
                while block := source.read(1 << 20):
                    file.write(block)


def private_folder() -> Path:
    """A new folder below the system's temporary one that this user alone can look into; those of dead processes go."""
    parent = Path(tempfile.gettempdir())
    for path in parent.glob(f".tmp-*-{PLACE}"):
        with suppress(OSError):
            if path.lstat().st_uid == os.getuid() and is_left_behind(path):
                remove(path)
    folder = temporary_name(parent / PLACE)
    folder.mkdir(mode=0o700)
    return folder
