"""Pictures of more than 8 bits a channel, brought to 8 bits so that all can be seen."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Values = NDArray[np.float64]
Bounds = tuple[float, float]

_PHOTOMETRIC, _MOST, _SAMPLES = 262, 281, 339
_SHARE = 99.9
_COLOURS = {"RGB": 3, "RGBA": 3, "RGBX": 3, "LA": 1}
_DARK = 1 / 16


def is_deep(image: Image.Image) -> bool:
    """True for one channel of 16 or 32 bits, or of floats."""
    return image.mode in ("I", "F") or image.mode.startswith("I;16")


def grey_of_deep(image: Image.Image) -> Image.Image:
    """Return a loaded deep picture as 8-bit grey.

    Whole numbers are divided by the most that the bits in use can hold (10, 12, 14, 16 ...), so that 12 bits in a file
    of 16 are not black; floats from 0 to 1 are taken as shares; what fits neither is stretched from least to most.
    A TIFF in which 0 is white is turned round.
    """
    tags = getattr(image, "tag_v2", {})
    values = _numbers(image, tags.get(_SAMPLES, (1,)))
    known = np.isfinite(values)
    low, high = _bounds(values[known])
    shares = (values - low) / max(high - low, 1e-300)
    shares[~known] = 0
    if tags.get(_PHOTOMETRIC, 1) == 0:
        shares = 1 - shares
    return Image.fromarray(np.round(shares * 255).clip(0, 255).astype(np.uint8))


def brightened(image: Image.Image, raw_mode: str) -> Image.Image:
    """Return an 8-bit picture that was cut down from 16 bits a channel: as it is, or stretched where it uses few bits.

    raw_mode: how the file stored it, such as "RGB;16L".
    """
    colours = _COLOURS.get(image.mode, 0)
    if ";16" not in raw_mode or not colours:
        return image
    most = float(np.percentile(np.asarray(image)[..., :colours], _SHARE))
    if most >= 64:
        return image
    full = 2 ** max(int(most).bit_length(), 1) - 1
    table = [min(round(value * 255 / full), 255) for value in range(256)]
    return image.point(table * colours + list(range(256)) * (len(image.getbands()) - colours))


def _numbers(image: Image.Image, sample_format: tuple[int, ...] | int) -> Values:
    """Pillow holds 32 bits with a sign; a TIFF of counts without one (the usual kind) means them without."""
    values = np.asarray(image)
    first = sample_format if isinstance(sample_format, int) else next(iter(sample_format), 1)
    if image.mode == "I" and image.format == "TIFF" and first == 1:
        values = values.astype(np.int32, copy=False).view(np.uint32)
    return values.astype(np.float64)


def _bounds(values: Values) -> Bounds:
    """What becomes black and what white."""
    if not len(values):
        return 0, 1
    low, high, most = float(values.min()), float(values.max()), float(np.percentile(values, _SHARE))
    if low < 0 and low < -0.01 * max(high, 0):
        return low, high
    if (values == np.round(values)).all() and high > 1:
        return 0, _full_scale(values, high, most)
    if _DARK <= most <= 1.5:
        return 0, 1
    return (0, 255) if most > 127 and high <= 256 else (low, high)


def _full_scale(values: Values, high: float, most: float) -> float:
    """The most that the bits in use can hold; a rare bright spot does not count."""
    if 255 < high <= 65535 and not (values % 257).any():
        return 65535  # eight bits, written twice
    bits = max(8, int(most).bit_length())
    return float(2 ** (bits + bits % 2) - 1)
