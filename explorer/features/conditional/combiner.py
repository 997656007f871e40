"""The Combiner of GeneCIS (Vaze et al. 2023; after Baldrati et al. 2022): one query vector from an item and words.

a = relu(W_t t), b = relu(W_i i), c = relu(W [a; b]), s = sigmoid(V1 relu(V0 [a; b])),
query = unit(W_o c + s t + (1 - s) i). The official sizes are 2560 for a and b, and 5120 for c.
"""

from collections.abc import Mapping

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import ModelError
from explorer.features.conditional.method import Ask, Lens, Method, unit
from explorer.heads.head import Head

KIND = "combiner"
FEATURES, UNIT, RAW = "features", "unit", "raw"
"""What a head's card states of the features that it was trained on: of length 1 (also when it states nothing), or as
the model gives them, as for the official weights.
"""
LAYERS = ("text", "image", "joint", "out", "share0", "share1")
"""Names of the linear layers W_t, W_i, W, W_o, V0, V1; each has a `weight` (out, in) and a `bias` (out,)."""


def combine(weights: Mapping[str, Floats], image: Floats, text: Floats) -> Floats:
    """(n, d) unit query vectors from (n, d) vectors of the items and (n, d) of the conditions.

    Features of the kind that the weights were trained on: the share of item and words depends on their lengths.
    """
    text_part = np.maximum(_linear(weights, "text", text), 0)
    image_part = np.maximum(_linear(weights, "image", image), 0)
    both = np.concatenate([text_part, image_part], axis=1)
    joint = np.maximum(_linear(weights, "joint", both), 0)
    share = 1 / (1 + np.exp(-_linear(weights, "share1", np.maximum(_linear(weights, "share0", both), 0))))
    mixed = _linear(weights, "out", joint) + share * text + (1 - share) * image
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def _linear(weights: Mapping[str, Floats], layer: str, rows: Floats) -> Floats:
    return np.asarray(rows @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"])


def combiner_lens(ask: Ask) -> Lens:
    """The items as they are, asked for with the Combiner's query; ModelError when the ask brings no Combiner."""
    head = check_combiner(ask.head)
    item, words = (ask.raw_reference, ask.raw_condition) if takes_raw(head) else (ask.reference, ask.condition)
    query = combine(head.weights, item[None], words[None])[0]
    return Lens(unit(query, "the combined query"))


def check_combiner(head: Head | None) -> Head:
    """The head itself; ModelError when it is none or not a Combiner."""
    if head is None:
        raise ModelError("This needs a trained Combiner for the model. Train one with: explorer train combiner.")
    missing = [f"{layer}.weight" for layer in LAYERS if f"{layer}.weight" not in head.weights]
    if head.kind != KIND or missing:
        raise ModelError(
            f"Expected a head of kind {KIND}, got {head.kind} (missing: {', '.join(missing) or 'nothing'})."
        )
    return head


def takes_raw(head: Head | None) -> bool:
    """Whether a head was trained on features as the model gives them; ModelError when its card says neither."""
    stated = head.card.get(FEATURES, UNIT) if head is not None else UNIT
    if stated not in (UNIT, RAW):
        raise ModelError(f"The head's card: expected features {UNIT} or {RAW}, got {stated!r}.")
    return bool(stated == RAW)


COMBINER = Method(
    name="combiner",
    label="Combiner (learned)",
    formula="cos(Combiner(item, words), x): a small network learned from triplets",
    source="Vaze et al. 2023 (GeneCIS); Baldrati et al. 2022",
    needs=("joint", KIND),
    baseline="image+text-unit",
    trained="contrastive loss on triplets from captions or columns: explorer train combiner",
    lens=combiner_lens,
)
