"""Unpacking a zip that may come from anyone: nothing outside the folder, no links, no bombs."""

import errno
import shutil
import stat
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath

from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.litter import is_litter
from explorer.io.readable import readable

MAX_RATIO = 200
MAX_TOTAL = 200 << 30
MAX_FILES = 2_000_000
SMALL = 1 << 20
UNPACKABLE = "a zip that can be unpacked"
BLOCK = 1 << 20


def extract_zip(source: Path | str, folder: Path, progress: Progress) -> int:
    """Unpack the zip `source` into `folder`; return the number of files.

    Everything is checked before the first byte is written. Raises InputError naming the entry: a path that leaves the
    folder, a link, an encrypted or damaged file, more than 200 times its packed size, or more than 200 GiB in all.
    """
    name = Path(source).name
    with readable(name, UNPACKABLE), zipfile.ZipFile(source) as archive:
        members = [member for member in archive.infolist() if not member.is_dir() and not _in_litter(member)]
        _check_members(members, name, Path(source).stat().st_size)
        _check_space(members, name, folder)
        progress.start("Unpacking", len(members))
        for done, member in enumerate(members, start=1):
            _extract(archive, member, folder, name)
            progress.advance(done)
        progress.finish()
    return len(members)


def litter_of_zip(source: Path) -> Counter[str]:
    """How often each name of a system stands in the zip `source`; such files are not unpacked."""
    found: Counter[str] = Counter()
    with readable(source.name, UNPACKABLE), zipfile.ZipFile(source) as archive:
        for member in archive.infolist():
            if not member.is_dir() and _in_litter(member):
                found[PurePosixPath(member.filename).name] += 1
    return found


def _check_members(members: list[zipfile.ZipInfo], name: str, packed: int) -> None:
    if not members:
        raise InputError(f"{name}: expected files in the zip, got none.")
    if len(members) > MAX_FILES:
        raise InputError(f"{name}: expected at most {MAX_FILES:,} files, got {len(members):,}.")
    for member in members:
        _check_member(member, name)
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL or (total > SMALL and total > MAX_RATIO * max(packed, 1)):
        raise InputError(f"{name}: expected at most {MAX_RATIO} times its size unpacked, got {_times(total, packed)}.")


def _check_space(members: list[zipfile.ZipInfo], name: str, folder: Path) -> None:
    total, free = sum(member.file_size for member in members), shutil.disk_usage(_existing(folder)).free
    if total > free:
        raise InputError(f"{name}: unpacked it takes {total >> 20} MiB, {free >> 20} MiB are free. Free some space.")


def _check_member(member: zipfile.ZipInfo, name: str) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if not path.parts:
        raise InputError(f"{name}: expected names inside the zip, got {member.filename!r}, which is none.")
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise InputError(f"{name}: expected paths inside the zip, got {member.filename!r}, which leads outside.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise InputError(f"{name}: expected plain files, got a link: {member.filename!r}.")
    if member.flag_bits & 1:
        raise InputError(f"{name}: expected a zip without a password, but {member.filename!r} is encrypted.")
    if member.file_size > SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        ratio = _times(member.file_size, member.compress_size)
        raise InputError(
            f"{name}: expected at most {MAX_RATIO} times the packed size, but {member.filename!r} has {ratio}."
        )


def _times(size: int, packed: int) -> str:
    return f"{size / max(packed, 1):,.0f} times"


def _in_litter(member: zipfile.ZipInfo) -> bool:
    """True for files of systems; paths that lead outside are no litter, so that they are told."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    if ".." in parts or not parts:
        return False
    return is_litter(parts[-1], False) or any(is_litter(part, True) for part in parts[:-1])


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, name: str) -> None:
    target = folder / member.filename.replace("\\", "/")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    except OSError as error:
        if error.errno not in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.EISDIR):
            raise
        shown = f"{member.filename[:60]!r} ({error.strerror})"
        raise InputError(f"{name}: expected names that can be written here, got {shown}.") from error
    # zipfile stops after the size that the directory states and checks the sum, so a lie about the size is found.
    with archive.open(member) as packed, open(target, "wb") as file:
        shutil.copyfileobj(packed, file, BLOCK)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())
