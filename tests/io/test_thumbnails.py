import io

import pytest
from PIL import Image

from explorer.base.errors import InputError
from explorer.io.thumbnails import thumbnail
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
