"""The relational head: how much two items are built alike, whatever they look like.

After Nguyen et al. 2025, "Relational Visual Similarity" (relsim): an image's relational vector lies where a sentence
model puts its anonymous caption, the caption with every concrete thing replaced by a {slot}.
"""

from explorer.base.arrays import Floats
from explorer.features.relational.method import Ask, Method
from explorer.features.relational.products import cosines


def relational_similarity(ask: Ask) -> Floats:
    """(n,) cosine of every item to the picked one under the relational head."""
    return cosines(ask.part("head"), ask.item)


METHOD = Method(
    name="logic",
    kind="logic",
    label="Relational head",
    formula="cos(item, x) under a relational head",
    explained="Cosine of the two pictures under the relational head {head}.",
    source="Nguyen et al. 2025, Relational Visual Similarity (relsim), there “tuned CLIP”",
    needs=("head",),
    baseline="looks",
    trained="to lie at the anonymous caption; InfoNCE from image to text, frozen vectors (explorer train relational)",
    scores=relational_similarity,
)
