"""Cutting image towers at their blocks: front and end make the whole, for pocket and for a vision transformer."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from explorer.base.errors import ModelError
from explorer.encoders import load_encoder
from explorer.encoders.stages import Tower, open_tower


def crops(count: int, side: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (count, side, side, 3), dtype=np.uint8)


def check(tower: Tower, side: int) -> None:
    import torch

    pictures = crops(3, side)
    with torch.inference_mode():
        whole = tower.visual(tower.pixels(pictures)).float()
        for layer in (tower.layers[0], tower.layers[-1]):
            front = torch.from_numpy(tower.front(pictures, layer))
            found = tower.end(front, layer)
            assert torch.nn.functional.cosine_similarity(whole, found).min() > 0.999
    start = torch.from_numpy(tower.front(pictures, tower.layers[-2])).requires_grad_()
    total: Any = tower.end(start, tower.layers[-2]).sum()
    total.backward()
    assert start.grad is not None and float(start.grad.abs().sum()) > 0


def test_pocket_can_be_cut_at_every_block() -> None:
    tower = open_tower(load_encoder("pocket"))
    assert tower.layers == ("stem", "block 1", "block 2", "block 3", "block 4")
    check(tower, 112)


def test_a_vision_transformer_keeps_its_class_token() -> None:
    import torch

    from explorer.base.torchvision_fix import ensure_torchvision

    ensure_torchvision()
    from open_clip.transformer import VisionTransformer

    torch.manual_seed(0)
    visual = VisionTransformer(image_size=32, patch_size=8, width=32, layers=3, heads=2, mlp_ratio=2.0, output_dim=16)
    visual.requires_grad_(False)
    tower = Tower(visual, lambda batch: torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255, 32)
    assert tower.layers == ("block 1", "block 2", "block 3")
    assert tower.front(crops(2, 32), "block 2").shape == (2, 32, 17, 1)
    check(tower, 32)


def test_an_encoder_without_blocks_says_so() -> None:
    stub = SimpleNamespace(spec="histogram", abilities=load_encoder("histogram").abilities)
    with pytest.raises(ModelError, match="histogram cannot be cut into a front and an end"):
        open_tower(cast(Any, stub))
