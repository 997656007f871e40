import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.torchvision_fix import ensure_torchvision

TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
}
TINY_RESNET = {**TINY, "vision_cfg": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8}}
TINY_TIMM = {
    **TINY,
    "vision_cfg": {"timm_model_name": "resnet10t", "timm_pool": "avg", "timm_proj": "linear", "image_size": 32},
}
CONFIGS = {"tiny-vit": TINY, "tiny-resnet": TINY_RESNET, "tiny-timm": TINY_TIMM}


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Small open_clip models at random weights, known to open_clip by name, each saved to a local checkpoint."""
    ensure_torchvision()
    import open_clip
    import torch
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("open_clip")
    for name, config in CONFIGS.items():
        (folder / f"{name}.json").write_text(json.dumps(config))
    open_clip.add_model_config(folder)
    found = {}
    for name in CONFIGS:
        torch.manual_seed(0)
        model = open_clip.create_model(name)
        found[name] = folder / f"{name}.safetensors"
        save_file({key: value.contiguous() for key, value in model.state_dict().items()}, found[name])
    return found


@pytest.fixture(scope="session")
def pictures() -> list[Image.Image]:
    """Eight RGB images of several sizes."""
    rng = np.random.default_rng(1)
    sizes = [(40, 30), (32, 32), (64, 33), (100, 120), (31, 50), (200, 40), (48, 48), (33, 90)]
    coarse = [rng.integers(0, 256, (4, 4, 3), dtype=np.uint8) for _ in sizes]
    return [Image.fromarray(grid).resize(size) for grid, size in zip(coarse, sizes, strict=True)]
