"""Where the images of a collection lie: a folder, or the address of an object store. Can be sent to other machines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from explorer.base.errors import InputError, WorkspaceError
from explorer.io.paths import resolve_below

LEAST = "Expected the address of a folder of images, such as s3://bucket/photos"


class ImagePlace(Protocol):
    """Gives an image by its path below the root; InputError for a path that leaves it."""

    def source(self, path: str) -> Path | bytes:
        """What `read_image` takes: a path, or the bytes."""
        ...

    def check(self) -> None:
        """WorkspaceError where the root is not there: an image is left out for what is wrong with itself alone."""
        ...


@dataclass(frozen=True)
class ImageFolder:
    """A folder of this machine, or one that all machines see. linked: real folders that links in it lead to."""

    root: Path
    linked: tuple[str, ...] = ()

    def source(self, path: str) -> Path:
        """The file; InputError when the path leaves the root."""
        return resolve_below(self.root, path, map(Path, self.linked))

    def check(self) -> None:
        """WorkspaceError where the folder is not there, as on a machine that does not share it."""
        if not self.root.is_dir():
            raise WorkspaceError(
                f"The folder of the images, {self.root}, is not there for whoever reads them: it has to lie under the "
                "same path on all machines, or at an address (--images)."
            )


@dataclass(frozen=True)
class ImageStore:
    """Below an address that fsspec reads, such as s3://bucket/photos.

    options: of its file system; credentials are found as it does, in the environment of whoever reads.
    """

    address: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if find_spec("fsspec") is None:
            raise InputError("Images at an address take fsspec: pip install 'similarity-explorer[remote]'.")
        self._opened  # noqa: B018  an address that nothing reads is told at once

    def __getstate__(self) -> dict[str, Any]:
        return {"address": self.address, "options": self.options}

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        """The file system and the root in it."""
        from fsspec.core import url_to_fs

        if "://" not in self.address:
            raise InputError(f"{LEAST}, got {self.address!r}.")
        try:
            system, root = url_to_fs(self.address, **self.options)
        except (ValueError, ImportError) as error:
            raise InputError(f"{LEAST}, got {self.address!r}: {error}") from error
        return system, str(root).rstrip("/")

    def check(self) -> None:
        """Nothing: reading tells an image that is not there from a store that fails."""

    def source(self, path: str) -> bytes:
        """The bytes of an image. InputError when the path leaves the root or there is nothing, WorkspaceError when the
        store fails: an image is left out for what is wrong with itself alone.
        """
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
            raise InputError(f"Expected a path below {self.address}, got {path!r}.")
        system, root = self._opened
        try:
            return bytes(system.cat_file("/".join((root, *parts))))
        except (FileNotFoundError, IsADirectoryError) as error:
            raise InputError(f"{path} is not below {self.address}.") from error
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"{self.address} cannot be read: {error}. What was done is kept; start again."
            ) from error
