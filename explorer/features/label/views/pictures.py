"""Two strengths of random change to a picture, after FixMatch and RandAugment. Pure, given a generator.

weak: a flip and a crop that keeps most of it. strong: a harder crop, a flip, changed colours, two operations drawn from
a list as RandAugment does, and a square cut out.
"""

from collections.abc import Callable, Mapping
from functools import partial

from numpy.random import Generator
from PIL import Image, ImageEnhance, ImageOps

WEAK_AREA, STRONG_AREA = (0.7, 1.0), (0.35, 1.0)
RATIO = (3 / 4, 4 / 3)
COLOUR, OPERATIONS, CUT = 0.4, 2, 0.25
GREY = (128, 128, 128)

Operation = Callable[[Image.Image, Generator], Image.Image]


def weak(image: Image.Image, rng: Generator) -> Image.Image:
    """An RGB picture, flipped or not, cropped to 0.7 to 1 of its area."""
    return flipped(cropped(image, rng, WEAK_AREA), rng)


def strong(image: Image.Image, rng: Generator) -> Image.Image:
    """An RGB picture, cropped to 0.35 to 1 of its area, with other colours, two operations, and a square cut out."""
    found = flipped(cropped(image, rng, STRONG_AREA), rng)
    found = coloured(found, rng)
    names = list(RANDOM)
    for number in rng.choice(len(names), OPERATIONS, replace=False):
        found = RANDOM[names[number]](found, rng)
    return cut_out(found, rng)


def cropped(image: Image.Image, rng: Generator, area: tuple[float, float]) -> Image.Image:
    """A random part of the picture with a share of its area between the two; 3:4 to 4:3 of the picture's own shape."""
    share, ratio = rng.uniform(*area), rng.uniform(*RATIO)
    width = min(image.width, max(1, round(image.width * (share * ratio) ** 0.5)))
    height = min(image.height, max(1, round(image.height * (share / ratio) ** 0.5)))
    left, top = (int(rng.integers(0, free + 1)) for free in (image.width - width, image.height - height))
    return image.crop((left, top, left + width, top + height))


def flipped(image: Image.Image, rng: Generator) -> Image.Image:
    """The picture or its mirror image, equally often."""
    return ImageOps.mirror(image) if rng.random() < 0.5 else image


def coloured(image: Image.Image, rng: Generator) -> Image.Image:
    """Brightness, contrast and saturation each multiplied by 0.6 to 1.4; grey in one of five."""
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = enhance(image).enhance(rng.uniform(1 - COLOUR, 1 + COLOUR))
    return ImageOps.grayscale(image).convert("RGB") if rng.random() < 0.2 else image


def cut_out(image: Image.Image, rng: Generator) -> Image.Image:
    """A grey square somewhere, a quarter of the shorter side; part of it may lie outside."""
    side = max(1, round(min(image.size) * CUT))
    x, y = int(rng.integers(image.width)), int(rng.integers(image.height))
    found = image.copy()
    found.paste(GREY, (x - side // 2, y - side // 2, x - side // 2 + side, y - side // 2 + side))
    return found


def _enhanced(kind: Callable[[Image.Image], ImageEnhance._Enhance], image: Image.Image, rng: Generator) -> Image.Image:
    return kind(image).enhance(rng.uniform(0.1, 1.9))


def _rotated(image: Image.Image, rng: Generator) -> Image.Image:
    return image.rotate(rng.uniform(-30, 30), Image.Resampling.BILINEAR, fillcolor=GREY)


def _moved(across: float, down: float, image: Image.Image, rng: Generator) -> Image.Image:
    """Moved by up to 0.3 of its side."""
    by = rng.uniform(-0.3, 0.3)
    how = (1, 0, by * across * image.width, 0, 1, by * down * image.height)
    return image.transform(image.size, Image.Transform.AFFINE, how, fillcolor=GREY)


def _sheared(across: float, down: float, image: Image.Image, rng: Generator) -> Image.Image:
    by = rng.uniform(-0.3, 0.3)
    how = (1, by * across, 0, by * down, 1, 0)
    return image.transform(image.size, Image.Transform.AFFINE, how, Image.Resampling.BILINEAR, fillcolor=GREY)


RANDOM: Mapping[str, Operation] = {
    "same": lambda image, rng: image,
    "contrast stretched": lambda image, rng: ImageOps.autocontrast(image),
    "equalised": lambda image, rng: ImageOps.equalize(image),
    "fewer levels": lambda image, rng: ImageOps.posterize(image, int(rng.integers(4, 9))),
    "solarised": lambda image, rng: ImageOps.solarize(image, int(rng.integers(0, 257))),
    "brightness": partial(_enhanced, ImageEnhance.Brightness),
    "contrast": partial(_enhanced, ImageEnhance.Contrast),
    "saturation": partial(_enhanced, ImageEnhance.Color),
    "sharpness": partial(_enhanced, ImageEnhance.Sharpness),
    "rotated": _rotated,
    "moved across": partial(_moved, 1, 0),
    "moved down": partial(_moved, 0, 1),
    "sheared across": partial(_sheared, 1, 0),
    "sheared down": partial(_sheared, 0, 1),
}
"""RandAugment's operations, each as strong as it happens to come."""
