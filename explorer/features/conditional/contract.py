"""All methods of conditional similarity by name, and what other features may use of it."""

from explorer.base.arrays import check_choice
from explorer.features.conditional.aspect_values import named_aspects
from explorer.features.conditional.combiner import COMBINER
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.fusion import IMAGE, IMAGE_TEXT, IMAGE_TEXT_UNIT, TEXT
from explorer.features.conditional.learned_aspect import ASPECT
from explorer.features.conditional.meaning import Meaning, make_ask, meaning
from explorer.features.conditional.method import NEEDS, Ask, Lens, Method
from explorer.features.conditional.pixels import PIXELS
from explorer.features.conditional.profile import COLUMN_MEANS, PROFILE
from explorer.features.conditional.subspace import SUBSPACE
from explorer.features.conditional.usable import HEADS, heads_for, why_not

__all__ = [
    "HEADS",
    "METHODS",
    "NEEDS",
    "Ask",
    "Condition",
    "Lens",
    "Meaning",
    "Method",
    "heads_for",
    "make_ask",
    "meaning",
    "method_named",
    "named_aspects",
    "why_not",
]

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        IMAGE,
        TEXT,
        IMAGE_TEXT,
        IMAGE_TEXT_UNIT,
        SUBSPACE,
        PIXELS,
        PROFILE,
        COLUMN_MEANS,
        COMBINER,
        ASPECT,
    )
}


def method_named(name: str) -> Method:
    """The method of this name; InputError that lists them."""
    return METHODS[check_choice(name, METHODS, "Method")]
