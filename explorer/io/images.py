"""Reading images: any of the supported formats to 8-bit RGB, upright, with readable errors."""

import importlib.util
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from explorer.base.errors import InputError, LimitError
from explorer.io.bands import Change, changed, shrinking
from explorer.io.deep import brightener, grey_scale, is_deep
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
MAX_DECODED = 768 << 20  # bytes of the picture and of what is made of it
SHRUNK_ABOVE = 16_000_000  # pixels; larger ones that are wanted small are made smaller while they are converted
ALONE_ABOVE = 256 << 20  # bytes; of these one is decoded at a time in a process
PIXEL_BYTES = {"1": 1, "L": 1, "P": 1}  # as Pillow holds them; 16 bits take two, all others four
COPIES = {"WEBP": 2, "AVIF": 2, "HEIF": 2, "JPEG2000": 2}  # decoders that hold the whole picture beside Pillow's
ALPHA_MODES = ("RGBA", "LA", "PA", "RGBa", "La")

_alone = threading.Lock()

# Pillow's own limit knows nothing of reduced decoding; `_check_pixels` takes its place before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


def read_image(
    source: Path | bytes, min_side: int | None = None, name: str = "", most: int = MAX_DECODED
) -> Image.Image:
    """Return the image as 8-bit RGB, upright after its EXIF orientation, alpha on white, an animation's first frame.

    source: a path, or the bytes of an upload (then `name` stands in the messages).
    min_side: pixels; a JPEG is decoded at the smallest of the scales 1, 1/2, 1/4, 1/8 with both sides at least this,
    and of others above 16 megapixels only the mean of so many pixels is kept that both sides are twice this at least.
    Raises InputError naming the file when it is missing, empty, no image, truncated, damaged, or above 200 megapixels,
    LimitError when more than `most` bytes are needed to decode it.
    """
    name = name or (str(source) if isinstance(source, Path) else "The uploaded image")
    with _stream(source, name) as stream:
        return _whatever_its_text(stream, lambda stream: _decode(stream, min_side, name, most))


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


def _decode(stream: BinaryIO, min_side: int | None, name: str, most: int) -> Image.Image:
    with _open(stream, name) as image:
        whole = image.size
        if min_side is not None:
            image.draft(None, (min_side, min_side))  # does something for JPEG only
        _check_pixels(image, name)
        factor = shrinking(image.size, min_side, SHRUNK_ABOVE)
        needed = _needed(image, whole, factor)
        if needed > most:
            raise LimitError(_too_large(image, name, needed, most))
        raw_mode = _raw_mode(image)
        try:
            with _alone if needed > ALONE_ABOVE else nullcontext():
                image.load()
                return _upright(image, changed(image, _to_rgb(image, raw_mode), factor))
        except MemoryError:
            raise
        except Exception as error:  # on damaged files Pillow's decoders raise almost anything
            raise InputError(f"{name}: expected a whole image, got a truncated or damaged one ({error}).") from error


def _needed(image: Image.Image, whole: tuple[int, int], factor: int) -> int:
    """Bytes for a picture while it is decoded and made RGB. whole: its size before a reduced decoding."""
    pixels = image.width * image.height
    each = 2 if image.mode.startswith("I;16") else PIXEL_BYTES.get(image.mode, 4)
    held = pixels * each * COPIES.get(image.format or "", 1)
    if image.info.get("progressive"):  # all coefficients are held, whatever the scale
        held += 4 * whole[0] * whole[1]
    return held + 4 * pixels // factor**2


def _too_large(image: Image.Image, name: str, needed: int, most: int) -> str:
    return (
        f"{name}: expected a picture that takes at most {most >> 20} MiB to decode, got {image.width} x {image.height} "
        f"pixels that take {needed >> 20} MiB. Make it smaller."
    )


def _raw_mode(image: Image.Image) -> str:
    """How the file stores its numbers, such as "RGB;16L"; "" where Pillow does not say."""
    tiles = getattr(image, "tile", [])
    return str(tiles[0][3]) if tiles else ""


def _open(file: BinaryIO, name: str) -> Image.Image:
    _register_heif()
    try:
        return Image.open(file, formats=FORMATS)
    except MemoryError:
        raise
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


def _upright(image: Image.Image, result: Image.Image) -> Image.Image:
    """`result`, made of `image`, as it is meant to be looked at; of the notes only the colour profile is kept."""
    if "icc_profile" in image.info:
        result.info["icc_profile"] = image.info["icc_profile"]
    result.getexif()[0x0112] = _orientation(image)
    return ImageOps.exif_transpose(result) if _orientation(image) != 1 else result


def _to_rgb(image: Image.Image, raw_mode: str) -> Change:
    """What makes a loaded picture, or rows of it, RGB."""
    if is_deep(image):
        grey = grey_scale(image)
        return lambda rows: grey.of(rows).convert("RGB")
    brighten = brightener(image, raw_mode)
    if image.mode in ALPHA_MODES or "transparency" in image.info:
        return lambda rows: _on_white(brighten(rows) if brighten else rows)
    return lambda rows: (brighten(rows) if brighten else rows).convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, "white")
    return Image.alpha_composite(white, rgba).convert("RGB")
