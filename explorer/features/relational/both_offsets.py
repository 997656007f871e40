"""Offsets in two spaces: the logic moves as from A to B under the relational head, the look as under the model."""

import numpy as np

from explorer.base.arrays import Floats
from explorer.features.relational.method import Ask, Method
from explorer.features.relational.offset import moved


def moved_in_both(ask: Ask) -> Floats:
    """(n,) how well each item has B's logic on C's look, as far as the pair changes the logic and the look.

    The mean of the cosine to c + mean(b - a) in the head's space and of the same in the model's.
    """
    both = moved(ask.part("head"), ask.pairs, ask.item) + moved(ask.looks, ask.pairs, ask.item)
    return np.asarray(both / 2, dtype=np.float32)


METHOD = Method(
    name="relational",
    kind="analogy",
    label="Relational head",
    formula="mean of cos(x, C + B − A) in the head's space and in the model's",
    explained="Mean of two cosines: to C + (B − A) in the logic of {head}, and the same in the looks of {base}.",
    source="3CosAdd (Mikolov et al. 2013) in two spaces; their mean is this project's own",
    needs=("head",),
    baseline="offset",
    trained="only the head that it uses (explorer train relational)",
    scores=moved_in_both,
)
