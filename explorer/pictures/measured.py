"""The row of numbers that is measured on a picture, of which the aspects are made."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats
from explorer.pictures.colour_names import NAMES, colour_codes, colour_table, oklab, swatch_names, swatches
from explorer.pictures.statistics import brightness, grey
from explorer.pictures.subject import subject_weights

Pixels = NDArray[np.uint8]
FORMAT = 3
"""Changes when the numbers would come out differently."""
SIDE = 128
DIRECTIONS = ("horizontal", "rising", "vertical", "falling", "no direction")
FIELDS = (
    *(f"swatch {name}" for name in swatch_names()),
    *(f"accent {name}" for name in NAMES),
    "brightness",
    "saturation",
    "symmetry",
    "sharpness",
    *DIRECTIONS,
    "drawing",
)
"""What each number of a row is: shares of the swatches, of the names beside the main one, and numbers from 0 to 1."""
DULL, VIVID = 0.1, 0.12
"""An accent counts by its chroma, a gray one a tenth; from this chroma on it counts fully."""
LEAST_ACCENT, FAINT = 0.02, 1e-6
PURE = 0.25
"""Chroma in OKLab of the purest things, such as a red one."""
FLAT, SOFT = 0.012, 0.1
"""Steps of luma from one pixel to the next: below the first the picture is flat, below the second shaded."""


def reduced(image: Image.Image) -> Pixels:
    """RGB image -> (h, w, 3), the longer side at most 128 pixels."""
    small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small)


def measure(rgb: Pixels) -> Floats:
    """(h, w, 3) sRGB of 8 bits -> (k,) numbers as `FIELDS` names them, of the thing in the picture."""
    small = rgb[::2, ::2] if max(rgb.shape) > SIDE // 2 else rgb
    weights, plain = subject_weights(small)
    unit = small.astype(np.float32) / 255
    luma, fine = grey(unit), grey(rgb.astype(np.float32) / 255)
    lab = oklab(small)
    colours, accents = _colours(small, lab, weights)
    along = _elongation(weights) if plain else _edge_direction(luma, weights)
    numbers = (
        brightness(unit, weights),
        float(min((weights * np.hypot(lab[..., 1], lab[..., 2])).sum() / PURE, 1)),
        mirror_symmetry(luma, weights, plain),
        sharpness(fine, _enlarged(weights, fine.shape)),
    )
    return np.concatenate([colours, accents, numbers, _directions(along), [drawing(rgb, fine)]]).astype(np.float32)


def _enlarged(weights: Floats, shape: tuple[int, ...]) -> Floats:
    """The weights of every second pixel for all of them."""
    by = -(-shape[0] // weights.shape[0])
    return weights.repeat(by, axis=0).repeat(by, axis=1)[: shape[0], : shape[1]]


def _colours(rgb: Pixels, lab: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """(s,) shares of the swatches, and (11,) of the names beside the main one, vivid ones first."""
    codes, strong = colour_codes(rgb).ravel(), weights.ravel()
    vivid = DULL + (1 - DULL) * np.minimum(np.hypot(lab[..., 1], lab[..., 2]).ravel() / VIVID, 1)
    table = colour_table()
    used, place = np.unique(codes, return_inverse=True)
    shares = np.bincount(place, strong) @ table[used]
    names = shares @ swatches()[1]
    accents = (np.bincount(place, strong * vivid) @ table[used]) @ swatches()[1]
    accents[names.argmax()] = 0
    if accents.sum() < LEAST_ACCENT * DULL:
        accents = names
    return shares.astype(np.float32), (accents / accents.sum()).astype(np.float32)


def mirror_symmetry(luma: Floats, weights: Floats, plain: bool) -> float:
    """(h, w) luma and weights -> correlation of the thing and its mirror image about its middle, at least 0.

    plain: on a plain background all of the thing's rows count, so that its outline does.
    """
    middle = float(weights.sum(axis=0) @ np.arange(luma.shape[1]))
    counted = np.broadcast_to((weights.max(axis=1) > 0)[:, None], luma.shape) if plain else weights
    axes = [np.floor(middle), np.floor(middle) + 0.5, np.floor(middle) + 1]
    return max(_mirrored(luma, np.asarray(counted, dtype=np.float32), float(axis)) for axis in axes)


def _mirrored(luma: Floats, weights: Floats, axis: float) -> float:
    """The correlation about one axis, a whole or half number of columns."""
    half = int(min(axis, luma.shape[1] - 1 - axis) * 2)  # columns from the first to the last that has a partner
    if half < 3:
        return 0.0
    part = slice(int(axis - half / 2), int(axis - half / 2) + half + 1)
    own, strong = luma[:, part], weights[:, part] + weights[:, part][:, ::-1]
    if strong.sum() <= 0:
        return 0.0
    away = own - np.average(own, weights=strong)
    spread = np.average(away**2, weights=strong)
    if spread < FAINT:
        return 1.0
    return float(np.clip(np.average(away * away[:, ::-1], weights=strong) / spread, 0, 1))


def sharpness(luma: Floats, weights: Floats) -> float:
    """(h, w) luma and weights -> 0 (blurred) to 1: variance of the Laplacian over that of luma, in decades.

    Pech-Pacheco et al. (2000) take the variance alone; over that of luma it does not grow with contrast.
    """
    if min(luma.shape) < 3:
        return 0.0
    inner = luma[1:-1, 1:-1]
    second = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * inner
    strong = weights[1:-1, 1:-1] + 1e-9
    mean = np.average(inner, weights=strong)
    spread = np.average((inner - mean) ** 2, weights=strong)
    ratio = np.average(second**2, weights=strong) / (spread + 1e-4)
    return float(np.clip((np.log10(ratio + 1e-6) + 1.5) / 2.5, 0, 1))


def _elongation(weights: Floats) -> tuple[float, float]:
    """(cosine, sine) of twice the angle of the thing's long axis, shorter the rounder it is."""
    y, x = (axis - np.average(axis, weights=weights) for axis in np.indices(weights.shape, dtype=np.float32))
    xx, yy, xy = (float((weights * product).sum()) for product in (x * x, y * y, x * y))
    return _double_angle(xx, yy, xy)


