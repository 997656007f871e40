import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import InputError, ModelError
from explorer.base.torch_device import has_bfloat16, weights_fingerprint
from explorer.encoders import load_encoder

from .conftest import CONFIGS, TINY


@pytest.mark.parametrize("name", CONFIGS)
def test_equals_open_clip(name: str, checkpoints: dict[str, Path], pictures: list[Image.Image]) -> None:
    import open_clip
    import torch

    encoder = load_encoder(f"open_clip:{name}/{checkpoints[name]}")
    model, _, transform = open_clip.create_model_and_transforms(name, pretrained=str(checkpoints[name]))
    model.eval()
    with torch.inference_mode():
        images = model.encode_image(torch.stack([transform(image) for image in pictures]), normalize=True)
        texts = model.encode_text(open_clip.get_tokenizer(name)(["a star", "ring"]), normalize=True)
    cosine = (encoder.encode_images(pictures) * images.numpy()).sum(1)
    assert cosine.min() > 0.998 if encoder.settings()["precision"] == "bfloat16" else cosine.min() > 0.99999
    np.testing.assert_allclose(encoder.encode_texts(["a star", "ring"]), texts.numpy(), atol=1e-5)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_tower_gives_layers_and_patches(
    name: str, checkpoints: dict[str, Path], pictures: list[Image.Image]
) -> None:
    encoder = load_encoder(f"open_clip:{name}/{checkpoints[name]}")
    assert encoder.abilities.layers and encoder.abilities.patches
    assert list(encoder.layers(pictures[:2]))[:2] == ["block 1", "block 2"]
    patches = encoder.patches(pictures[:2])
    assert patches.ndim == 3
    if name == "tiny-vit":
        assert patches.shape == (2, 16, encoder.dim)  # projected into the space of texts


def test_branches_of_the_training_are_folded_and_nothing_else_changes(
    tmp_path: Path, pictures: list[Image.Image], checkpoints: dict[str, Path]
) -> None:
    """A tower of MobileCLIP's kind: the outputs stay, the branches are gone, and it counts as the same weights."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    tower = {"timm_model_name": "fastvit_t8", "timm_pool": "avg", "timm_proj": None, "image_size": 64}
    (tmp_path / "tiny-fastvit.json").write_text(json.dumps({**TINY, "embed_dim": 768, "vision_cfg": tower}))
    open_clip.add_model_config(tmp_path / "tiny-fastvit.json")
    model, _, transform = open_clip.create_model_and_transforms("tiny-fastvit")
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, tmp_path / "weights.safetensors")
    encoder = load_encoder(f"open_clip:tiny-fastvit/{tmp_path / 'weights.safetensors'}")
    with torch.inference_mode():
        expected = model.eval().encode_image(torch.stack([transform(image) for image in pictures]), normalize=True)
    assert (encoder.encode_images(pictures) * expected.numpy()).sum(1).min() > 0.999
    folded = sum(1 for _ in cast(Any, encoder).visual.modules())
    assert folded < 0.8 * sum(1 for _ in model.visual.modules())
    assert encoder.fingerprint == weights_fingerprint(model)
    assert list(encoder.layers(pictures[:2]))[0] == "block 1"


def test_torch_checkpoint_and_precision_in_settings(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    saved = tmp_path / "weights.pt"
    torch.save(load_file(checkpoints["tiny-vit"]), saved)
    settings = load_encoder(f"open_clip:tiny-vit/{saved}").settings()
    same = load_encoder(f"open_clip:tiny-vit/{checkpoints['tiny-vit']}").settings()
    assert settings["weights"] == same["weights"]
    if not has_bfloat16("cpu"):
        assert settings["precision"] == "float32"
    else:
        measured = settings.get("cosine_to_float32", settings.get("cosine_of_bfloat16", 0.0))
        assert (measured > 0.999) == (settings["precision"] == "bfloat16")


def test_pickled_code_is_not_run(tmp_path: Path, checkpoints: dict[str, Path]) -> None:
    import pickle

    bad = tmp_path / "bad.pt"
    bad.write_bytes(pickle.dumps(subprocess.Popen))
    with pytest.raises(ModelError, match="is damaged, or of another model than tiny-vit"):
        load_encoder(f"open_clip:tiny-vit/{bad}")


def test_weights_of_another_model(checkpoints: dict[str, Path]) -> None:
    with pytest.raises(ModelError, match="or of another model than tiny-vit"):
        load_encoder(f"open_clip:tiny-vit/{checkpoints['tiny-resnet']}")


def test_unknown_names_get_close_ones(checkpoints: dict[str, Path]) -> None:
    with pytest.raises(InputError, match="no model 'ViT-B32'. Did you mean ViT-B-32"):
        load_encoder("open_clip:ViT-B32/openai")
    with pytest.raises(InputError, match="one of its tags .*Did you mean openai"):
        load_encoder("open_clip:ViT-B-32/openia")
    with pytest.raises(InputError, match="no checkpoint file /nowhere/weights.safetensors"):
        load_encoder("open_clip:ViT-B-32//nowhere/weights.safetensors")


def test_local_folder(checkpoints: dict[str, Path], tmp_path: Path, pictures: list[Image.Image]) -> None:
    (tmp_path / "open_clip_config.json").write_text(json.dumps({"model_cfg": TINY, "preprocess_cfg": {}}))
    with pytest.raises(ModelError, match="lacks a good"):
        load_encoder(f"open_clip:local-dir:{tmp_path}")
    shutil.copy(checkpoints["tiny-vit"], tmp_path / "open_clip_model.safetensors")
    expected = load_encoder(f"open_clip:tiny-vit/{checkpoints['tiny-vit']}").encode_images(pictures)
    np.testing.assert_array_equal(load_encoder(f"open_clip:local-dir:{tmp_path}").encode_images(pictures), expected)


OFFLINE = """
import sys
from explorer.encoders import load_encoder
from explorer.base.errors import ModelError
print(load_encoder("open_clip:hf-hub:some/tiny").encode_texts(["a star"]).shape)
for spec in ("open_clip:hf-hub:some/other", "open_clip:ViT-B-32/laion2b_s34b_b79k"):
    try:
        load_encoder(spec)
    except ModelError as error:
        print(error)
"""


def test_hub_cache_offline(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    """A cache as the hub's client lays it out: refs/main names the snapshot, whose files link to blobs."""
    root = tmp_path / "hub" / "models--some--tiny"
    snapshot = root / "snapshots" / "0123456789abcdef0123456789abcdef01234567"
    for folder in (snapshot, root / "refs", root / "blobs"):
        folder.mkdir(parents=True)
    (root / "refs" / "main").write_text(snapshot.name)
    (root / "blobs" / "config").write_text(json.dumps({"model_cfg": TINY, "preprocess_cfg": {}}))
    shutil.copy(checkpoints["tiny-vit"], root / "blobs" / "weights")
    (snapshot / "open_clip_config.json").symlink_to(Path("../../blobs/config"))
    (snapshot / "open_clip_model.safetensors").symlink_to(Path("../../blobs/weights"))
    env = {"HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"}
    code = [sys.executable, "-c", OFFLINE]
    lines = subprocess.run(code, env=env, check=True, capture_output=True, text=True).stdout.splitlines()
    assert lines[0] == "(1, 16)"
    assert "huggingface.co/some/other" in lines[1] and "Without a network" in lines[1]
    assert "ViT-B-32/laion2b_s34b_b79k are not on this machine" in lines[2]
    assert "open_clip:ViT-B-32/<path of the file>" in lines[2]
