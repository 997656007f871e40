"""Small pictures of items, for what is drawn without a server."""

from base64 import b64encode

from explorer.base.dataset import PATH
from explorer.base.errors import ExplorerError
from explorer.io.thumbnails import thumbnail
from explorer.workspace.opened import Opened


def picture_bytes(opened: Opened, row: int, size: int = 128) -> bytes:
    """An item's picture as WebP, its longer side at most `size`; b"" when it has none or it cannot be read."""
    if not opened.dataset.table.column(PATH)[row].as_py():
        return b""
    try:
        return thumbnail(opened.workspace, row, size) or b""
    except ExplorerError:
        return b""


def picture_address(opened: Opened, row: int, size: int = 128) -> str:
    """The same as an address that holds the picture, "" for none."""
    data = picture_bytes(opened, row, size)
    return f"data:image/webp;base64,{b64encode(data).decode('ascii')}" if data else ""
