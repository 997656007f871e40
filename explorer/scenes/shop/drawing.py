"""A picture of each product: the outline of its kind in its colour, larger or smaller with its size."""

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

from explorer.scenes.palette import Rgb, edge, exact, mix, shade
from explorer.scenes.shop.products import Product

SCALE = 4
"""Drawn so many times larger, then reduced."""
WALL, SHADOW = (244, 242, 237), (120, 112, 100)
Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Part:
    """One stroke of the brush. form: oval, box, polygon or line; tone: body, dark, light, wood or metal.

    at: x and y in turns, in -1 to 1 with y pointing down; width: of a line.
    """

    form: str
    tone: str
    at: Numbers
    width: float = 0.1


def _oval(tone: str, *at: float) -> Part:
    return Part("oval", tone, at)


def _box(tone: str, *at: float) -> Part:
    return Part("box", tone, at)


def _poly(tone: str, at: tuple[float, ...]) -> Part:
    return Part("polygon", tone, at)


def _line(tone: str, width: float, at: tuple[float, ...]) -> Part:
    return Part("line", tone, at, width)


PARTS: dict[str, tuple[Part, ...]] = {
    "mug": (
        _oval("dark", 0.2, -0.45, 0.9, 0.4),
        _oval("wall", 0.34, -0.3, 0.74, 0.25),
        _poly("body", (-0.65, -0.6, 0.5, -0.6, 0.42, 0.7, -0.57, 0.7)),
        _oval("light", -0.65, -0.72, 0.5, -0.48),
    ),
    "teapot": (
        _line("dark", 0.14, (0.45, -0.2, 0.95, -0.45, 0.85, 0.3, 0.4, 0.4)),
        _poly("body", (-0.5, 0.3, -1.0, -0.35, -0.82, -0.42, -0.3, -0.1)),
        _oval("body", -0.65, -0.45, 0.65, 0.7),
        _oval("light", -0.38, -0.52, 0.38, -0.28),
        _oval("dark", -0.12, -0.72, 0.12, -0.48),
    ),
    "frying pan": (
        _line("wood", 0.18, (0.2, -0.2, 0.95, -0.9)),
        _oval("dark", -0.95, -0.45, 0.55, 0.95),
        _oval("body", -0.85, -0.35, 0.45, 0.85),
        _oval("light", -0.62, -0.12, 0.22, 0.62),
    ),
    "spatula": (
        _line("wood", 0.16, (0.85, -0.9, 0.0, 0.05)),
        _poly("body", (-0.2, -0.2, 0.25, 0.25, -0.4, 0.95, -0.95, 0.4)),
        _line("light", 0.06, (-0.3, 0.1, -0.7, 0.5)),
        _line("light", 0.06, (-0.1, 0.3, -0.5, 0.7)),
    ),
    "desk lamp": (
        _line("metal", 0.09, (0.1, 0.8, 0.5, 0.0, -0.1, -0.55)),
        _oval("dark", -0.4, 0.68, 0.6, 0.95),
        _poly("body", (-0.25, -0.9, 0.15, -0.55, -0.25, 0.1, -0.9, -0.4)),
        _oval("light", -0.75, -0.32, -0.42, -0.02),
    ),
    "light bulb": (
        _oval("body", -0.62, -0.95, 0.62, 0.3),
        _poly("body", (-0.45, 0.0, 0.45, 0.0, 0.25, 0.45, -0.25, 0.45)),
        _oval("light", -0.42, -0.75, 0.0, -0.25),
        _box("metal", -0.26, 0.42, 0.26, 0.82),
        _line("dark", 0.05, (-0.26, 0.55, 0.26, 0.55)),
        _line("dark", 0.05, (-0.26, 0.68, 0.26, 0.68)),
    ),
    "fountain pen": (
        _line("body", 0.26, (0.85, -0.85, -0.35, 0.35)),
        _line("dark", 0.28, (0.15, -0.15, 0.05, -0.05)),
        _poly("metal", (-0.46, 0.2, -0.2, 0.46, -0.9, 0.9)),
        _line("light", 0.05, (0.8, -0.88, 0.2, -0.28)),
    ),
    "ink bottle": (
        _box("dark", -0.3, -0.9, 0.3, -0.45),
        _poly("metal", (-0.22, -0.45, 0.22, -0.45, 0.75, -0.1, 0.75, 0.8, -0.75, 0.8, -0.75, -0.1)),
        _poly("body", (-0.65, 0.1, 0.65, 0.1, 0.65, 0.7, -0.65, 0.7)),
        _box("light", -0.35, 0.2, 0.35, 0.55),
    ),
    "watering can": (
        _line("dark", 0.1, (0.4, -0.3, 0.95, -0.1, 0.85, 0.55, 0.4, 0.65)),
        _line("dark", 0.1, (-0.4, -0.3, 0.0, -0.75, 0.4, -0.3)),
        _line("body", 0.16, (-0.35, 0.45, -0.9, -0.4)),
        _poly("body", (-0.5, -0.3, 0.5, -0.3, 0.55, 0.8, -0.55, 0.8)),
        _oval("metal", -1.0, -0.62, -0.72, -0.34),
    ),
    "flower pot": (
        _line("leaf", 0.1, (0.0, -0.2, -0.35, -0.9)),
        _line("leaf", 0.1, (0.0, -0.2, 0.05, -0.95)),
        _line("leaf", 0.1, (0.0, -0.2, 0.4, -0.85)),
        _poly("body", (-0.62, -0.1, 0.62, -0.1, 0.42, 0.9, -0.42, 0.9)),
        _box("dark", -0.72, -0.25, 0.72, 0.08),
    ),
    "tent": (
        _poly("body", (0.0, -0.75, 0.95, 0.75, -0.95, 0.75)),
        _poly("light", (0.0, -0.75, 0.3, 0.75, -0.3, 0.75)),
        _poly("dark", (0.0, -0.25, 0.16, 0.75, -0.16, 0.75)),
        _line("metal", 0.05, (0.0, -0.75, 0.0, -0.95)),
    ),
    "sleeping bag": (
        _poly("body", (-0.4, -0.55, 0.4, -0.55, 0.5, 0.1, 0.3, 0.95, -0.3, 0.95, -0.5, 0.1)),
        _oval("dark", -0.48, -0.95, 0.48, -0.3),
        _oval("light", -0.28, -0.82, 0.28, -0.42),
        _line("light", 0.05, (0.3, -0.2, 0.12, 0.9)),
    ),
    "torch": (
        _line("body", 0.28, (0.85, 0.85, -0.1, -0.1)),
        _poly("dark", (-0.05, -0.35, -0.35, -0.05, -0.8, -0.25, -0.25, -0.8)),
        _poly("light", (-0.85, -0.3, -0.3, -0.85, -0.45, -0.95, -0.95, -0.45)),
        _line("dark", 0.1, (0.3, 0.3, 0.42, 0.42)),
    ),
    "battery": (
        _box("metal", -0.16, -0.95, 0.16, -0.7),
        _box("body", -0.45, -0.72, 0.45, 0.95),
        _box("dark", -0.45, -0.72, 0.45, -0.15),
        _line("light", 0.1, (-0.2, 0.45, 0.2, 0.45)),
        _line("light", 0.1, (0.0, 0.25, 0.0, 0.65)),
    ),
    "tennis racket": (
        _line("wood", 0.18, (0.1, 0.1, 0.85, 0.85)),
        _oval("body", -0.95, -0.95, 0.35, 0.35),
        _oval("wall", -0.78, -0.78, 0.18, 0.18),
        *(_line("metal", 0.03, (-0.75, y, 0.15, y)) for y in (-0.55, -0.3, -0.05)),
        *(_line("metal", 0.03, (x, -0.75, x, 0.15)) for x in (-0.55, -0.3, -0.05)),
    ),
    "tennis ball": (
        _oval("body", -0.8, -0.8, 0.8, 0.8),
        _line("light", 0.1, (-0.6, -0.5, -0.25, -0.1, -0.25, 0.25, -0.6, 0.55)),
        _line("light", 0.1, (0.6, -0.5, 0.25, -0.1, 0.25, 0.25, 0.6, 0.55)),
    ),
    "bar of soap": (
        _poly("body", (-0.8, -0.25, -0.5, -0.5, 0.9, -0.5, 0.9, 0.2, 0.6, 0.5, -0.8, 0.5)),
        _poly("light", (-0.8, -0.25, -0.5, -0.5, 0.9, -0.5, 0.6, -0.25)),
        _oval("dark", -0.45, -0.08, 0.3, 0.34),
        _oval("wall", -0.95, -0.95, -0.6, -0.6),
        _oval("wall", -0.5, -0.9, -0.3, -0.7),
    ),
    "soap dish": (
        _oval("dark", -0.95, -0.15, 0.95, 0.65),
        _oval("body", -0.95, -0.35, 0.95, 0.45),
        _oval("light", -0.7, -0.2, 0.7, 0.3),
        *(_line("dark", 0.05, (x, -0.12, x, 0.22)) for x in (-0.4, -0.13, 0.13, 0.4)),
    ),
    "paint box": (
        _box("body", -0.9, -0.55, 0.9, 0.65),
        _box("light", -0.78, -0.43, 0.78, 0.53),
        *(_oval("dark", x, -0.35, x + 0.36, 0.0) for x in (-0.7, -0.2, 0.3)),
        *(_oval("body", x, 0.1, x + 0.36, 0.45) for x in (-0.7, -0.2, 0.3)),
    ),
    "paint brush": (
        _line("body", 0.14, (0.9, -0.9, 0.0, 0.0)),
        _line("metal", 0.2, (0.08, -0.08, -0.3, 0.3)),
        _poly("dark", (-0.4, 0.2, -0.2, 0.4, -0.55, 0.75, -0.95, 0.95, -0.75, 0.55)),
    ),
}


