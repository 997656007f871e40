"""What pixels tell, without a model: the pictures' own colours, brightness, symmetry and so on."""

import numpy as np

from explorer.base.errors import InputError
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.method import Ask, Lens, Method, unit
from explorer.pictures.aspects import PIXEL_ASPECTS, aspect_named, wish_named


def told_by_pixels(condition: Condition) -> tuple[str, str]:
    """The aspect of `PIXEL_ASPECTS` that a condition means, and the value that a change asks for; ("", "") for none.

    Free words count when they name one ("the same hue") or, for a change, one of its values ("in blue").
    """
    if condition.kind == "column":
        return "", ""
    if condition.change:
        return wish_named(condition.name) if condition.kind == "text" else _wish(condition.name, condition.value)
    return aspect_named(condition.name), ""


def _wish(aspect: str, value: str) -> tuple[str, str]:
    if aspect not in PIXEL_ASPECTS or PIXEL_ASPECTS[aspect].wish(value) is None:
        return "", ""
    return aspect, value


def by_pixels(ask: Ask) -> Lens:
    """Compare by what was measured on the pixels; for a change the wish counts half and the item half.

    InputError when the item has no picture that could be read.
    """
    if ask.pixels is None:
        raise InputError("Pixels do not tell this. Choose colour, brightness or another aspect that they tell.")
    aspect, own = PIXEL_ASPECTS[ask.pixels.aspect], ask.pixels.own
    key = f"pixels-{ask.pixels.aspect}"
    if ask.change:
        wish = aspect.wish(ask.pixels.wish)
        if wish is None:
            known = ", ".join(aspect.values)
            raise InputError(f"{ask.pixels.wish!r} is no {ask.pixels.aspect}: expected one of {known}.")
        query, beside = np.zeros(aspect.width, dtype=np.float32), unit(ask.reference - ask.middle, "the item")
        query[-len(wish) :] = wish
    else:
        if np.isnan(own).any():
            raise InputError("The item has no picture that could be read, so pixels tell nothing about it.")
        query, beside = aspect.see(own[None])[0], None
    return Lens(query, aspect.see, key, beside, profile=True, reads="pixels", aspect=aspect)


PIXELS = Method(
    name="pixels",
    label="Measured on the pixels",
    formula="Σ √(p q), p and q: shares of the aspect's names, measured on the thing in item and x",
    source="this project",
    needs=("pictures",),
    baseline="image",
    lens=by_pixels,
)
