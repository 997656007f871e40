"""Reading images: any of the supported formats to 8-bit RGB, upright, with readable errors."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from explorer.base.errors import InputError

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
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
    with _opened(source, name) as image:
        if min_side is not None:
            image.draft(None, (min_side, min_side))  # does something for JPEG only
        _check_pixels(image, name)
        try:
            image.load()
            return _to_rgb(_upright(image))
        except Exception as error:  # on damaged files Pillow's decoders raise almost anything
            raise InputError(f"{name}: expected a whole image, got a truncated or damaged one ({error}).") from error


def image_size(path: Path) -> tuple[int, int]:
    """Return (width, height) in pixels, upright, from the header alone; InputError as in `read_image`."""
    with _opened(path, str(path)) as image:
        turned = _orientation(image) in (5, 6, 7, 8)
        width, height = image.size
    return (height, width) if turned else (width, height)


def is_image_name(name: str) -> bool:
    """True when the file name ends like an image that can be read."""
    return Path(name).suffix.lower() in IMAGE_SUFFIXES


def _opened(source: Path | bytes, name: str) -> Image.Image:
    if isinstance(source, bytes):
        _check_filled(len(source), name)
        return _open(io.BytesIO(source), name)
    try:
        _check_filled(source.stat().st_size, name)
        return _open(source, name)
    except OSError as error:
        raise InputError(f"{name}: expected an image file that can be opened ({error.strerror or error}).") from error


def _open(file: Path | io.BytesIO, name: str) -> Image.Image:
    try:
        return Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as error:
        raise InputError(
            f"{name}: expected an image (jpg, png, webp, gif, bmp or tiff), got a file that is not one."
        ) from error
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        raise
    except Exception as error:  # on damaged headers Pillow's readers raise almost anything
        raise InputError(f"{name}: expected an image, got a damaged header ({error}).") from error


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
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _from_deep(image)
    if image.mode in ALPHA_MODES or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB") if image.mode != "RGB" else image.copy()


def _from_deep(image: Image.Image) -> Image.Image:
    """Bring 16-bit, 32-bit and float grey to 8 bits: by 257 where it has 16 bits, else from least to most."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I;16") or (image.mode == "I" and low >= 0 and 255 < high <= 65535):
        values = values / 257
    elif image.mode == "F" and low >= 0 and high <= 1:
        values = values * 255
    elif low < 0 or high > 255:
        values = (values - low) * (255 / max(high - low, 1e-12))
    return Image.fromarray(np.round(values).clip(0, 255).astype(np.uint8)).convert("RGB")
