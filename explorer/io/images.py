"""Reading images: any of the supported formats to 8-bit RGB, upright, with readable errors."""

import importlib.util
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from explorer.base.errors import InputError
from explorer.io.deep import brightened, grey_of_deep, is_deep
from explorer.io.png_text import is_too_much_text, without_text

SUFFIXES_OF = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif",),
    "JPEG2000": (".jp2", ".j2k", ".jpx"),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
}
HEIF_SUFFIXES = (".heic", ".heif")
READ_HEIF = importlib.util.find_spec("pillow_heif") is not None
if READ_HEIF:
    SUFFIXES_OF["HEIF"] = HEIF_SUFFIXES
FORMATS = tuple(SUFFIXES_OF)
IMAGE_SUFFIXES = frozenset(suffix for suffixes in SUFFIXES_OF.values() for suffix in suffixes)
KINDS = "jpg, png, webp, gif, bmp, tiff, avif, jp2, ppm"
HEIF_HINT = "`pip install pillow-heif`, or convert to JPEG"
MAX_PIXELS = 200_000_000
ALPHA_MODES = ("RGBA", "LA", "PA", "RGBa", "La")

# Pillow's own limit knows nothing of reduced decoding; `_check_pixels` takes its place before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


def read_image(source: Path | bytes, min_side: int | None = None, name: str = "") -> Image.Image:
    """Return the image as 8-bit RGB, upright after its EXIF orientation, alpha on white, an animation's first frame.

    source: a path, or the bytes of an upload (then `name` stands in the messages).
    min_side: pixels; a JPEG is decoded at the smallest of the scales 1, 1/2, 1/4, 1/8 with both sides at least this.
    Raises InputError naming the file when it is missing, empty, no image, truncated, damaged, or above 200 megapixels.
    """
    name = name or (str(source) if isinstance(source, Path) else "The uploaded image")
    with _stream(source, name) as stream:
        return _whatever_its_text(stream, lambda stream: _decode(stream, min_side, name))


def image_size(path: Path) -> tuple[int, int]:
    """Return (width, height) in pixels, upright, from the header alone; InputError as in `read_image`."""
    name = str(path)
    with _stream(path, name) as stream:
        image = _whatever_its_text(stream, lambda stream: _open(stream, name))
        width, height = image.size
        # Of a TIFF, Pillow gives the size as it is after turning.
        turned = image.format != "TIFF" and _orientation(image) in (5, 6, 7, 8)
    return (height, width) if turned else (width, height)


def is_image_name(name: str) -> bool:
    """True when the file name ends like an image that can be read."""
    return Path(name).suffix.lower() in IMAGE_SUFFIXES


@contextmanager
def _stream(source: Path | bytes, name: str) -> Iterator[BinaryIO]:
    """The bytes as an open stream: given a path, Pillow maps plain TIFFs into memory, and scrambles those it turns."""
    if isinstance(source, bytes):
        _check_filled(len(source), name)
        yield io.BytesIO(source)
        return
    try:
        _check_filled(source.stat().st_size, name)
        file = source.open("rb")
    except OSError as error:
        raise InputError(f"{name}: expected an image file that can be opened ({error.strerror or error}).") from error
    with file:
        yield file


def _whatever_its_text(stream: BinaryIO, read: Callable[[BinaryIO], Image.Image]) -> Image.Image:
    try:
        return read(stream)
    except InputError as error:
        if not is_too_much_text(error.__cause__):
            raise
        return read(io.BytesIO(without_text(stream)))


def _decode(stream: BinaryIO, min_side: int | None, name: str) -> Image.Image:
    with _open(stream, name) as image:
        if min_side is not None:
            image.draft(None, (min_side, min_side))  # does something for JPEG only
        _check_pixels(image, name)
        raw_mode = _raw_mode(image)
        try:
            image.load()
            return _to_rgb(brightened(_upright(image), raw_mode))
        except Exception as error:  # on damaged files Pillow's decoders raise almost anything
            raise InputError(f"{name}: expected a whole image, got a truncated or damaged one ({error}).") from error


def _raw_mode(image: Image.Image) -> str:
    """How the file stores its numbers, such as "RGB;16L"; "" where Pillow does not say."""
    tiles = getattr(image, "tile", [])
    return str(tiles[0][3]) if tiles else ""


def _open(file: BinaryIO, name: str) -> Image.Image:
    _register_heif()
    try:
        return Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        hint = f"HEIC: {HEIF_HINT}" if _is_heif(file) else "a file that is not one"
        raise InputError(f"{name}: expected an image ({KINDS}), got {hint}.") from error
    except Exception as error:  # on damaged headers Pillow's readers raise almost anything
        raise InputError(f"{name}: expected an image, got a damaged header ({error}).") from error


def _is_heif(file: BinaryIO) -> bool:
    file.seek(0)
    start = file.read(32)
    return start[4:8] == b"ftyp" and any(brand in start[8:] for brand in (b"heic", b"heix", b"mif1", b"hevc"))


@cache
def _register_heif() -> None:
    if READ_HEIF:
        import pillow_heif

        pillow_heif.register_heif_opener()


def _check_filled(size: int, name: str) -> None:
    if size == 0:
        raise InputError(f"{name}: expected an image, got an empty file (0 bytes).")


def _check_pixels(image: Image.Image, name: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise InputError(
            f"{name}: expected at most {MAX_PIXELS // 1_000_000} megapixels, got {width} x {height} pixels. "
            "Make it smaller."
        )


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # damaged EXIF data does not make the picture unreadable
        return 1


def _upright(image: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(image) if _orientation(image) != 1 else image


def _to_rgb(image: Image.Image) -> Image.Image:
    if is_deep(image):
        return grey_of_deep(image).convert("RGB")
    if image.mode in ALPHA_MODES or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB") if image.mode != "RGB" else image.copy()