def draw_product(product: Product, size: int = 160) -> Image.Image:
    """Product and side in pixels -> an RGB picture on a plain wall, the same on every machine."""
    side = size * SCALE
    mask_free = Image.new("RGB", (side, side), WALL)
    tones = _tones(product)
    sizes = product.sort.sizes
    reach = side * (0.3 + 0.11 * sizes.index(product.size) / (len(sizes) - 1))
    shadow = Image.new("L", (side, side))
    middle = side / 2
    below = middle + reach * 0.92
    ImageDraw.Draw(shadow).ellipse(
        (
            round(middle - reach * 0.9),
            round(below - reach * 0.12),
            round(middle + reach * 0.9),
            round(below + reach * 0.2),
        ),
        fill=110,
    )
    mask_free.paste(SHADOW, (0, 0), shadow.filter(ImageFilter.BoxBlur(side // 40)))
    draw = ImageDraw.Draw(mask_free)
    for part in PARTS[product.kind]:
        _draw(draw, part, tones, middle, reach)
    return mask_free.reduce(SCALE)


def _draw(draw: ImageDraw.ImageDraw, part: Part, tones: dict[str, Rgb], middle: float, reach: float) -> None:
    """Whole pixels keep the picture the same on every machine."""
    at = [round(middle + value * reach) for value in part.at]
    points = list(zip(at[::2], at[1::2], strict=True))
    fill, rim = tones[part.tone], edge(tones[part.tone])
    thin = max(round(reach * 0.03), 2)
    if part.form == "line":
        draw.line(points, fill=fill, width=max(round(part.width * reach), 2), joint="curve")
    elif part.form == "oval":
        draw.ellipse(at, fill=fill, outline=rim, width=thin)
    elif part.form == "box":
        draw.rectangle(at, fill=fill, outline=rim, width=thin)
    else:
        draw.polygon(points, fill=fill, outline=rim, width=thin)


def _tones(product: Product) -> dict[str, Rgb]:
    nuance = (product.weight % 17) / 16
    body = exact(product.colour, nuance, 1 - nuance)
    return {
        "body": body,
        "dark": mix(body, (40, 36, 52), 0.45),
        "light": shade(body, product.colour, 0.6) if product.colour != "white" else (226, 228, 236),
        "wood": (176, 132, 84),
        "metal": (176, 180, 190),
        "leaf": (92, 148, 84),
        "wall": WALL,
    }
