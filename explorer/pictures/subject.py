"""Where the thing in a picture is: pixels count by how near the middle they are and how unlike the border."""

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask
from explorer.pictures.colour_names import oklab

Pixels = NDArray[np.uint8]
RING = 0.06
"""Width of the border that shows the background, as a share of the shorter side."""
ALIKE, PLAIN = 0.06, 0.8
"""Distance in OKLab at which a pixel has the border's colour; share of the border that has it where it is plain."""
SPREAD = 0.3
"""Standard deviation of the middle's weight, as a share of each side."""
ENCLOSED = 0.3
"""Weight of pixels of a plain background's colour that the thing encloses."""
LEAST = 0.01
"""Share of the pixels that a thing on a plain background covers at least."""
BINS = 12


def subject_weights(rgb: Pixels) -> tuple[Floats, bool]:
    """(h, w, 3) sRGB of 8 bits -> (h, w) weights that add up to 1, and whether the background is plain.

    On a plain background only what differs from it counts. Elsewhere a pixel counts by its nearness to the middle and
    by how much commoner its colour is there than on the border.
    """
    lab = oklab(rgb)
    ring = _ring(rgb.shape[0], rgb.shape[1])
    border = lab[ring]
    near = ((lab - np.median(border, axis=0)) ** 2).sum(axis=2) < ALIKE**2
    if near[ring].mean() >= PLAIN:
        weights = _on_plain(near, ring)
        if weights.mean() >= LEAST:
            return np.asarray(weights / weights.sum(), dtype=np.float32), True
    weights = _by_colour(lab, ring)
    return np.asarray(weights / weights.sum(), dtype=np.float32), False


def _ring(height: int, width: int) -> Mask:
    edge = max(1, round(RING * min(height, width)))
    ring = np.ones((height, width), dtype=bool)
    ring[edge : height - edge, edge : width - edge] = False
    return ring


def _on_plain(near: Mask, ring: Mask) -> Floats:
    """1 where a pixel differs from the background, `ENCLOSED` where it does not but is cut off from the border."""
    from scipy.ndimage import label

    parts, _ = label(near)
    outside = np.isin(parts, np.unique(parts[ring & near]))
    return np.where(near, np.where(outside, 0.0, ENCLOSED), 1.0).astype(np.float32)


def _by_colour(lab: Floats, ring: Mask) -> Floats:
    """Weight of the middle times the share of the middle in how often a colour occurs there and on the border."""
    height, width = ring.shape
    y, x = (((np.arange(side) + 0.5) / side - 0.5) / SPREAD for side in (height, width))
    middle = np.exp(-(y[:, None] ** 2 + x[None] ** 2) / 2).astype(np.float32)
    low, high = lab.min(axis=(0, 1)), lab.max(axis=(0, 1))
    steps = ((lab - low) / np.maximum(high - low, ALIKE) * (BINS - 1)).astype(np.int64)
    codes = (steps[..., 0] * BINS + steps[..., 1]) * BINS + steps[..., 2]
    inside = np.bincount(codes.ravel(), middle.ravel(), BINS**3) / middle.sum()
    around = np.bincount(codes[ring], minlength=BINS**3) / ring.sum()
    share = inside / np.maximum(inside + around, 1e-12)
    return np.asarray(middle * share[codes], dtype=np.float32)
