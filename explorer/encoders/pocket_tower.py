"""Pocket's image tower: an open_clip custom vision model, a small ResNet at 112 px into MiniLM's 384 dimensions.

It is trained as `build_tower` makes it; the shipped weights run in `_resnet.py`, which gives the same numbers.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.torchvision_fix import ensure_torchvision

if TYPE_CHECKING:
    import torch
    from open_clip.timm_model import TimmModel

SIDE = 112
DIM = 384
BLOCKS = ("stem", "block 1", "block 2", "block 3", "block 4")
MODEL_CONFIG: dict[str, Any] = {
    "embed_dim": DIM,
    "vision_cfg": {
        "timm_model_name": "resnet10t",
        "timm_pool": "avg",
        "timm_proj": "linear",
        "timm_proj_bias": True,
        "image_size": SIDE,
    },
}
"""The tower in the form of open_clip's model configurations."""
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def build_tower() -> "TimmModel":
    """The tower with random weights: open_clip's adapter around timm, (b, 3, s, s) to (b, 384), s a multiple of 32."""
    import torch

    ensure_torchvision()
    from open_clip.timm_model import TimmModel

    config = MODEL_CONFIG["vision_cfg"]
    tower = TimmModel(
        config["timm_model_name"],
        embed_dim=DIM,
        image_size=SIDE,
        pool=config["timm_pool"],
        proj=config["timm_proj"],
        proj_bias=config["timm_proj_bias"],
    )
    return tower.to(memory_format=torch.channels_last)


def crop(image: Image.Image, side: int = SIDE) -> NDArray[np.uint8]:
    """(side, side, 3) uint8: the largest centred square of an RGB image, resized."""
    width, height = image.size
    square = min(width, height)
    left, top = (width - square) / 2, (height - square) / 2
    box = (left, top, left + square, top + square)
    return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BICUBIC, box=box))


def pixels(batch: NDArray[np.uint8]) -> "torch.Tensor":
    """(b, 3, s, s) float32 tensor, normalised, of (b, s, s, 3) uint8 crops."""
    import torch

    x = torch.from_numpy(np.ascontiguousarray(batch)).permute(0, 3, 1, 2).float().div_(255)
    mean, std = (torch.tensor(values).reshape(3, 1, 1) for values in (MEAN, STD))
    return x.sub_(mean).div_(std).contiguous(memory_format=torch.channels_last)
