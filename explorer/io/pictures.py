"""Pictures that lie inside a table: as bytes, or as Hugging Face's {bytes, path}."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.progress import Progress
from explorer.io.arrow_kinds import is_bytes, is_text
from explorer.io.hashing import hash_bytes
from explorer.io.images import is_image_name

LOOKED_AT = 20
SHARE = 0.5  # of the first filled values; others cost their row
SIGNATURES = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG", ".png"),
    (b"GIF8", ".gif"),
    (b"BM", ".bmp"),
    (b"II*\x00", ".tif"),
    (b"II+\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"MM\x00+", ".tif"),
    (b"\x00\x00\x00\x0cjP  ", ".jp2"),
    (b"\xff\x4f\xff\x51", ".j2k"),
)
BRANDS = {b"avif": ".avif", b"avis": ".avif", b"heic": ".heic", b"heix": ".heic", b"mif1": ".heic", b"msf1": ".heic"}
Written = tuple[pa.Array, pa.Array, list[str]]


def picture_ending(data: bytes) -> str:
    """The ending of a file with these bytes, "" when they are no picture."""
    if data[:4] == b"RIFF":
        return ".webp" if data[8:12] == b"WEBP" else ""
    if data[4:8] == b"ftyp":
        return BRANDS.get(data[8:12], "")
    return next((ending for start, ending in SIGNATURES if data.startswith(start)), "")


def is_picture_type(kind: pa.DataType) -> bool:
    """True for bytes, and for Hugging Face's struct of `bytes` and `path`."""
    return is_bytes(kind) or _is_struct(kind)


def holds_pictures(column: pa.ChunkedArray) -> bool:
    """True when most of the first values are pictures by their bytes, or name one where they have no bytes."""
    if not is_picture_type(column.type):
        return False
    filled = list(_first_filled(column))
    return len(filled) > 0 and sum(_looks_fine(*pair) for pair in filled) >= SHARE * len(filled)


def write_pictures(column: pa.ChunkedArray, folder: Path, progress: Progress) -> Written:
    """Write the pictures of a column below `folder`, named by content.

    Return ((n,) paths below `folder`, (n,) paths as the table names them where there are no bytes, both "" elsewhere;
    (n,) reasons why a picture cannot be used, "" when it can).
    """
    progress.start("Writing pictures", len(column))
    written, named, reasons = [], [], []
    for done, (data, path) in enumerate(_pairs(column), start=1):
        ending = picture_ending(data)
        written.append(write_picture(data, ending, folder) if ending else "")
        named.append("" if data else path)
        reasons.append(f"row {done}: expected a picture, got other bytes" if data and not ending else "")
        progress.advance(done)
    progress.finish()
    return pa.array(written, pa.string()), pa.array(named, pa.string()), reasons


def _is_struct(kind: pa.DataType) -> bool:
    if not pa.types.is_struct(kind):
        return False
    kinds = {field.name: field.type for field in kind}
    return _or_null(kinds.get("bytes"), is_bytes) and _or_null(kinds.get("path"), is_text)


def _or_null(kind: pa.DataType | None, test: Callable[[pa.DataType], bool]) -> bool:
    return kind is not None and bool(pa.types.is_null(kind) or test(kind))


def _pairs(column: pa.ChunkedArray) -> Iterator[tuple[bytes, str]]:
    """(bytes, path) of each row, empty where there is none."""
    for chunk in column.chunks:
        for item in chunk:
            value = item.as_py()
            pair = (value.get("bytes"), value.get("path")) if isinstance(value, dict) else (value, "")
            yield pair[0] or b"", str(pair[1] or "")


def _first_filled(column: pa.ChunkedArray) -> Iterator[tuple[bytes, str]]:
    filled = column.filter(pc.is_valid(column)).slice(0, LOOKED_AT)
    return (pair for pair in _pairs(filled) if any(pair))


def _looks_fine(data: bytes, path: str) -> bool:
    return bool(picture_ending(data)) if data else is_image_name(path)


def write_picture(data: bytes, ending: str, folder: Path) -> str:
    """Write one picture below `folder`, named by its content; return its path there."""
    digest = hash_bytes(data)
    relative = f"{digest[:2]}/{digest}{ending}"
    target = folder / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        target.write_bytes(data)
    return relative
