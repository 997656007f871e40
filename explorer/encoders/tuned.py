"""A head on top of another encoder, as an encoder of its own: `tuned:<name of the head>`."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, Mask, unit_rows
from explorer.base.errors import ModelError
from explorer.encoders.base import Abilities, BaseEncoder, Encoder, Load
from explorer.heads.head import Head, read_head
from explorer.heads.projected import projected

SHIFT, SIDES, BLOCK, RESIDUAL, ADAPTERS = "shift", "sides", "block", "residual", "adapters"
LAST = {"projection": "weight", "mlp": "weight1", RESIDUAL: "weight1", SHIFT: "pictures", SIDES: "pictures.weight"}
"""Of each kind of head that changes vectors, the array that is as long as those it makes."""
MAKING_VECTORS = (*LAST, BLOCK, ADAPTERS)
NO_VECTORS = f"A {{kind}} head makes no vectors of its own; expected one of {', '.join(MAKING_VECTORS)}."


def apply_head(head: Head, vectors: NDArray[Any], texts: Mask | bool = False) -> Floats:
    """(n, e) unit rows of the (n, d) vectors of the head's encoder.

    "projection": x W' + b, with `weight` (e, d) and, where there is one, `bias` (e,). "mlp": relu(x W0' + b0) W1' + b1,
    with `weight0` (h, d), `bias0` (h,), `weight1` (e, h), `bias1` (e,). "residual": the
    same added to x, e = d. "shift": x + b, b being `texts` (d,) for the rows that are vectors of texts and `pictures`
    (d,) for the others. "sides": a projection for each of the two, with
    `pictures.weight`, `pictures.bias`, `texts.weight`, `texts.bias`. Only the last two tell texts from pictures.
    """
    return unit_rows(apply_raw(head, vectors, texts), "projected vectors")


def apply_raw(head: Head, vectors: NDArray[Any], texts: Mask | bool = False) -> Floats:
    """(n, e) rows of `apply_head` before they are scaled to length 1."""
    x, w = np.asarray(vectors, dtype=np.float32), head.weights
    if head.kind == SHIFT:
        return np.asarray(x + np.where(np.reshape(texts, (-1, 1)), w["texts"], w["pictures"]), dtype=np.float32)
    if head.kind == SIDES:
        return _each_side(x, w, np.broadcast_to(texts, len(x)))
    if head.kind == "projection":
        return projected(x, w)
    if head.kind == "mlp":
        return _mlp(x, w)
    if head.kind == RESIDUAL:
        return np.asarray(x + _mlp(x, w), dtype=np.float32)
    raise ModelError(NO_VECTORS.format(kind=head.kind))


def _mlp(x: Floats, w: Mapping[str, Floats]) -> Floats:
    hidden = np.maximum(x @ w["weight0"].T + w["bias0"], 0)
    return np.asarray(hidden @ w["weight1"].T + w["bias1"], dtype=np.float32)


def _each_side(x: Floats, weights: Mapping[str, Floats], texts: Mask) -> Floats:
    found = projected(x, weights, "pictures.")
    found[texts] = projected(x[texts], weights, "texts.")
    return found


class TunedEncoder(BaseEncoder):
    """Vectors of a base encoder through a trained head; it does with images and texts what its base does."""

    storage = "float16"

    def __init__(self, name: str, base: Encoder, head: Head) -> None:
        head.check_encoder(base)
        self.base, self.head = base, head
        self.spec = f"tuned:{name}"
        self.image_side = base.image_side
        self.fingerprint = head.sha256
        self.dim = int(head.weights[LAST[head.kind]].shape[0])
        self.template = base.template
        can = base.abilities
        self.abilities = Abilities(images=can.images, texts=can.texts, joint=can.joint)

    def settings(self) -> dict[str, Any]:
        """The head's hash, and what the base is run with."""
        return {"encoder": self.spec, "weights": self.fingerprint, "base": self.base.settings()}

    def prepare(self, image: Image.Image) -> NDArray[Any]:
        """As the base prepares it."""
        return self.base.prepare(image)

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        """(b, dim) unit rows: the base's vectors through the head."""
        return apply_head(self.head, self.base.encode_prepared(batch))

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) unit rows: the base's vectors of the texts through the head."""
        return apply_head(self.head, self.base.encode_texts(texts), texts=True)

    def raw_images(self, images: Sequence[Image.Image]) -> Floats:
        """(n, dim) outputs of the head on the base's unit vectors."""
        if not images:
            return np.empty((0, self.dim), dtype=np.float32)
        return apply_raw(self.head, self.base.encode_images(images))

    def raw_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) outputs of the head on the base's unit vectors."""
        return apply_raw(self.head, self.base.encode_texts(texts), texts=True)

    def truncated(self, texts: Sequence[str]) -> list[int]:
        """As the base cuts them."""
        return self.base.truncated(texts)

    def encode_images(self, images: Sequence[Image.Image]) -> Floats:
        """(n, dim) unit rows of RGB images."""
        if not images:
            return np.empty((0, self.dim), dtype=np.float32)
        return apply_head(self.head, self.base.encode_images(images))


def load_tuned(name: str, load: Load) -> Encoder:
    """The encoder of the head `name`, on the one that `load` gives for the head's spec.

    ModelError when the head is missing, damaged, or belongs to other weights.
    """
    head = read_head(name)
    if head.kind == BLOCK:
        from explorer.encoders.tuned_block import BlockEncoder

        return BlockEncoder(name, load(head.encoder), head)
    if head.kind not in MAKING_VECTORS:
        raise ModelError(NO_VECTORS.format(kind=head.kind))
    if head.kind == ADAPTERS:
        from explorer.encoders.adapted import AdaptedEncoder

        return AdaptedEncoder(name, head)
    return TunedEncoder(name, load(head.encoder), head)
