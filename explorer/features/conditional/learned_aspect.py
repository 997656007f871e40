"""One space an aspect (Ostendorff et al. 2022): a learned projection as lens."""

from collections.abc import Mapping

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import InputError, ModelError
from explorer.features.conditional.directions import rest, value_directions
from explorer.features.conditional.method import Ask, Lens, Method, lens_key, soft_unit_rows, unit

KIND = "projection"


def project(weights: Mapping[str, Floats], rows: Floats) -> Floats:
    """(n, e) rows of length 1 from (n, d) vectors: x W' with `weight` (e, d) and, where there is one, `bias` (e,)."""
    made = np.asarray(rows, dtype=np.float32) @ weights["weight"].T + weights.get("bias", np.float32(0))
    return soft_unit_rows(made)


def aspect_lens(ask: Ask) -> Lens:
    """Compare in the aspect's own space; for a change, with the mean item of the wish, and for half the rest.

    Raises ModelError when the ask brings no projection, InputError when a change names no value of the column.
    """
    head = ask.head
    if head is None or head.kind != KIND:
        raise ModelError("This needs a trained aspect. Train one with: explorer train aspects.")
    weights = head.weights
    key = lens_key("aspect", weights["weight"])
    if not ask.change:
        return Lens(unit(project(weights, ask.reference[None])[0], "the item"), lambda x: project(weights, x), key)
    if not 0 <= ask.wish < len(ask.prototypes):
        raise InputError("A trained aspect can change an item only to one of the column's values: choose one.")
    wish = unit(project(weights, ask.prototypes[ask.wish][None])[0], "the wish")
    left = rest(ask, value_directions(ask.prototypes))
    return Lens(wish, lambda x: project(weights, x), key, left)


ASPECT = Method(
    name="aspect",
    label="Learned aspect",
    formula="cos(W item, W x): W learned so that items of one value of the column lie together",
    source="Ostendorff et al. 2022",
    needs=("column", "aspect"),
    baseline="image",
    trained="multiple-negatives ranking on pairs of one value of the column: explorer train aspects",
    lens=aspect_lens,
)
