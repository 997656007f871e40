"""Structural similarity of pictures, SSIM (Wang, Bovik, Sheikh and Simoncelli 2004).

The mean over all places of (2 mx my + C1)(2 sxy + C2) / ((mx2 + my2 + C1)(sx2 + sy2 + C2)), with means, variances and
covariance under a Gaussian window of 11 x 11 pixels and 1.5 pixels deviation, C1 = (0.01 L)2, C2 = (0.03 L)2, L = 255.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.dataset import PATH
from explorer.base.progress import Progress
from explorer.features.lab.scorers.pairs import Scorer, Scores, filled_rows
from explorer.io.images import read_image
from explorer.workspace.opened import Opened

SIDE, WINDOW, DEVIATION, RANGE = 64, 11, 1.5, 255.0
C1, C2 = (0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2
BLOCK = 256


class Pictures:
    """Grey pictures (n, s, s) with what SSIM needs of each alone, so that a pair costs one filtered product."""

    def __init__(self, grey: NDArray[np.generic]) -> None:
        self.pixels: Floats = np.asarray(grey, dtype=np.float32)
        self._window = _window(self.pixels.shape[1])
        self.means = self._filtered(self.pixels)
        self.variances = self._filtered(self.pixels**2) - self.means**2

    def ssim(self, one: int, others: Rows) -> Doubles:
        """(m,) SSIM of a picture with others, 1 for the same."""
        parts = [self._block(one, others[start : start + BLOCK]) for start in range(0, len(others), BLOCK)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _block(self, one: int, others: Rows) -> Doubles:
        mean, means = self.means[one], self.means[others]
        covariance = self._filtered(self.pixels[one] * self.pixels[others]) - mean * means
        above = (2 * mean * means + C1) * (2 * covariance + C2)
        below = (mean**2 + means**2 + C1) * (self.variances[one] + self.variances[others] + C2)
        return np.asarray((above / below).mean(axis=(1, 2)), dtype=np.float64)

    def _filtered(self, images: Floats) -> Floats:
        """(n, s - 10, s - 10) means of (n, s, s) pictures under the window, where it lies inside."""
        return np.asarray(self._window @ images @ self._window.T)


def grey(image: Image.Image) -> NDArray[np.uint8]:
    """(64, 64) grey values of a picture, squeezed to a square."""
    return np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def _window(side: int) -> Floats:
    """(s - 10, s) the Gaussian window at each place of a row."""
    away = np.arange(WINDOW) - WINDOW // 2
    weights = np.exp(-(away**2) / (2 * DEVIATION**2))
    matrix = np.zeros((side - WINDOW + 1, side), dtype=np.float32)
    for place, row in enumerate(matrix):
        row[place : place + WINDOW] = weights / weights.sum()
    return matrix


def _lacks(opened: Opened, spec: str) -> str:
    return "" if opened.dataset.has_images else "The items have no pictures."


def _make(opened: Opened, spec: str, rows: Rows, progress: Progress) -> Scores:
    made = np.empty((len(rows), SIDE, SIDE), dtype=np.uint8)
    paths = opened.dataset.table[PATH].take(rows).to_pylist()
    progress.start("Reading pictures", len(rows))
    for place, path in enumerate(paths):
        made[place] = grey(read_image(opened.workspace.image_path(path), SIDE, name=path))
        progress.advance(place + 1)
    progress.finish()
    return Pictures(made).ssim


SSIM = Scorer(
    name="ssim",
    label="Structural similarity of pictures",
    formula=f"SSIM of grey pictures of {SIDE} × {SIDE} pixels",
    source="Wang, Bovik, Sheikh and Simoncelli 2004",
    needs=("pictures",),
    lacks=_lacks,
    rows=lambda opened, spec: filled_rows(opened, PATH),
    make=_make,
)
