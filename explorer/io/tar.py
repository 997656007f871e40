"""The files of a tar that may come from anyone, one after the other: no links, no bombs, and no name becomes a path."""

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from explorer.base.errors import InputError, LimitError
from explorer.io.archive import MAX_FILES, MAX_TOTAL
from explorer.io.litter import is_litter
from explorer.io.readable import readable

TAR_ENDINGS = (".tar", ".tar.gz", ".tgz")
MAX_PACKED_RATIO = 1000  # as of a .gz
LARGEST = 1 << 30  # bytes of one file
SMALL = 1 << 20


def is_tar_name(name: str) -> bool:
    """True for names of tars that are read, packed ones too."""
    return name.lower().endswith(TAR_ENDINGS)


def files_of_tar(path: Path) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file in the tar, in its order, without folders and what systems leave behind.

    Raises InputError naming the tar: damaged, cut off, with a link or a file with holes; LimitError for a file above 1
    GiB, more than 2 million files, 200 GiB in all, or 1,000 times the packed size.
    """
    name, packed = path.name, path.stat().st_size
    with readable(name, "a tar that can be read"):
        plain = name.lower().endswith(".tar")
        total = count = 0
        with tarfile.open(path, "r:" if plain else "r|gz") as archive:
            for member in archive:
                if member.isdir() or _is_litter(member.name):
                    continue
                total, count = total + member.size, count + 1
                _check(member, name)
                _check_sum(total, count, 0 if plain else packed, name)
                file = archive.extractfile(member)
                assert file is not None  # it is a plain file
                yield member.name, file.read()


def _check(member: tarfile.TarInfo, name: str) -> None:
    if not member.isreg() or member.issparse():
        raise InputError(f"{name}: expected plain files, got a link or a device: {member.name[:60]!r}.")
    if member.size > LARGEST:
        raise LimitError(
            f"{name}: expected files of at most 1 GiB, {member.name[:60]!r} has {member.size >> 20:,} MiB."
        )


def _check_sum(total: int, count: int, packed: int, name: str) -> None:
    if count > MAX_FILES:
        raise LimitError(f"{name}: expected at most {MAX_FILES:,} files.")
    if total > MAX_TOTAL or (packed and total > SMALL and total > MAX_PACKED_RATIO * packed):
        raise LimitError(f"{name}: expected at most 200 GiB, and {MAX_PACKED_RATIO:,} times its size unpacked.")


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(is_litter(part, place < len(parts) - 1) for place, part in enumerate(parts) if part not in (".", ".."))
