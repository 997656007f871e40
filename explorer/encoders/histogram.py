"""Colour histogram: the baseline that every model of images has to beat."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats
from explorer.encoders.base import Abilities, BaseEncoder

_BINS = 8
_SIDE = 64


class HistogramEncoder(BaseEncoder):
    """Share of pixels in each of 8 x 8 x 8 colours, square root taken, so that rows have length 1.

    The cosine of two such rows is the Bhattacharyya coefficient of the two histograms.
    """

    spec = "histogram"
    dim = _BINS**3
    abilities = Abilities(images=True)
    image_side = _SIDE
    storage = "float32"

    def settings(self) -> dict[str, Any]:
        """Bins a channel and the size that is counted."""
        return {"encoder": self.spec, "bins": _BINS, "side": _SIDE}

    def prepare(self, image: Image.Image) -> NDArray[np.float32]:
        """(512,) shares of the colours in the image, reduced to 64 x 64 pixels."""
        pixels = np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.BOX)) // (256 // _BINS)
        codes = pixels.reshape(-1, 3).astype(np.int64) @ np.array([_BINS * _BINS, _BINS, 1])
        return (np.bincount(codes, minlength=self.dim) / len(codes)).astype(np.float32)

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        """(b, 512) unit rows of (b, 512) shares."""
        rows: Floats = np.sqrt(batch, dtype=np.float32)
        return rows
