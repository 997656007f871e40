"""Small pictures for telling copies, and their difference hash: the signs of their gradients, ties left open.

A difference hash has a bit for each pair of cells side by side and one above the other: which is the brighter. Here a
bit is a number from -1 to 1 that nears 0 as the two cells near each other, so that plain ground, whose bits are noise,
does not count. Two hashes agree by their cosine: 1 for the same picture, about 0 for two that have nothing in common.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats

SIDE, COLOUR_SIDE = 64, 16
CELLS = 12
SURE = 4.0  # grey levels between two cells from which on their order is certain
LEAST_SURE = 0.03  # share of certain bits below which a hash says nothing

Bytes = NDArray[np.uint8]
Span = tuple[float, float]


@dataclass(frozen=True)
class SmallPictures:
    """n pictures, each pressed into a square.

    grey: (n, 64, 64) luminance, 0 to 255. colour: (n, 16, 16, 2) blue and red difference, 128 is none. aspect: (n,)
    float32 width / height of the original, NaN where there is no picture.
    """

    grey: Bytes
    colour: Bytes
    aspect: Floats

    def __len__(self) -> int:
        return len(self.grey)


def small_picture(image: Image.Image) -> tuple[Bytes, Bytes, float]:
    """Grey (64, 64), colour (16, 16, 2) and width / height of an RGB picture."""
    box, cubic = Image.Resampling.BOX, Image.Resampling.BICUBIC
    grey = image.convert("L").resize((SIDE, SIDE), box if min(image.size) >= SIDE else cubic)
    colour = image.resize((COLOUR_SIDE, COLOUR_SIDE), box).convert("YCbCr")
    return np.asarray(grey), np.asarray(colour)[..., 1:], image.width / image.height


def difference_hash(grey: Bytes | Floats, rows: Span = (0, 1), columns: Span = (0, 1), cells: int = CELLS) -> Floats:
    """(n, 2 cells (cells - 1)) float32 hashes of (n, s, s) grey pictures, or of a part of them, at most unit length.

    rows, columns: where the part begins and ends, as shares of the side.
    """
    side = grey.shape[1]
    across, down = _means(columns, cells, side), _means(rows, cells, side)
    small = np.matmul(np.matmul(down, grey.astype(np.float32)), across.T)
    bits = [np.diff(small, axis=axis).reshape(len(grey), -1) for axis in (2, 1)]
    return hash_length(soft_signs(np.concatenate(bits, axis=1)))


def hash_length(bits: Floats) -> Floats:
    """Bring (..., d) bits to unit length; those of plain pictures stay shorter, so that they agree with nothing."""
    length = np.linalg.norm(bits, axis=-1, keepdims=True)
    return np.asarray(bits / np.maximum(length, np.sqrt(LEAST_SURE * bits.shape[-1])), dtype=np.float32)


def mirrored(hashes: Floats, cells: int = CELLS) -> Floats:
    """The (n, d) hashes of the pictures as a mirror shows them."""
    half = hashes.shape[1] // 2
    across = -hashes[:, :half].reshape(-1, cells, cells - 1)[:, :, ::-1]
    down = hashes[:, half:].reshape(-1, cells - 1, cells)[:, :, ::-1]
    return np.concatenate([across.reshape(len(hashes), half), down.reshape(len(hashes), half)], axis=1)


def soft_signs(gradients: Floats, sure: Floats | float = SURE) -> Floats:
    """Signs of gradients, less than 1 in size where they are smaller than `sure`."""
    return np.asarray(np.clip(gradients / sure, -1, 1), dtype=np.float32)


def _means(span: Span, cells: int, side: int) -> Floats:
    """(cells, side) weights that average the pixels of each of the equal cells of a span."""
    edges = np.linspace(span[0] * side, span[1] * side, cells + 1)
    pixels = np.arange(side)
    cover = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return np.asarray(np.clip(cover, 0, None) / (edges[1] - edges[0]), dtype=np.float32)
