"""Image alone, text alone, and the two added: the baselines of GeneCIS (Vaze et al. 2023, section 5)."""

from explorer.features.conditional.method import Ask, Lens, unit


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
