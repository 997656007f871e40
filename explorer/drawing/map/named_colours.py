"""Values that name colours ("red", "light blue", "#2f6db5") in these colours. Pure."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from explorer.drawing.map.palettes import MISSING, QUALITATIVE, as_hex, as_rgb

NEARLY_ALL = 0.9
LEAST_CONTRAST = 3.0
"""Of a point with its ground (WCAG 2.2, 1.4.11); below it has an outline."""
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_BETWEEN = re.compile(r"[\s_-]+")


def colour_of(name: str) -> str:
    """#rrggbb of a name of CSS Color Module Level 4, or of hexadecimal digits; "" for anything else.

    Case, blanks, hyphens and underscores do not matter: "Light blue" is lightblue.
    """
    plain = _BETWEEN.sub("", name.casefold())
    if _HEX.fullmatch(plain):
        return plain if len(plain) == 7 else "#" + "".join(2 * digit for digit in plain[1:])
    return as_hex(ImageColor.getrgb(plain)) if plain in ImageColor.colormap else ""


def named_colours(names: Sequence[str], counts: NDArray[np.integer]) -> tuple[str, ...] | None:
    """A colour for each of `names`, of which `counts` (k,) items have each; None where they are no names of colours.

    They are where two or more different ones are named, and nearly all items with a value have one that names a colour.
    Blank values are grey; a value that names none takes the colour of the palette that is farthest from all others.
    """
    found = [colour_of(name) for name in names]
    filled = np.array([bool(name.strip()) for name in names], dtype=bool)
    known = np.array([bool(shade) for shade in found], dtype=bool)
    if len({shade for shade in found if shade}) < 2 or counts[known].sum() < NEARLY_ALL * counts[filled].sum():
        return None
    for place in np.flatnonzero(~known).tolist():
        found[place] = _farthest([shade for shade in found if shade]) if filled[place] else MISSING
    return tuple(found)


def _farthest(taken: Sequence[str]) -> str:
    """The colour of the palette whose nearest among `taken` is farthest away, in red, green and blue."""
    used = np.array([as_rgb(shade) for shade in taken])
    return max(QUALITATIVE, key=lambda shade: float(np.square(used - as_rgb(shade)).sum(axis=1).min()))


def outline_of(shade: str, ground: str, ink: str) -> str:
    """The colour of the outline that a dot of this colour needs on a ground, moved towards the ink; "" for none.

    All are #rrggbb. The same as `rims` in the map's script.
    """
    if contrast(shade, ground) >= LEAST_CONTRAST:
        return ""
    own, towards = np.array(as_rgb(shade), dtype=np.float64), np.array(as_rgb(ink))
    for share in np.arange(0, 1.01, 0.08):
        moved = as_hex((own + (towards - own) * share).round().astype(int).tolist())
        if contrast(moved, ground) >= LEAST_CONTRAST:
            return moved
    return ink


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(shade: str) -> float:
    part = np.array(as_rgb(shade)) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
