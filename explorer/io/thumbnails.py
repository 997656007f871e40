"""Small WebP pictures of items, made once and kept by content hash, so that a changed file gets a new one."""

import io
from pathlib import Path
from typing import Protocol

from PIL import Image

from explorer.base.arrays import check_choice
from explorer.base.dataset import HASH, PATH, Dataset
from explorer.base.errors import WorkspaceError
from explorer.io.atomic import atomic_write
from explorer.io.images import read_image

SIZES = (64, 128, 256, 512)
QUALITY = 80


class ItemStore(Protocol):
    """What is needed of a workspace."""

    def dataset(self) -> Dataset:
        """The items."""

    def folder(self, kind: str, name: str = "") -> Path:
        """Where derived things lie."""

    def image_path(self, item: int | str) -> Path:
        """Where an item's image lies."""


def thumbnail(ws: ItemStore, row: int, size: int = 128) -> bytes | None:
    """Return the item's picture as WebP, longer side at most `size` (64, 128, 256 or 512) pixels; None without image.

    Kept in thumbnails/<size>/<first two digits of the hash>/<hash>.webp.
    Raises InputError when the image cannot be read.
    """
    check_choice(str(size), map(str, SIZES), "size")
    table = ws.dataset().table
    relative, digest = (str(table.column(name)[row].as_py()) for name in (PATH, HASH))
    if not relative:
        return None
    path = ws.folder("thumbnails") / str(size) / digest[:2] / f"{digest}.webp"
    if path.is_file():
        return path.read_bytes()
    data = make_thumbnail(ws.image_path(relative), size)
    try:
        with atomic_write(path) as temporary:
            temporary.write_bytes(data)
    except WorkspaceError:  # on a full disk the picture is shown and not kept
        pass
    return data


def make_thumbnail(source: Path | bytes, size: int) -> bytes:
    """Return the picture as WebP, its longer side at most `size` pixels."""
    image = read_image(source, min_side=size)
    image.thumbnail((size, size), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=2)
    return buffer.getvalue()
