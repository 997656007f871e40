"""Small WebP pictures of items, made once and kept by content hash, so that a changed file gets a new one."""

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from PIL import Image

from explorer.base.arrays import check_choice
from explorer.base.dataset import HASH, PATH, Dataset
from explorer.base.errors import WorkspaceError
from explorer.io.atomic import atomic_write
from explorer.io.guard.packets import Packet
from explorer.io.guard.running import run
from explorer.io.images import MAX_DECODED, read_image

SIZES = (64, 128, 256, 512)
QUALITY = 80
BESIDE = 256  # MiB that a worker needs beside the picture itself
OPTIONS = {"WEBP": {"quality": QUALITY, "method": 2}}


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

    Kept in thumbnails/<size>/<first two digits of the hash>/<hash>.webp. A picture is decoded by one caller at a time,
    for all sizes that are asked meanwhile. Raises InputError when the image cannot be read, Busy when too many wait.
    """
    check_choice(str(size), map(str, SIZES), "size")
    table = ws.dataset().table
    relative, digest = (str(table.column(name)[row].as_py()) for name in (PATH, HASH))
    if not relative:
        return None
    file = kept_file(ws, digest, size)
    with suppress(FileNotFoundError):
        return file.read_bytes()
    files = {one: kept_file(ws, digest, one) for one in SIZES}
    with _ALONE.asked(str(files[SIZES[0]]), size) as sizes:
        if not file.is_file():
            missing = sorted(one for one in {size, *sizes} if not files[one].is_file())
            made = small_pictures(ws.image_path(relative), missing, name=relative, stamp=digest)
            for one, data in made.items():
                _keep(files[one], data)
            return made[size]
    return file.read_bytes()


def thumbnail_file(ws: ItemStore, row: int, size: int) -> Path:
    """Where the item's thumbnail is kept once it was asked for."""
    return kept_file(ws, str(ws.dataset().table.column(HASH)[row].as_py()), size)


def kept_file(ws: ItemStore, digest: str, size: int) -> Path:
    """Where the thumbnail of the picture with this hash is kept."""
    return ws.folder("thumbnails") / str(size) / digest[:2] / f"{digest}.webp"


def make_thumbnail(source: Path | bytes, size: int, name: str = "") -> bytes:
    """Return the picture as WebP, its longer side at most `size` pixels. name: for messages."""
    return small_pictures(source, [size], name=name)[size]


def small_pictures(
    source: Path | bytes, sizes: Sequence[int], *, kind: str = "WEBP", name: str = "", stamp: str = ""
) -> dict[int, bytes]:
    """Return the picture for each size, its longer side at most that, as files of this kind; decoded once.

    name: for messages. stamp: tells versions of the file. Raises InputError when it cannot be read.
    """
    path, blobs = ("", (source,)) if isinstance(source, bytes) else (str(source), ())
    values = {"path": path, "sizes": list(sizes), "kind": kind, "name": name, "stamp": stamp}
    answer = run(_made, Packet(values, blobs), name or path or "The picture")
    return dict(zip(sizes, answer.blobs, strict=True))


def seen_image(path: Path, min_side: int | None) -> Image.Image:
    """As `read_image`, for what runs in a server."""
    answer = run(_pixels, Packet({"path": str(path), "side": min_side}), path.name)
    return Image.frombytes("RGB", tuple(answer.values["size"]), answer.blobs[0])


def _made(request: Packet) -> Packet:
    values = request.values
    source = request.blobs[0] if request.blobs else Path(values["path"])
    image = read_image(source, max(values["sizes"]), values["name"], _most(request))
    made = {}
    for size in sorted(values["sizes"], reverse=True):
        image.thumbnail((size, size), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        image.save(buffer, values["kind"], **OPTIONS.get(values["kind"], {}))
        made[size] = buffer.getvalue()
    return Packet({}, tuple(made[size] for size in values["sizes"]))


def _pixels(request: Packet) -> Packet:
    image = read_image(Path(request.values["path"]), request.values["side"], "", _most(request))
    return Packet({"size": image.size}, (image.tobytes(),))


def _most(request: Packet) -> int:
    """Bytes for the picture where the process may have `memory` MiB."""
    memory = request.values.get("memory")
    return MAX_DECODED if memory is None else max(memory - BESIDE, 0) << 20


def _keep(path: Path, data: bytes) -> None:
    try:
        with atomic_write(path) as temporary:
            temporary.write_bytes(data)
    except (WorkspaceError, OSError):  # on a full or locked disk the picture is shown and not kept
        pass


class _Alone:
    """One caller at a time a picture; the sizes that others ask for meanwhile are made by the next one at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, tuple[threading.Lock, list[int]]] = {}

    def sizes(self) -> list[list[int]]:
        """The sizes that are wanted just now, of each picture."""
        with self._lock:
            return [list(sizes) for _, sizes in self._turns.values()]

    @contextmanager
    def asked(self, key: str, size: int) -> Iterator[list[int]]:
        """Wait for the turn at the picture `key`; yield the sizes that are wanted of it."""
        with self._lock:
            turn, sizes = self._turns.setdefault(key, (threading.Lock(), []))
            sizes.append(size)
        try:
            with turn:
                yield sizes
        finally:
            with self._lock:
                sizes.remove(size)
                if not sizes:
                    self._turns.pop(key, None)


_ALONE = _Alone()
