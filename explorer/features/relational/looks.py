"""Image similarity: the baseline that says how much two items look alike."""

from explorer.base.arrays import Floats
from explorer.features.relational.method import Ask, Method
from explorer.features.relational.products import cosines


def image_similarity(ask: Ask) -> Floats:
    """(n,) cosine of every item to the picked one under the model."""
    return cosines(ask.looks, ask.item)


METHOD = Method(
    name="looks",
    kind="logic",
    label="Image similarity",
    formula="cos(item, x) under the model",
    explained="Cosine of the two pictures under {base}.",
    scores=image_similarity,
)
