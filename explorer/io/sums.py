"""Sizes and checksums of the files in a folder, in sums.json beside them: what is damaged later is then known.

Sizes are compared whenever a folder is opened; the bytes only when somebody asks, since that reads all of them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import TypeVar

from explorer.base.errors import WorkspaceError
from explorer.base.versions import file_stamp
from explorer.io.atomic import read_json, write_json

SUMS = "sums.json"
FORMAT = 1
TRIES = 5
T = TypeVar("T")


@dataclass(frozen=True)
class Sum:
    """Of one file: its size in bytes and its checksum, 32 hexadecimal digits (blake2b)."""

    size: int
    digest: str

    @classmethod
    def of(cls, path: Path) -> "Sum":
        """Read the file and return its sum; OSError when it cannot be read."""
        with path.open("rb") as file:
            digest = file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()
            return cls(file.tell(), digest)

    def wrong_size(self, path: Path) -> str:
        """What is wrong with the size of the file at `path`, "" when nothing is."""
        try:
            size = path.stat().st_size
        except OSError:
            return f"{path.name} is missing"
        return "" if size == self.size else f"{path.name} has {size:,} bytes, expected {self.size:,}"

    def wrong(self, path: Path) -> str:
        """What is wrong with the file at `path`, "" when its bytes are those of the sum; reads all of it."""
        try:
            found = self.wrong_size(path)
            return found or ("" if Sum.of(path) == self else f"{path.name} holds other bytes than were written")
        except OSError as error:
            return f"{path.name} cannot be read ({error.strerror})"


def write_sums(
    folder: Path, of: str = "", leave_out: Collection[str] = (), known: Mapping[str, Sum] | None = None
) -> None:
    """Write sums.json for the files directly in `folder`, without those to leave out.

    of: what they were made with, such as an encoder. known: by name, of files that need not be read for it.
    """
    paths = (path for path in sorted(folder.iterdir()) if path.is_file() and path.name not in (SUMS, *leave_out))
    sums = {path.name: (known or {}).get(path.name) or Sum.of(path) for path in paths}
    files = {name: [one.size, one.digest] for name, one in sums.items()}
    write_json(folder / SUMS, {"format": FORMAT, "of": of, "files": files})


def read_sums(folder: Path) -> dict[str, Sum]:
    """The sums of the files in `folder` by name, {} where none were written; WorkspaceError when they are damaged."""
    if not (folder / SUMS).is_file():
        return {}
    values = read_json(folder / SUMS)
    try:
        return {str(name): Sum(int(size), str(digest)) for name, (size, digest) in values["files"].items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise WorkspaceError(f"{folder / SUMS} is damaged ({error}).") from error


def made_with(folder: Path) -> str:
    """What `write_sums` was told that the files were made with, "" when that is not known."""
    try:
        return str(read_json(folder / SUMS).get("of", ""))
    except (WorkspaceError, AttributeError):
        return ""


def wrong_sizes(folder: Path) -> list[str]:
    """What is wrong with the sizes of the files in `folder`, a sentence each; nothing is read but sums.json."""
    return list(_wrong(folder, Sum.wrong_size))


def wrong_bytes(folder: Path) -> list[str]:
    """What is wrong with the files in `folder`, a sentence each; reads all of them."""
    return list(_wrong(folder, Sum.wrong))


def steadily(folder: Path, manifest: str, read: Callable[[], T]) -> T:
    """What `read` gives, read from one state of `folder`: again when another one took its place meanwhile.

    manifest: name of the file that every new state has anew. Raises what `read` raises of a folder that stays as it is.
    """
    for _ in range(TRIES):
        before = file_stamp(folder / manifest)
        try:
            found = read()
        except (OSError, ValueError, WorkspaceError):
            if file_stamp(folder / manifest) == before:
                raise
            continue
        if file_stamp(folder / manifest) == before:
            return found
    return read()


def _wrong(folder: Path, compare: Callable[[Sum, Path], str]) -> Iterator[str]:
    try:
        sums = read_sums(folder)
    except WorkspaceError as error:
        yield str(error)
        return
    yield from filter(None, (compare(one, folder / name) for name, one in sums.items()))
