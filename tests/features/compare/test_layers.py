"""Layers of open_clip models at random weights, compared."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.encoders import load_encoder
from explorer.features.compare.layers import Activations, layer_scores


@pytest.mark.parametrize("name", ["tiny-vit", "tiny-timm"])
def test_every_block_is_compared_and_most_like_itself(checkpoints: dict[str, Path], name: str) -> None:
    rng = np.random.default_rng(0)
    images = [Image.fromarray(rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)).resize((32, 32)) for _ in range(24)]
    encoder = load_encoder(f"open_clip:{name}/{checkpoints[name]}")
    found = Activations(encoder.spec, np.arange(24), encoder.layers(images))
    table = layer_scores(found, found, "cka")
    assert table.shape == (len(found.blocks),) * 2 and len(found.blocks) >= 3
    assert np.diag(table) == pytest.approx(np.ones(len(table)), abs=1e-4)
    assert (table <= 1 + 1e-4).all() and table[0, -1] < 0.999
