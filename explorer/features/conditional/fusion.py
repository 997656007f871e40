"""Image alone, text alone, and the two added: the baselines of GeneCIS (Vaze et al. 2023, section 5)."""

from explorer.features.conditional.method import Ask, Lens, Method, unit

SOURCE = "Vaze et al. 2023 (GeneCIS), section 5"


def image_only(ask: Ask) -> Lens:
    """The picked item itself; the condition is not used."""
    return Lens(ask.reference)


def text_only(ask: Ask) -> Lens:
    """The words of the condition themselves; the picked item is not used."""
    return Lens(ask.condition)


def image_plus_text(ask: Ask) -> Lens:
    """unit(i / 2 + t / 2) on the features as the model gives them: the longer one counts more. As GeneCIS does it."""
    return Lens(unit(0.5 * ask.raw_reference + 0.5 * ask.raw_condition, "image plus text"))


def unit_image_plus_text(ask: Ask) -> Lens:
    """unit(i + t) on unit vectors: both count the same. Not GeneCIS's baseline, though often reported as such."""
    return Lens(unit(ask.reference + ask.condition, "image plus text"))


IMAGE = Method(name="image", label="Item alone (no condition)", formula="cos(item, x)", source=SOURCE, lens=image_only)
TEXT = Method(
    name="text", label="Words alone", formula="cos(words, x)", source=SOURCE, needs=("joint",), lens=text_only
)
IMAGE_TEXT = Method(
    name="image+text",
    label="Item + words, as GeneCIS",
    formula="cos(½ item + ½ words, x), raw features",
    source=SOURCE,
    needs=("joint", "raw"),
    lens=image_plus_text,
)
IMAGE_TEXT_UNIT = Method(
    name="image+text-unit",
    label="Item + words, equal parts",
    formula="cos(item + words, x), unit vectors",
    needs=("joint",),
    lens=unit_image_plus_text,
)
