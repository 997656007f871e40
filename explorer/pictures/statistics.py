"""Single numbers of a picture or of the thing in it."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from explorer.base.arrays import Doubles, Vectors

SIDE = 64
EDGE_STEP = 0.1


def pixels(image: Image.Image) -> Doubles:
    """RGB image -> (64, 64, 3) in 0 to 1; the picture is squeezed to a square."""
    small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float64) / 255.0


def grey(rgb: Vectors) -> Vectors:
    """(h, w, 3) -> (h, w) luma of ITU-R BT.601."""
    return np.asarray(rgb @ np.array([0.299, 0.587, 0.114], dtype=rgb.dtype))


def brightness(rgb: Vectors, weights: Vectors | None = None) -> float:
    """(h, w, 3) in 0 to 1 -> mean luma, 0 to 1. weights: (h, w) how much each pixel counts."""
    return float(np.average(grey(rgb), weights=weights))


def contrast(rgb: Vectors) -> float:
    """(h, w, 3) in 0 to 1 -> standard deviation of luma, 0 to 0.5."""
    return float(grey(rgb).std())


def colourfulness(rgb: Vectors) -> float:
    """(h, w, 3) in 0 to 1 -> spread and strength of the opponent colours.

    M3 of Hasler and Süsstrunk, "Measuring colourfulness in natural images" (2003), on values from 0 to 1.
    """
    red_green = rgb[..., 0] - rgb[..., 1]
    yellow_blue = 0.5 * (rgb[..., 0] + rgb[..., 1]) - rgb[..., 2]
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def edges(rgb: Vectors) -> float:
    """(h, w, 3) in 0 to 1 -> share of pixels where luma changes by more than 0.1 to the right or downwards."""
    luma = grey(rgb)
    steps = np.hypot(np.diff(luma, axis=1)[:-1], np.diff(luma, axis=0)[:, :-1])
    return float((steps > EDGE_STEP).mean())


def symmetry(rgb: Vectors) -> float:
    """(h, w, 3) in 0 to 1 -> 1 minus the mean difference between the picture and its mirror image, left to right."""
    return float(1.0 - np.abs(rgb - rgb[:, ::-1]).mean())


STATISTICS: dict[str, Callable[[Vectors], float]] = {
    "brightness": brightness,
    "contrast": contrast,
    "colourfulness": colourfulness,
    "edges": edges,
    "symmetry": symmetry,
}
ENDS = {
    "brightness": ("dark", "bright"),
    "contrast": ("flat", "contrasty"),
    "colourfulness": ("grey", "colourful"),
    "edges": ("few edges", "many edges"),
    "symmetry": ("lopsided", "symmetric"),
}
"""What the low and the high end of each statistic look like, in words."""

UNITS = {
    "brightness": "0 black, 1 white",
    "contrast": "spread of the brightness",
    "colourfulness": "spread and strength of the colours",
    "edges": "edge pixels / pixels",
    "symmetry": "1: its own mirror image",
}
