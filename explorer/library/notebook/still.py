"""A map as a picture: what stands in a notebook that is only read, and where the extra is not installed."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from html import escape
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Doubles, Floats, Mask
from explorer.drawing.map.item_colours import rgb_of
from explorer.drawing.map.palettes import MISSING, as_rgb
from explorer.drawing.map.values import MapColours
from explorer.library.notebook.extra import INSTALL

WIDTH, LOW, HIGH = 1440, 480, 960  # pixels; shown at half of that
EDGE = 24
MOST = 50_000  # points that are drawn, by chance
COLOURS = 128  # of a picture of several maps, which would be large otherwise
GREYED = 70  # opacity of what is greyed, of 255
LEGEND = 24
RIM = 1.5  # pixels around points whose colours are named by their values
Bytes = NDArray[np.uint8]


def still_png(coords: Floats, colours: MapColours, bright: Mask | None) -> str:
    """Points (n, 2) in their colours, on nothing, so that it suits light and dark ground; base64 of a PNG.

    bright: (n,) what is not greyed, None for all.
    """
    rows = np.random.default_rng(0).permutation(np.flatnonzero(np.isfinite(coords).all(axis=1)))[:MOST]
    shown = np.ones(len(coords), dtype=bool) if bright is None else bright
    rows = np.concatenate([rows[~shown[rows]], rows[shown[rows]]])
    opacity = np.where(shown[rows], 255, GREYED)[:, None]
    paint = np.concatenate([rgb_of(colours)[rows], opacity], axis=1).astype(np.uint8)
    places, height = placed(coords[rows])
    picture = stamped(places, height, paint)
    if colours.literal:  # white and black ones are seen on white and on black
        around = paint.copy()
        around[:, :3] = as_rgb(MISSING)
        outline = stamped(places, height, around, wider=RIM)
        picture = np.where(picture[..., 3:] > 0, picture, outline)
    return _base64(Image.fromarray(picture))


def still_html(picture: str, colours: MapColours, what: str) -> str:
    """The picture with its legend, what it is in words, and how to get a map to work with. Texts are escaped."""
    look = "display:inline-block;width:10px;height:10px;border-radius:5px;background:{};border:1px solid {}"
    swatch = f'<span style="{look}"></span> {{}}'
    known = zip(colours.colours, colours.names, strict=False)
    names = [
        swatch.format(colour, MISSING if colours.literal else colour, escape(name))
        for colour, name in list(known)[:LEGEND]
    ]
    legend = " &nbsp; ".join([f"<b>{escape(colours.label)}</b>", *names]) if colours.label else ""
    return (
        f'<figure style="margin:0;font:13px system-ui,sans-serif"><img alt="{escape(what)}" '
        f'style="width:{WIDTH // 2}px;max-width:100%" src="data:image/png;base64,{picture}"><figcaption>{legend}'
        f"<br>{escape(what)}. For a map to work with: <code>{escape(INSTALL)}</code></figcaption></figure>"
    )


def beside(pictures: Sequence[str]) -> str:
    """Such pictures side by side, as one."""
    parts = [Image.open(BytesIO(b64decode(one))) for one in pictures]
    height = max(part.height for part in parts)
    picture = Image.new("RGBA", (WIDTH * len(parts), height))
    for number, part in enumerate(parts):
        picture.paste(part, (number * WIDTH, (height - part.height) // 2))
    smaller = picture.resize((WIDTH, height // len(parts)))
    return _base64(smaller.quantize(COLOURS, method=Image.Quantize.FASTOCTREE))


def placed(coords: Floats) -> tuple[Doubles, int]:
    """(n, 2) where finite points lie in the picture, in pixels from the upper left, and how high it is.

    Both axes have one scale.
    """
    if not len(coords):
        return np.zeros((0, 2)), LOW
    low, high = coords.min(axis=0), coords.max(axis=0)
    span = np.maximum(high - low, 1e-9)
    height = int(np.clip((WIDTH - 2 * EDGE) * span[1] / span[0] + 2 * EDGE, LOW, HIGH))
    scale = (np.array([WIDTH - 2 * EDGE, height - 2 * EDGE]) / span).min()
    return (coords - (low + high) / 2) * [scale, -scale] + np.array([WIDTH, height]) / 2, height


def stamped(places: Doubles, height: int, paint: Bytes, wider: float = 0.0) -> Bytes:
    """(height, width, 4) a disc of its colour (RGBA) at each place; the last lies on top. Many points are small.

    wider: pixels that are added to the radius.
    """
    picture = np.zeros((height, WIDTH, 4), dtype=np.uint8)
    radius = float(np.clip(260 / max(len(places), 1) ** 0.5, 1, 7)) + wider
    steps = np.stack(np.meshgrid(*[np.arange(-int(radius), int(radius) + 1)] * 2), axis=-1).reshape(-1, 2)
    steps = steps[(steps**2).sum(axis=1) <= radius**2]
    x, y = (places.round().astype(np.int64)[:, None] + steps).reshape(-1, 2).T
    picture[y.clip(0, height - 1), x.clip(0, WIDTH - 1)] = np.repeat(paint, len(steps), axis=0)
    return picture


def _base64(picture: Image.Image) -> str:
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return b64encode(file.getvalue()).decode("ascii")
