"""Pictures of more than 8 bits a channel, brought to 8 bits so that all can be seen."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.io.bands import bands

Values = NDArray[np.float64]
Bounds = tuple[float, float]

_PHOTOMETRIC, _MOST, _SAMPLES = 262, 281, 339
_SHARE = 99.9
_COLOURS = {"RGB": 3, "RGBA": 3, "RGBX": 3, "LA": 1}
_DARK = 1 / 16
_LOOKED_AT = 4_000_000


@dataclass(frozen=True)
class Grey:
    """How the numbers of a deep picture become 8-bit grey. low: black; high: white; turned: the other way round.

    unsigned: Pillow holds 32 bits with a sign where the file means them without one.
    """

    low: float
    high: float
    turned: bool
    unsigned: bool

    def of(self, image: Image.Image) -> Image.Image:
        """The picture, or rows of it, as 8-bit grey."""
        values = _numbers(image, self.unsigned)
        shares = (values - self.low) / max(self.high - self.low, 1e-300)
        shares[~np.isfinite(values)] = 0
        if self.turned:
            shares = 1 - shares
        return Image.fromarray(np.round(shares * 255).clip(0, 255).astype(np.uint8))


@dataclass(frozen=True)
class _Range:
    """What the finite numbers of a picture are like. most: all but a thousandth are at most this.

    whole: none has a fraction; twice: all are 8 bits, written twice.
    """

    low: float
    high: float
    most: float
    whole: bool
    twice: bool


def is_deep(image: Image.Image) -> bool:
    """True for one channel of 16 or 32 bits, or of floats."""
    return image.mode in ("I", "F") or image.mode.startswith("I;16")


def grey_scale(image: Image.Image) -> Grey:
    """Return how a loaded deep picture is brought to 8-bit grey.

    Whole numbers are divided by the most that the bits in use can hold (10, 12, 14, 16 ...), so that 12 bits in a file
    of 16 are not black; floats from 0 to 1 are taken as shares; what fits neither is stretched from least to most.
    A TIFF in which 0 is white is turned round.
    """
    tags = getattr(image, "tag_v2", {})
    unsigned = image.mode == "I" and image.format == "TIFF" and _first(tags.get(_SAMPLES, (1,))) == 1
    low, high = _bounds(_range(image, unsigned))
    return Grey(low, high, tags.get(_PHOTOMETRIC, 1) == 0, unsigned)


def brightener(image: Image.Image, raw_mode: str) -> Callable[[Image.Image], Image.Image] | None:
    """Return what stretches an 8-bit picture that was cut down from 16 bits a channel, None where it uses enough bits.

    raw_mode: how the file stored it, such as "RGB;16L".
    """
    colours = _COLOURS.get(image.mode, 0)
    if ";16" not in raw_mode or not colours:
        return None
    most = _percentile(np.reshape(image.histogram()[: 256 * colours], (colours, 256)).sum(axis=0))
    if most >= 64:
        return None
    full = 2 ** max(int(most).bit_length(), 1) - 1
    table = [min(round(value * 255 / full), 255) for value in range(256)]
    tables = table * colours + list(range(256)) * (len(image.getbands()) - colours)
    return lambda rows: rows.point(tables)


def _percentile(counts: NDArray[np.int64]) -> float:
    """As `np.percentile` of the numbers 0, 1, ..., each as often as `counts` says."""
    ends = np.cumsum(counts)
    place = (ends[-1] - 1) * _SHARE / 100
    low, high = np.searchsorted(ends, [np.floor(place), np.ceil(place)], side="right")
    return float(low + (high - low) * (place - np.floor(place)))


def _first(sample_format: tuple[int, ...] | int) -> int:
    return sample_format if isinstance(sample_format, int) else next(iter(sample_format), 1)


def _numbers(image: Image.Image, unsigned: bool) -> Values:
    """Pillow holds 32 bits with a sign; a TIFF of counts without one (the usual kind) means them without."""
    values = np.asarray(image)
    if unsigned:
        values = values.astype(np.int32, copy=False).view(np.uint32)
    return values.astype(np.float64)


def _range(image: Image.Image, unsigned: bool) -> _Range | None:
    """None without any finite number. Of large pictures the share is taken over every so many-th pixel."""
    step = -(-image.width * image.height // _LOOKED_AT)
    lows, highs, looked_at = [], [], []
    whole = twice = True
    for _, rows in bands(image):
        values = _numbers(rows, unsigned)
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        lows.append(values.min())
        highs.append(values.max())
        looked_at.append(values[::step].copy())  # a view would keep all rows
        whole = whole and bool((values == np.round(values)).all())
        twice = twice and not bool((values % 257).any())
    if not lows:
        return None
    most = float(np.percentile(np.concatenate(looked_at), _SHARE))
    return _Range(float(min(lows)), float(max(highs)), most, whole, twice)


def _bounds(seen: _Range | None) -> Bounds:
    """What becomes black and what white."""
    if seen is None:
        return 0, 1
    low, high, most = seen.low, seen.high, seen.most
    if low < 0 and low < -0.01 * max(high, 0):
        return low, high
    if seen.whole and high > 1:
        return 0, _full_scale(seen)
    if _DARK <= most <= 1.5:
        return 0, 1
    return (0, 255) if most > 127 and high <= 256 else (low, high)


def _full_scale(seen: _Range) -> float:
    """The most that the bits in use can hold; a rare bright spot does not count."""
    if 255 < seen.high <= 65535 and seen.twice:
        return 65535  # eight bits, written twice
    bits = max(8, int(seen.most).bit_length())
    return float(2 ** (bits + bits % 2) - 1)
