"""Small pictures for a page: so small that those of all items fit."""

import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image

from explorer.base.dataset import PATH
from explorer.base.errors import ExplorerError
from explorer.base.progress import Progress
from explorer.io.images import read_image
from explorer.io.thumbnails import SIZES, thumbnail_file
from explorer.library.sending.choice import Sent

KIND = "image/webp"
GROUP = 3  # bytes: four characters of base64, so that a picture is a piece of the text of its block
BLOCK = 400  # pictures of a block


class Size(NamedTuple):
    """side: pixels of the longer side; quality: of WebP."""

    side: int
    quality: int


STEPS = ((1_500, Size(256, 80)), (6_000, Size(128, 80)), (12_000, Size(128, 70)))
SMALLEST = Size(112, 62)


def size_for(count: int) -> Size:
    """The size at which the pictures of `count` items take some 40 MB at most (of 50,000, 80)."""
    return next((size for most, size in STEPS if count <= most), SMALLEST)


def pictures(sent: Sent, progress: Progress) -> list[bytes]:
    """WebP of each item, padded to whole groups of bytes; b"" where there is none, or none that can be read."""
    size = size_for(len(sent.rows))
    paths = sent.opened.dataset.table.column(PATH).take(pa.array(sent.rows, pa.int64())).to_pylist()
    made: list[bytes] = []
    progress.start("making small pictures", len(paths))
    # Decoding and encoding let other threads run; a block at a time, so that stopping does not wait for all.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(paths), BLOCK):
            part = slice(start, start + BLOCK)
            made += map(_padded, pool.map(partial(_picture, sent, size), sent.rows[part].tolist(), paths[part]))
            progress.advance(len(made))
    progress.finish()
    return made


def _picture(sent: Sent, size: Size, row: int, path: str) -> bytes:
    """The thumbnail that is kept, or what is made of the file; the latter is not kept."""
    if not path:
        return b""
    workspace = sent.opened.workspace
    try:
        file = thumbnail_file(workspace, row, size.side if size.side in SIZES else 128)
        return smaller(file.read_bytes() if file.is_file() else workspace.image_path(path), size)
    except (ExplorerError, OSError):  # a file that is gone leaves its item without a picture
        return b""


def smaller(source: Path | bytes, size: Size) -> bytes:
    """The picture with its longer side at most `size.side`, as WebP; one in memory stays where that is no larger."""
    image = read_image(source, size.side, "the picture")
    image.thumbnail((size.side, size.side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=size.quality, method=2)
    made = buffer.getvalue()
    return source if isinstance(source, bytes) and len(source) <= len(made) else made


def _padded(picture: bytes) -> bytes:
    return picture + b"\0" * (-len(picture) % GROUP)


def lengths(made: Sequence[bytes]) -> NDArray[np.uint16]:
    """(m,) lengths in groups."""
    return np.array([len(one) // GROUP for one in made], dtype=np.uint16)


def blocks(made: Sequence[bytes]) -> Iterator[bytes]:
    """The pictures of every `BLOCK` items in one piece."""
    for start in range(0, len(made), BLOCK):
        yield b"".join(made[start : start + BLOCK])
