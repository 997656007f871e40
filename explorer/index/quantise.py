"""Locally adaptive vector quantisation (LVQ): each vector is rounded on a scale of its own.

Aguerrebere, Bhati, Hildebrand, Tepper & Willke 2023, "Similarity search in the blink of an eye with compressed
indices": with l and u the least and largest entry of x (less the mean of all), delta = (u - l) / (2^B - 1), and each
entry becomes the whole number round((x - l) / delta).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.errors import InputError

Codes = NDArray[np.uint8]
HALF_BYTE = 4


@dataclass(frozen=True)
class Quantised:
    """n vectors of d numbers in `bits` bits each.

    codes: (n, d) uint8, or (n, ceil(d / 2)) with two numbers a byte where `bits` is at most 4: even places in the upper
    half. low, step: (n,) float32. A vector is low + step * codes.
    """

    codes: Codes
    low: Floats
    step: Floats
    dims: int
    bits: int

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return self.codes.nbytes + self.low.nbytes + self.step.nbytes

    def whole(self) -> Codes:
        """(n, d) the whole numbers, one a byte."""
        if self.bits > HALF_BYTE:
            return self.codes
        spread = np.empty((len(self.codes), 2 * self.codes.shape[1]), dtype=np.uint8)
        spread[:, ::2], spread[:, 1::2] = self.codes >> HALF_BYTE, self.codes & 15
        return spread[:, : self.dims]

    def restored(self) -> Floats:
        """(n, d) float32, each entry within half a step of what it was."""
        return np.asarray(self.low[:, None] + self.step[:, None] * self.whole(), dtype=np.float32)

    def scores(self, queries: Floats) -> Floats:
        """(q, n) dot products of the (q, d) `queries` with the restored vectors, which are not made."""
        products = queries @ self.whole().astype(np.float32).T
        return np.asarray(products * self.step + queries.sum(axis=1, keepdims=True) * self.low)

    def part(self, chosen: slice | NDArray[np.int64]) -> "Quantised":
        """Some of the vectors."""
        return Quantised(self.codes[chosen], self.low[chosen], self.step[chosen], self.dims, self.bits)


def quantise(vectors: Floats, bits: int) -> Quantised:
    """Round the (n, d) `vectors` (their mean already taken off) to 1 to 8 `bits`; InputError for other bits."""
    if not 1 <= bits <= 8:
        raise InputError(f"Bits of a number: expected 1 to 8, got {bits}.")
    low, high = vectors.min(axis=1, initial=np.inf), vectors.max(axis=1, initial=-np.inf)
    step = ((high - low) / (2**bits - 1)).astype(np.float32)
    scale = np.where(step > 0, step, 1)
    codes = np.rint((vectors - low[:, None]) / scale[:, None]).astype(np.uint8)
    return Quantised(_packed(codes) if bits <= HALF_BYTE else codes, low, step, vectors.shape[1], bits)


def _packed(codes: Codes) -> Codes:
    even = np.zeros((len(codes), -(-codes.shape[1] // 2)), dtype=np.uint8)
    odd = even.copy()
    even[:], odd[:, : codes.shape[1] // 2] = codes[:, ::2], codes[:, 1::2]
    return np.asarray((even << HALF_BYTE) | odd, dtype=np.uint8)