def _edge_direction(luma: Floats, weights: Floats) -> tuple[float, float]:
    """As `_elongation`, of the edges: the structure tensor of luma."""
    if min(luma.shape) < 2:
        return 0.0, 0.0
    y, x = np.gradient(luma)
    xx, yy, xy = (float((weights * product).sum()) for product in (x * x, y * y, x * y))
    return _double_angle(yy, xx, -xy)  # edges run across their gradients


def _double_angle(xx: float, yy: float, xy: float) -> tuple[float, float]:
    total = xx + yy
    return ((xx - yy) / total, -2 * xy / total) if total > 1e-9 else (0.0, 0.0)  # rows count downwards


def _directions(along: tuple[float, float]) -> Floats:
    """(5,) shares of `DIRECTIONS`: squared cosines between double angles, the rest without direction."""
    clear = min(float(np.hypot(*along)), 1.0)
    if clear < 1e-6:
        return np.array([0, 0, 0, 0, 1], dtype=np.float32)
    cosine, sine = along[0] / clear, along[1] / clear
    parts = np.maximum([cosine, sine, -cosine, -sine], 0) ** 2
    return np.array([*(clear * parts / parts.sum()), 1 - clear], dtype=np.float32)


def drawing(rgb: Pixels, luma: Floats) -> float:
    """(h, w, 3) and its luma -> 0 (a photo) to 1 (drawn): few colours, and flat areas with hard lines between them."""
    if min(luma.shape) < 2:
        return 0.0
    steps = np.maximum(np.abs(np.diff(luma, axis=1)[:-1]), np.abs(np.diff(luma, axis=0)[:, :-1]))
    flat = float((steps < FLAT).mean())
    soft = float(((steps >= FLAT) & (steps < SOFT)).mean())
    codes = np.bincount(((rgb >> 5).astype(np.int64) @ np.array([64, 8, 1])).ravel(), minlength=512)
    few = float(np.sort(codes)[-4:].sum() / codes.sum())
    return float(1 / (1 + np.exp(-(DRAWN[0] + DRAWN[1] * flat + DRAWN[2] * soft + DRAWN[3] * few))))


DRAWN = (-4.0, 1.0, -8.0, 6.0)
