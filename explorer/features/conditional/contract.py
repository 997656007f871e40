"""All methods of conditional similarity by name."""

from explorer.features.conditional.combiner import combiner_lens
from explorer.features.conditional.fusion import image_only, image_plus_text, text_only, unit_image_plus_text
from explorer.features.conditional.learned_aspect import aspect_lens
from explorer.features.conditional.method import Ask, Lens, Method
from explorer.features.conditional.subspace import aspect_subspace, column_profile, value_profile

__all__ = ["METHODS", "Ask", "Lens", "Method"]

_ALL = (
    Method("image", "Item alone (no condition)", "cos(item, x)", (), image_only),
    Method("text", "Words alone", "cos(words, x)", ("joint",), text_only),
    Method(
        "image+text",
        "Item + words, as GeneCIS",
        "cos(½ item + ½ words, x), raw features",
        ("joint", "raw"),
        image_plus_text,
    ),
    Method(
        "image+text-unit",
        "Item + words, equal parts",
        "cos(item + words, x), unit vectors",
        ("joint",),
        unit_image_plus_text,
    ),
    Method(
        "subspace",
        "Aspect directions",
        "cos(P(item − mean), P(x − mean)), P: onto the directions in which the words of the aspect's values differ",
        ("joint", "values"),
        aspect_subspace,
    ),
    Method(
        "profile",
        "Aspect profile",
        "Σ √(p q), p and q: how probable each value of the aspect is for item and x, by its words",
        ("joint", "values"),
        value_profile,
    ),
    Method(
        "column-means",
        "Column profile",
        "Σ √(p q), p and q: how probable each value of the column is for item and x, by its mean item",
        ("column",),
        column_profile,
    ),
    Method(
        "combiner",
        "Combiner (learned)",
        "cos(Combiner(item, words), x): a small network learned from triplets",
        ("joint", "combiner"),
        combiner_lens,
    ),
    Method(
        "aspect",
        "Learned aspect",
        "cos(W item, W x): W learned so that items of one value of the column lie together",
        ("column", "aspect"),
        aspect_lens,
    ),
)

METHODS: dict[str, Method] = {method.name: method for method in _ALL}
