"""Pictures that were dropped on the query line, kept in the workspace so that a link to their results works."""

import re
from base64 import b64encode
from hashlib import blake2b
from io import BytesIO
from pathlib import Path

from PIL import Image

from explorer.base.errors import InputError
from explorer.io.atomic import atomic_write
from explorer.io.thumbnails import small_pictures
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import folder_of

SIDE, MOST_BYTES = 512, 50_000_000
NAME = re.compile(r"[0-9a-f]{32}")


def keep_picture(workspace: Workspace, data: bytes) -> str:
    """Keep an uploaded picture at up to 512 px and return its name, a hash of its content.

    InputError when it is larger than 50 MB or is no picture.
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"Expected a picture of at most 50 MB, got {len(data) / 1e6:.0f} MB.")
    picture = small_pictures(data, [SIDE], kind="PNG", name="The uploaded image")[SIDE]
    name = blake2b(picture, digest_size=16).hexdigest()
    path = _file(workspace.path, name)
    path.parent.mkdir(exist_ok=True)
    if not path.is_file():
        with atomic_write(path) as temporary:
            temporary.write_bytes(picture)
    return name


def read_picture(path: Path, name: str) -> bytes:
    """The kept picture of this name in the workspace at `path`, as PNG; InputError when there is none."""
    file = _file(path, name)
    if not NAME.fullmatch(name) or not file.is_file():
        raise InputError("The picture of this query is no longer in the workspace. Drop it on the query line again.")
    return file.read_bytes()


def tiny(path: Path, name: str) -> str:
    """A kept picture at 64 px as a data address, for its mark in the query; "" when it is gone."""
    try:
        picture = Image.open(BytesIO(read_picture(path, name)))
    except InputError:
        return ""
    picture.thumbnail((64, 64))
    buffer = BytesIO()
    picture.convert("RGB").save(buffer, "WEBP")
    return "data:image/webp;base64," + b64encode(buffer.getvalue()).decode()


def picture_bytes(picture: str | Path | bytes | Image.Image) -> bytes:
    """The bytes of a picture that is a file, bytes already, or a PIL image; InputError when the file is not there."""
    if isinstance(picture, bytes):
        return picture
    if isinstance(picture, Image.Image):
        buffer = BytesIO()
        picture.convert("RGB").save(buffer, "PNG")
        return buffer.getvalue()
    path = Path(picture).expanduser()
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: expected an image file ({error.strerror}).") from error


def _file(path: Path, name: str) -> Path:
    return folder_of(path, "queries") / f"{name}.png"
