"""The official model of relational visual similarity (thaoshibe/relsim), where its package and weights are at hand.

Written against the documented interface of the package (`relsim.relsim_score.relsim`, whose model has `embed`). It is a
7-billion-parameter model, which is not part of this project: this wrapper has been tested with a stand-in of the same
interface, never with the real weights. Its licence (CC BY-NC-SA 4.0) allows no commercial use.
"""

import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import ModelError
from explorer.base.torch_device import weights_fingerprint
from explorer.encoders.base import Abilities, BaseEncoder

SIDE, MODULE = 448, "relsim"
"""Images are cut to a centred square of 448 pixels, as in the model's training."""
HOW = "Install it with: pip install git+https://github.com/thaoshibe/relsim, and give the folder of its checkpoint."


class RelsimEncoder(BaseEncoder):
    """Unit vectors of images, 384 dimensions; there is no text side."""

    dim = 384
    abilities = Abilities(images=True)
    image_side = SIDE

    def __init__(self, folder: str, model: Any) -> None:
        self.spec, self.model = f"relsim:{folder}", model
        self.fingerprint = weights_fingerprint(model.base_model)

    def settings(self) -> dict[str, Any]:
        """Weights and image size."""
        return {"encoder": self.spec, "weights": self.fingerprint, "side": SIDE}

    def prepare(self, image: Image.Image) -> NDArray[np.uint8]:
        """(448, 448, 3) uint8: the centred square."""
        from explorer.encoders.pocket_tower import crop

        return crop(image, SIDE)

    def encode_prepared(self, batch: NDArray[Any]) -> Floats:
        """(b, 384) unit rows."""
        found = self.model.embed([Image.fromarray(crop) for crop in batch])
        return unit_rows(found.detach().float().cpu().numpy(), self.spec)


def load_relsim(folder: str) -> RelsimEncoder:
    """The encoder for `relsim:<folder or Hugging Face name>`; ModelError when package or weights are not at hand."""
    if importlib.util.find_spec(MODULE) is None:
        raise ModelError(f"The model relsim needs its package, which is not installed. {HOW}")
    try:
        from relsim.relsim_score import relsim  # type: ignore[import-not-found,unused-ignore]

        model, _ = relsim(pretrained=True, checkpoint_dir=folder)
    except Exception as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)[:300]
        raise ModelError(f"The model relsim could not be loaded from {folder!r} ({reason}). {HOW}") from error
    return RelsimEncoder(folder, model.eval())
