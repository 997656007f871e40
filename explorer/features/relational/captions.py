"""Captions with their concrete words struck out: what the words alone say about the relation.

It compares texts and not pictures. A caption that says the relation in words makes it a ceiling for pictures.
"""

from explorer.base.arrays import Floats
from explorer.features.relational.method import Ask, Method
from explorer.features.relational.products import cosines


def caption_similarity(ask: Ask) -> Floats:
    """(n,) cosine of every item's caption to that of the picked one, without their concrete words."""
    return cosines(ask.part("captions"), ask.item)


METHOD = Method(
    name="captions",
    kind="logic",
    label="Captions, nouns removed",
    formula="cos(caption of item, caption of x), concrete words struck out, under MiniLM",
    explained="Cosine of the two captions without their concrete words, under MiniLM; it needs captions.",
    needs=("captions",),
    scores=caption_similarity,
)
