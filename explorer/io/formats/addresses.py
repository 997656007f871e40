"""Where tools for labels say that the image of a task lies, as a path that can be looked for."""

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from explorer.io.paths import is_file_below

UPLOADS, LOCAL = "/data/upload/", "/local-files/"
UPLOADED = re.compile(r"^[0-9a-f]{8}-(?=.)")  # what Label Studio puts before the name of an uploaded file
BESIDE = ("", "images/")


def file_of(address: str, folder: Path) -> str:
    """The file that an image's address means: below the folder of local files, an upload's own name, or a path.

    folder: of the file that names it; an upload that lies there keeps the name that Label Studio gave it.
    """
    try:
        parts = urlsplit(address.strip())
        query = parse_qs(parts.query)
    except ValueError:
        return address.strip()
    if parts.path.endswith(LOCAL):
        return query.get("d", [""])[0].lstrip("/")
    if parts.path.startswith(UPLOADS):
        name = unquote(parts.path).rpartition("/")[2]
        here = any(is_file_below(folder, folder / f"{beside}{name}") for beside in BESIDE)
        return name if here else UPLOADED.sub("", name)
    return unquote(parts.path).lstrip("/") if parts.scheme and parts.netloc else address.strip()
