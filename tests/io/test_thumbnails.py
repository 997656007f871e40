import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from explorer.base.errors import InputError, LimitError
from explorer.io import thumbnails
from explorer.io.guard.packets import Packet
from explorer.io.guard.running import close_workers, open_workers
from explorer.io.images import read_image
from explorer.io.thumbnails import seen_image, small_pictures, thumbnail
from explorer.workspace.folder import Workspace


def test_a_thumbnail_is_small_webp_and_kept(image_workspace: Workspace) -> None:
    Image.new("RGB", (640, 320), "red").save(image_workspace.image_path("top.png"))
    row = int(image_workspace.dataset().rows_of(["top.png"])[0])
    data = thumbnail(image_workspace, row, 64)
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("WEBP", (64, 32))
    kept = list(image_workspace.folder("thumbnails").rglob("*.webp"))
    assert len(kept) == 1
    image_workspace.image_path("top.png").unlink()
    assert thumbnail(image_workspace, row, 64) == data


def test_texts_have_none(text_workspace: Workspace) -> None:
    assert thumbnail(text_workspace, 0) is None


def test_wrong_requests_are_named(image_workspace: Workspace) -> None:
    with pytest.raises(InputError, match="size: expected one of 64, 128, 256, 512; got '5000'"):
        thumbnail(image_workspace, 0, 5000)
    image_workspace.image_path(1).write_bytes(b"no picture")
    with pytest.raises(InputError, match="expected an image"):
        thumbnail(image_workspace, 1)


def test_several_sizes_come_from_one_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int | None] = []

    def read(source: Path | bytes, min_side: int | None, name: str, most: int) -> Image.Image:
        decoded.append(min_side)
        return read_image(source, min_side, name, most)

    monkeypatch.setattr(thumbnails, "read_image", read)
    buffer = io.BytesIO()
    Image.new("RGB", (640, 320), "red").save(buffer, "PNG")
    made = small_pictures(buffer.getvalue(), [64, 256])
    assert [Image.open(io.BytesIO(made[size])).size for size in (64, 256)] == [(64, 32), (256, 128)]
    assert decoded == [256]


def test_one_caller_at_a_time_decodes_a_picture_for_all(
    image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    calls: list[list[int]] = []

    def made(source: Path, sizes: list[int], **told: str) -> dict[int, bytes]:
        calls.append(sizes)
        begun.set()
        go_on.wait(10)
        return {size: b"%d" % size for size in sizes}

    monkeypatch.setattr(thumbnails, "small_pictures", made)
    asked = [64, 128, 256, 128, 256, 512, 64]
    with ThreadPoolExecutor(len(asked)) as pool:
        first = pool.submit(thumbnail, image_workspace, 0, asked[0])
        begun.wait(10)
        others = [pool.submit(thumbnail, image_workspace, 0, size) for size in asked[1:]]
        while sum(map(len, thumbnails._ALONE.sizes())) < len(asked):
            time.sleep(0.01)
        go_on.set()
        assert [one.result() for one in (first, *others)] == [b"%d" % size for size in asked]
    assert calls == [[64], [128, 256, 512]]
    assert thumbnails._ALONE.sizes() == []


def test_a_picture_that_cannot_be_read_is_tried_by_the_next(image_workspace: Workspace) -> None:
    image_workspace.image_path(0).write_bytes(b"no picture")
    for _ in range(2):
        with pytest.raises(InputError, match="expected an image"):
            thumbnail(image_workspace, 0)
    assert thumbnails._ALONE.sizes() == []


def test_on_a_disk_that_cannot_be_written_the_picture_is_shown(
    image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def full(path: Path) -> Iterator[Path]:
        raise OSError(30, "Read-only file system")
        yield path

    monkeypatch.setattr(thumbnails, "atomic_write", full)
    assert thumbnail(image_workspace, 0)
    assert not image_workspace.folder("thumbnails").exists()


def test_pictures_are_made_in_workers_where_such_are_open(image_workspace: Workspace) -> None:
    here = small_pictures(image_workspace.image_path(0), [64])
    seen = seen_image(image_workspace.image_path(0), None)
    open_workers()
    try:
        assert small_pictures(image_workspace.image_path(0), [64]) == here
        assert seen_image(image_workspace.image_path(0), None).tobytes() == seen.tobytes()
        with pytest.raises(InputError, match=r"mine\.png: expected an image"):
            small_pictures(b"no picture", [64], name="mine.png")
    finally:
        close_workers()


def test_a_worker_decodes_what_fits_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 320), "red").save(buffer, "PNG")
    values = {"path": "", "sizes": [64], "kind": "WEBP", "name": "a.png"}
    with pytest.raises(LimitError, match=r"a\.png: expected a picture that takes at most 0 MiB to decode"):
        thumbnails._made(Packet({**values, "memory": thumbnails.BESIDE}, (buffer.getvalue(),)))
    assert thumbnails._made(Packet({**values, "memory": thumbnails.BESIDE + 2}, (buffer.getvalue(),))).blobs
