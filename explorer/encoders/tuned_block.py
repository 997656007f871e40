"""Pocket with another last block in its image tower, as an encoder of its own: `tuned:<name of the head>`.

The head holds the weights of the block and of the projection behind it by their names in the tower, and, where the text
side was tuned too, a projection of the texts' vectors. All before the block stays pocket's own.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import ModelError
from explorer.encoders.base import Abilities, BaseEncoder, Encoder
from explorer.encoders.pocket import PocketEncoder, load_tower
from explorer.heads.head import Head
from explorer.heads.projected import projected

if TYPE_CHECKING:
    from explorer.encoders._resnet import PocketTower

PARTS = ("trunk.layer4.", "head.proj.")
"""How the names of the weights begin that a block head takes the place of: the last block, and the projection."""
TEXTS = "texts."


class BlockEncoder(BaseEncoder):
    """Images through pocket's tower with the head's last block; texts as pocket, or through the head's projection."""

    abilities = Abilities(images=True, texts=True, joint=True)

    def __init__(self, name: str, base: Encoder, head: Head) -> None:
        self.base, self.head = _as_pocket(base), head
        head.check_encoder(base)
        self.spec = f"tuned:{name}"
        self.dim, self.image_side, self.template = base.dim, base.image_side, base.template
        self.fingerprint = head.sha256
        self._images = PocketEncoder(self.base.files, tower=tower_with(self.base, head.weights))

    def settings(self) -> dict[str, Any]:
        """The head's hash, and what the tower is run with."""
        return {"encoder": self.spec, "weights": self.fingerprint, "base": self._images.settings()}

    def prepare(self, image: Image.Image) -> NDArray[Any]:
        """As pocket prepares it."""
        return self.base.prepare(image)

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        """(b, dim) unit rows of prepared images."""
        return self._images.encode_prepared(batch)

    def raw_images(self, images: Sequence[Image.Image]) -> Floats:
        """(n, dim) vectors as the tower gives them."""
        return self._images.raw_images(images)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) unit rows of texts."""
        return unit_rows(self.raw_texts(texts), self.spec) if len(texts) else np.empty((0, self.dim), np.float32)

    def raw_texts(self, texts: Sequence[str]) -> Floats:
        """(n, dim) pocket's unit vectors, through the head's projection of texts where it has one."""
        vectors = self.base.encode_texts(texts)
        return projected(vectors, self.head.weights, TEXTS) if f"{TEXTS}weight" in self.head.weights else vectors

    def truncated(self, texts: Sequence[str]) -> list[int]:
        """As pocket cuts them."""
        return self.base.truncated(texts)


def tower_with(base: PocketEncoder, weights: Mapping[str, Floats]) -> "PocketTower":
    """Pocket's float32 tower with the weights of PARTS replaced; ModelError when they do not fit it."""
    import torch

    tower = load_tower(base.files)
    own = {name for name in tower.state_dict() if name.startswith(PARTS) and not name.endswith("num_batches_tracked")}
    given = {name: torch.as_tensor(value) for name, value in weights.items() if not name.startswith(TEXTS)}
    wrong = own.symmetric_difference(given)
    if not wrong:
        wrong = {name for name in own if given[name].shape != tower.state_dict()[name].shape}
    if wrong:
        raise ModelError(
            f"This block head does not fit pocket: expected the weights of its last block, {min(wrong)} is "
            "missing, too much or of another shape. Train it again."
        )
    tower.load_state_dict(given, strict=False)
    return tower


def _as_pocket(base: Encoder) -> PocketEncoder:
    if isinstance(base, PocketEncoder):
        return base
    raise ModelError(f"A block head belongs to pocket, whose last block it replaces; it cannot stand on {base.spec}.")
