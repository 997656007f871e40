"""Arrays to bytes for the browser, and what comes back to values. Pure."""

import base64
import hashlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask
from explorer.base.errors import InputError

NO_VALUE = 65_535
"""The code of an item without a value."""

LEVELS = 1024
"""Steps of a colour map."""

VERSION_LENGTH = 32


class Blob(NamedTuple):
    """Bytes that go to the browser, and the short string they are known by there."""

    version: str
    data: bytes


def make_blob(kind: str, data: bytes, version: str = "") -> Blob:
    """Return `data` under a version of exactly 32 hexadecimal characters, made from `version` or from the bytes."""
    source = version.encode() if version else data
    return Blob(hashlib.blake2b(source, digest_size=VERSION_LENGTH // 2, person=kind.encode()).hexdigest(), data)


def packet(blob: Blob) -> bytes:
    """Return what the carrier component takes: 32 ASCII characters of version, then the bytes."""
    return blob.version.encode("ascii") + blob.data


def encode_points(xy: NDArray[Any], version: str = "") -> Blob:
    """Coordinates (n, 2) -> little-endian float32, x0 y0 x1 y1 ...; a row that is not finite becomes NaN NaN."""
    array = np.array(xy, dtype="<f4")
    array[~np.isfinite(array).all(axis=1)] = np.nan
    return make_blob("points", array.tobytes(), version)


def encode_codes(codes: NDArray[np.uint16], version: str = "") -> Blob:
    """Codes (n,) -> little-endian uint16."""
    return make_blob("codes", np.asarray(codes, dtype="<u2").tobytes(), version)


def levels(values: NDArray[Any], low: float | None, high: float | None) -> tuple[NDArray[np.uint16], float, float]:
    """Values (n,) -> (codes (n,) from 0 to 1023 or NO_VALUE where not finite, low, high)."""
    array = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(array)
    some = array[finite] if finite.any() else np.zeros(1)
    bottom = float(some.min()) if low is None else float(low)
    top = float(some.max()) if high is None else float(high)
    # Halves, because the difference of the largest floats is none.
    span = top / 2 - bottom / 2 if top > bottom else 1.0
    shares = (np.where(finite, array, bottom) / 2 - bottom / 2) / (span or 1.0)
    steps = np.clip(np.round(shares * (LEVELS - 1)), 0, LEVELS - 1)
    return np.where(finite, steps, NO_VALUE).astype(np.uint16), bottom, top


def encode_mask(mask: Mask | None, count: int, name: str) -> str | None:
    """Mask (count,) -> base64 of its bits, item 0 in the lowest bit of byte 0; None stays None."""
    if mask is None:
        return None
    if mask.shape != (count,) or mask.dtype != np.bool_:
        raise InputError(f"{name}: expected a mask of {count} booleans, got {mask.dtype} {mask.shape}.")
    return base64.b64encode(np.packbits(mask, bitorder="little").tobytes()).decode("ascii")
