"""Procedural backgrounds: quiet textures that let the things stand out."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Array = NDArray[np.float64]
BackgroundFn = Callable[[Generator], Image.Image]
"""Draws one square picture of side `SIDE`."""

SIDE = 256
VARIANTS = 8


def _noise(rng: Generator, wide: int, high: int) -> Array:
    """Smooth noise in [-1, 1] with `wide` x `high` cells over the picture."""
    cells = Image.fromarray(rng.integers(0, 256, (high, wide), dtype=np.uint8))
    return np.asarray(cells.resize((SIDE, SIDE), Image.Resampling.BICUBIC), dtype=np.float64) / 127.5 - 1


def _paint(level: Array, dark: tuple[int, int, int], bright: tuple[int, int, int]) -> Image.Image:
    """Level in [0, 1] per pixel -> picture between two colours."""
    share = np.clip(level, 0, 1)[..., None]
    mixed = np.array(dark) + (np.array(bright) - np.array(dark)) * share
    return Image.fromarray(np.round(mixed, 3).astype(np.uint8))


def _sand(rng: Generator) -> Image.Image:
    ripple = _noise(rng, 3, 26) * 0.3 + _noise(rng, 6, 40) * 0.15
    level = 0.55 + ripple * 0.6 + _noise(rng, 150, 150) * 0.22
    return _paint(level, (206, 178, 132), (242, 223, 186))


def _night_sky(rng: Generator) -> Image.Image:
    fall = np.linspace(0, 0.75, SIDE)[:, None] + _noise(rng, 4, 4) * 0.16
    sky = _paint(fall, (17, 20, 48), (58, 62, 112))
    draw = ImageDraw.Draw(sky)
    for x, y, r, glow in zip(
        *(rng.integers(lo, hi, 70) for lo, hi in ((0, SIDE), (0, SIDE), (0, 3), (130, 245))), strict=True
    ):
        draw.ellipse((x - r / 2, y - r / 2, x + r / 2, y + r / 2), fill=(int(glow), int(glow), 235))
    return sky


def _grass(rng: Generator) -> Image.Image:
    field = _paint(0.5 + _noise(rng, 5, 5) * 0.3 + _noise(rng, 120, 40) * 0.2, (112, 158, 82), (158, 196, 112))
    draw = ImageDraw.Draw(field)
    for x, y, lean, tall, tone in rng.integers((0, 0, -4, 6, 0), (SIDE, SIDE + 8, 5, 15, 3), (420, 5)):
        colour = ((92, 138, 66), (142, 184, 98), (176, 208, 128))[int(tone)]
        draw.line((int(x), int(y), int(x + lean), int(y - tall)), fill=colour, width=2)
    return field


def _water(rng: Generator) -> Image.Image:
    rows = np.arange(SIDE)[:, None]
    sway = rows + _noise(rng, 5, 5) * 9 + _noise(rng, 9, 3) * 4
    crest = np.abs(((sway / 22.0) % 1.0) - 0.5) * 2
    return _paint(0.28 + 0.3 * crest + 0.5 * np.clip(crest - 0.84, 0, 1) * 4, (104, 172, 208), (206, 234, 244))


def _paper(rng: Generator) -> Image.Image:
    sheet = _paint(0.6 + _noise(rng, 160, 160) * 0.2 + _noise(rng, 6, 6) * 0.2, (232, 225, 210), (252, 248, 240))
    draw = ImageDraw.Draw(sheet)
    first = int(rng.integers(10, 26))
    for y in range(first, SIDE, 28):
        draw.line((0, y, SIDE, y), fill=(198, 206, 222), width=2)
    return sheet


def _brick_wall(rng: Generator) -> Image.Image:
    wall = Image.new("RGB", (SIDE, SIDE), (214, 202, 192))
    draw = ImageDraw.Draw(wall)
    shift = int(rng.integers(0, 64))
    for row in range(8):
        for column in range(-2, 5):
            x, y = column * 64 + shift + (row % 2) * 32, row * 32
            tone = int(rng.integers(-9, 10))
            box = (x + 2, y + 2, x + 60, y + 28)
            draw.rounded_rectangle(box, 4, fill=(176 + tone, 116 + tone, 100 + tone))
    grain = _paint(0.5 + _noise(rng, 130, 130) * 0.5, (120, 80, 70), (225, 190, 175))
    return Image.blend(wall, grain, 0.18)


def _wood(rng: Generator) -> Image.Image:
    boards = []
    for board in range(4):
        grain = _noise(rng, 4, 60) * 0.26 + _noise(rng, 7, 110) * 0.18 + float(rng.uniform(-0.12, 0.12))
        boards.append(grain[board * 64 : (board + 1) * 64])
    planks = _paint(0.5 + np.concatenate(boards), (158, 118, 80), (214, 176, 130))
    draw = ImageDraw.Draw(planks)
    for y in (0, 64, 128, 192):
        draw.line((0, y, SIDE, y), fill=(112, 80, 54), width=3)
    return planks


def _snow(rng: Generator) -> Image.Image:
    field = _paint(0.6 + _noise(rng, 4, 5) * 0.42, (208, 224, 242), (250, 252, 255))
    draw = ImageDraw.Draw(field)
    for x, y, r in rng.integers((0, 0, 1), (SIDE, SIDE, 4), (90, 3)):
        draw.ellipse((int(x - r), int(y - r), int(x + r), int(y + r)), fill=(255, 255, 255))
    return field.filter(ImageFilter.GaussianBlur(0.8))


BACKGROUNDS: dict[str, BackgroundFn] = {
    "sand": _sand,
    "night sky": _night_sky,
    "grass": _grass,
    "water": _water,
    "paper": _paper,
    "brick wall": _brick_wall,
    "wood": _wood,
    "snow": _snow,
}

INK: dict[str, tuple[int, int, int]] = {
    "sand": (110, 78, 44),
    "night sky": (222, 224, 250),
    "grass": (246, 246, 214),
    "water": (24, 70, 112),
    "paper": (84, 90, 112),
    "brick wall": (252, 240, 228),
    "wood": (62, 36, 18),
    "snow": (86, 108, 142),
}
"""Colour of drawn lines (paths, planks, slots) that reads well on each background."""


def _vignette() -> Image.Image:
    axis = np.linspace(-1, 1, SIDE)
    far = axis[:, None] ** 2 + axis[None, :] ** 2
    return Image.fromarray(np.round(np.clip((far - 0.75) * 62, 0, 80), 3).astype(np.uint8))


@lru_cache(maxsize=256)
def background(name: str, size: int, variant: int) -> Image.Image:
    """Name, side in pixels and variant in 0..VARIANTS-1 -> a shared picture; copy it before drawing.

    KeyError for an unknown name.
    """
    rng = Generator(PCG64([variant, sorted(BACKGROUNDS).index(name)]))
    picture = BACKGROUNDS[name](rng)
    picture.paste((20, 14, 40), (0, 0), _vignette())
    return picture.resize((size, size), Image.Resampling.BOX if size < SIDE else Image.Resampling.BICUBIC)
