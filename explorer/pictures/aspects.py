"""Aspects that pixels can tell: names for what was measured, how well each fits, how pictures are compared by it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from PIL import ImageColor

from explorer.base.arrays import Floats, Vectors
from explorer.pictures.colour_names import NAMES, name_chances, swatches
from explorer.pictures.measured import DIRECTIONS, FIELDS

SWATCHES = len([field for field in FIELDS if field.startswith("swatch ")])
BRIGHT, SATURATED = (0.15, 0.32, 0.5, 0.68, 0.85), (0.04, 0.14, 0.3, 0.55)
SYMMETRIC, SHARP = (0.1, 0.4, 0.8), (0.35, 0.55, 0.75)
"""Where the names of a level lie on the scale of its number; between two of them a picture is both in part."""
MAIN = 3.0
"""Shares of colours are taken to this power: what covers most of the thing counts most."""
DULL, VIVID, SHADOW = 0.3, 0.12, 0.1
"""What a gray and a black part count for the name; the chroma from which on a part counts fully."""
HALF = np.float32(np.sqrt(0.5))


@dataclass(frozen=True)
class PixelAspect:
    """One aspect.

    values: (v,) its names. see: (n, k) numbers to (n, e) unit rows whose cosine is the likeness, and of which the last
    v, squared and scaled to a sum of 1, are the chances of the names. places: (v, m) where the names lie, those that
    mean alike side by side.
    """

    values: tuple[str, ...]
    see: Callable[[Vectors], Floats]
    places: Floats

    @property
    def width(self) -> int:
        """e, the length of the rows that `see` gives."""
        return int(self.see(np.zeros((1, len(FIELDS)), dtype=np.float32)).shape[1])

    def chances(self, seen: Vectors) -> Floats:
        """(n, e) rows as `see` gives them -> (n, v) how probable each name is; zeros for a row of zeros."""
        found = np.square(seen[:, -len(self.values) :])
        total = found.sum(axis=1, keepdims=True)
        return np.asarray(np.divide(found, total, out=np.zeros_like(found), where=total > 0), dtype=np.float32)

    def wish(self, word: str) -> Floats | None:
        """(v,) unit row of what a word asks for; None when it is no name of this aspect, nor a known colour."""
        word = word.strip().lower().replace("grey", "gray")
        if word in self.values:
            return np.asarray(np.eye(len(self.values))[self.values.index(word)], dtype=np.float32)
        colour = OTHER_COLOURS.get(word) or ImageColor.colormap.get(word.replace(" ", ""))
        if colour is None or self.values != NAMES:
            return None
        rgb = np.array([ImageColor.getrgb(colour)[:3]], dtype=np.uint8)
        return np.asarray(np.sqrt(name_chances(rgb)[0]), dtype=np.float32)


OTHER_COLOURS = {"teal": "#029386", "beige": "#e6daa6", "turquoise": "#06c2ac", "cream": "#ffffc2", "golden": "#dbb40c"}


def _colour(numbers: Vectors) -> Floats:
    """Half the swatches, so that shades count, half the names, for which vivid and light parts count more.

    What lies in the shadow of an orange is brown, and nobody calls the orange so.
    """
    shares = _clean(numbers[:, :SWATCHES])
    return np.hstack([HALF * _unit(shares**MAIN), HALF * _unit((shares * _telling()) ** MAIN @ swatches()[1])])


@cache
def _telling() -> Floats:
    """(s,) how much a swatch says about the colour of a thing."""
    light, green_red, blue_yellow = swatches()[0].T
    vivid = DULL + (1 - DULL) * np.minimum(np.hypot(green_red, blue_yellow) / VIVID, 1)
    return np.asarray(vivid * (SHADOW + (1 - SHADOW) * light), dtype=np.float32)


def _shares(numbers: Vectors, *, names: tuple[str, ...]) -> Floats:
    """Shares that add up to 1, as unit rows."""
    first = FIELDS.index(names[0])
    return _unit(_clean(numbers[:, first : first + len(names)]))


def _levels(numbers: Vectors, *, field: str, knots: tuple[float, ...]) -> Floats:
    """How near a number is to each of the knots, between which it is shared: unit rows."""
    value = np.clip(_clean(numbers[:, [FIELDS.index(field)]])[:, 0], knots[0], knots[-1])
    place = np.interp(value, knots, np.arange(len(knots)))
    near = np.maximum(1 - np.abs(place[:, None] - np.arange(len(knots))), 0).astype(np.float32)
    return _unit(near)


def _drawn(numbers: Vectors) -> Floats:
    share = _clean(numbers[:, [FIELDS.index("drawing")]])
    return _unit(np.hstack([1 - share, share]))


def _clean(numbers: Vectors) -> Floats:
    return np.nan_to_num(np.asarray(numbers, dtype=np.float32))


def _unit(shares: Vectors) -> Floats:
    return np.asarray(np.sqrt(shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-20)), dtype=np.float32)


def _level_aspect(field: str, names: tuple[str, ...], knots: tuple[float, ...]) -> PixelAspect:
    line = np.linspace(0, np.pi, len(names))
    places = np.column_stack([np.cos(line), np.sin(line)]).astype(np.float32)
    return PixelAspect(names, partial(_levels, field=field, knots=knots), places)


def _name_places() -> Floats:
    places, shares = swatches()
    return np.asarray((shares / shares.sum(axis=0)).T @ places, dtype=np.float32)


_ACCENTS = tuple(f"accent {name}" for name in NAMES)
_ROUND = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [0.7, 0.7]], dtype=np.float32)
PIXEL_ASPECTS: dict[str, PixelAspect] = {
    "colour": PixelAspect(NAMES, _colour, _name_places()),
    "accent colour": PixelAspect(NAMES, partial(_shares, names=_ACCENTS), _name_places()),
    "brightness": _level_aspect("brightness", ("very dark", "dark", "medium", "bright", "very bright"), BRIGHT),
    "saturation": _level_aspect("saturation", ("colourless", "muted", "colourful", "vivid"), SATURATED),
    "symmetry": _level_aspect("symmetry", ("lopsided", "partly symmetric", "symmetric"), SYMMETRIC),
    "sharpness": _level_aspect("sharpness", ("blurred", "soft", "sharp"), SHARP),
    "orientation": PixelAspect(DIRECTIONS, partial(_shares, names=DIRECTIONS), _ROUND),
    "drawing or photo": PixelAspect(("photo", "line drawing"), _drawn, np.eye(2, dtype=np.float32)),
}
"""By the name of the aspect."""
SYNONYMS = {
    "color": "colour",
    "colours": "colour",
    "colors": "colour",
    "hue": "colour",
    "main colour": "colour",
    "main color": "colour",
    "dominant colour": "colour",
    "dominant color": "colour",
    "accent": "accent colour",
    "accent color": "accent colour",
    "second colour": "accent colour",
    "second color": "accent colour",
    "lightness": "brightness",
    "how bright": "brightness",
    "colourfulness": "saturation",
    "colorfulness": "saturation",
    "mirror symmetry": "symmetry",
    "blur": "sharpness",
    "direction": "orientation",
    "photo or drawing": "drawing or photo",
    "line drawing or photo": "drawing or photo",
}
"""Other words for an aspect."""
_FILLERS = re.compile(
    r"^(with|in|of|has|have|having|similar|same|the|a|an|its|it|is|be|but|should|all|just|only|more|one|ones)\s+"
)
_ENDINGS = re.compile(r"\s+(too|as well|please|one|ones|instead|thing|things|version)$")


def plain_words(text: str) -> str:
    """Words without what only leads to them: "with the same colour" -> "colour"."""
    words = re.sub(r"[^\w\s-]", " ", text.lower())
    words = " ".join(words.split())
    while True:
        shorter = _ENDINGS.sub("", _FILLERS.sub("", words))
        if shorter == words:
            return words
        words = shorter


def aspect_named(text: str) -> str:
    """The pixel aspect that words name, such as "the same hue" -> "colour"; "" for none."""
    words = plain_words(text)
    return words if words in PIXEL_ASPECTS else SYNONYMS.get(words, "")


def wish_named(text: str) -> tuple[str, str]:
    """The aspect and the value that words ask for, such as "in blue" -> ("colour", "blue"); ("", "") for none."""
    words = plain_words(text).replace("grey", "gray")
    for name, aspect in PIXEL_ASPECTS.items():
        if name != "accent colour" and aspect.wish(words) is not None:
            return name, words
    return "", ""
