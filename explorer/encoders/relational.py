"""Images by their logic: a relational head on another encoder's frozen vectors, as `relational:<name of the head>`.

The head reads an image's pooled vector and the vectors of its patches, averaged to a grid of at most 4 x 4, and places
it in MiniLM's space, where the image's anonymous caption ("{things} in a spiral") lies. Texts are such captions.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import ModelError
from explorer.encoders.base import Abilities, BaseEncoder, Encoder, Load, lacking
from explorer.heads.head import Head, read_head

KIND, GRID, DIM = "relational", 4, 384
NO_PATCHES = 0


def on_grid(patches: Floats) -> Floats:
    """(n, p, c) vectors of the patches of a square grid -> (n, at most 16, c), averaged over blocks of the grid."""
    side = round(patches.shape[1] ** 0.5)
    if side * side != patches.shape[1]:
        raise ModelError(f"Expected the patches of a square grid, got {patches.shape[1]} patches an image.")
    if side <= GRID:
        return patches
    square = patches.reshape(len(patches), side, side, -1)
    starts = np.linspace(0, side, GRID + 1)[:-1].astype(np.int64)
    sizes = np.diff(np.append(starts, side))
    sums = np.add.reduceat(np.add.reduceat(square, starts, axis=1), starts, axis=2)
    means = sums / (sizes[:, None, None] * sizes[None, :, None])
    return np.asarray(means.reshape(len(patches), GRID * GRID, -1), dtype=np.float32)


def frozen_features(base: Encoder, batch: NDArray[Any]) -> tuple[Floats, Floats]:
    """((b, d) pooled unit rows, (b, p, c) patches on the grid) of b prepared images; p is 0 without such an ability."""
    pooled = base.encode_prepared(batch)
    if not base.abilities.patches or batch.dtype != np.uint8:
        return pooled, np.empty((len(batch), NO_PATCHES, 0), dtype=np.float32)
    return pooled, on_grid(base.patches([Image.fromarray(crop) for crop in batch]))


def apply_relational(head: Head, pooled: NDArray[Any], patches: NDArray[Any]) -> Floats:
    """(n, 384) unit rows of (n, d) pooled vectors and (n, p, c) patches.

    z = standardised pooled; g = relu of each standardised patch through `patch_weight` (r, c), laid side by side;
    y = unit(relu([z, g] W0' + b0) W1' + b1) + unit(z S'), with `skip` S (384, d). Heads of encoders without patches
    have no `patch_weight` and no g.
    """
    w = head.weights
    z = (np.asarray(pooled, np.float32) - w["pooled_mean"]) * w["pooled_scale"]
    parts = [z]
    if "patch_weight" in w:
        p = (np.asarray(patches, np.float32) - w["patch_mean"]) * w["patch_scale"]
        parts.append(np.maximum(p @ w["patch_weight"].T + w["patch_bias"], 0).reshape(len(z), -1))
    hidden = np.maximum(np.concatenate(parts, axis=1) @ w["weight0"].T + w["bias0"], 0)
    learned = unit_rows(hidden @ w["weight1"].T + w["bias1"], "relational vectors")
    return unit_rows(learned + unit_rows(z @ w["skip"].T, "whitened vectors"), "relational vectors")


class RelationalEncoder(BaseEncoder):
    """Vectors of images through a relational head; texts, read as anonymous captions, through MiniLM."""

    dim = DIM
    abilities = Abilities(images=True, texts=True, joint=True)

    def __init__(self, name: str, base: Encoder, head: Head) -> None:
        from explorer.encoders.sentence import MiniLMEncoder

        if head.kind != KIND:
            raise ModelError(f"Expected a relational head, got {name!r}, which is a {head.kind} head.")
        head.check_encoder(base)
        self.base, self.head, self.text = base, head, MiniLMEncoder()
        self.spec = f"relational:{name}"
        self.image_side = base.image_side
        self.fingerprint = head.sha256

    def settings(self) -> dict[str, Any]:
        """The head's hash, and what the base is run with."""
        return {"encoder": self.spec, "weights": self.fingerprint, "base": self.base.settings()}

    def prepare(self, image: Image.Image) -> NDArray[Any]:
        """As the base prepares it."""
        return self.base.prepare(image)

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        """(b, 384) unit rows."""
        return apply_relational(self.head, *frozen_features(self.base, batch))

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """(n, 384) unit rows of anonymous captions, such as "{things} hidden behind {something}"."""
        return self.text.encode_texts(texts)

    def truncated(self, texts: Sequence[str]) -> list[int]:
        """Positions of the texts with more than 256 tokens."""
        return self.text.truncated(texts)


def load_relational(name: str, load: Load) -> RelationalEncoder:
    """The encoder for `relational:<name>`, on the one that `load` gives for the head's spec.

    ModelError when there is no such head, or it belongs to other weights.
    """
    head = read_head(name)
    return RelationalEncoder(name, load(head.encoder), head)


def check_images(encoder: Encoder) -> None:
    """Raise ModelError when an encoder reads no images: relational vectors are made of images."""
    if not encoder.abilities.images:
        raise lacking(encoder.spec, "make vectors of images")
