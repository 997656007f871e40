import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import ModelError
from explorer.encoders.pocket import PocketEncoder, PocketFiles, load_tower
from explorer.encoders.pocket_tower import SIDE, build_tower, crop
from explorer.scenes import Scene, render


@pytest.fixture(scope="module")
def pocket() -> PocketEncoder:
    return PocketEncoder()


def scene(colour: str, shape: str) -> Image.Image:
    return render(
        Scene(shape=shape, colour=colour, fill="solid", size="large", count=1, background="paper", relation="single"),
        128,
    )


def test_pictures_find_their_words(pocket: PocketEncoder) -> None:
    pairs = [("red", "star"), ("blue", "circle"), ("green", "heart"), ("yellow", "square")]
    images = pocket.encode_images([scene(*pair) for pair in pairs])
    texts = pocket.encode_texts([f"a {colour} {shape}" for colour, shape in pairs])
    assert (images @ texts.T).argmax(1).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "CMYK", "RGBA"])
@pytest.mark.parametrize("size", [(7, 300), (300, 7), (112, 112), (1, 1)])
def test_crop_takes_any_mode_and_size(mode: str, size: tuple[int, int]) -> None:
    assert crop(Image.new(mode, size)).shape == (SIDE, SIDE, 3)


def test_one_image_equals_the_same_among_64(pocket: PocketEncoder) -> None:
    images = [scene(colour, shape) for colour in ("red", "blue", "teal", "pink") for shape in ("star", "heart")] * 8
    many = pocket.encode_images(images)
    for row in (0, 5, 63):
        np.testing.assert_allclose(pocket.encode_images([images[row]])[0], many[row], atol=1e-3)


def test_patches_average_to_the_pooled_direction(pocket: PocketEncoder) -> None:
    image = scene("red", "star")
    patches = pocket.patches([image])
    assert patches.shape == (1, 16, 384)
    np.testing.assert_allclose(np.linalg.norm(patches[0], axis=1), 1, atol=1e-4)
    mean = patches[0].mean(0)
    assert float(mean @ pocket.encode_images([image])[0]) > 0.7 * float(np.linalg.norm(mean))


def test_layers_name_every_block(pocket: PocketEncoder) -> None:
    layers = pocket.layers([scene("red", "star")])
    assert list(layers) == ["stem", "block 1", "block 2", "block 3", "block 4", "output"]
    assert [layer.shape[1] for layer in layers.values()] == [64, 64, 128, 256, 512, 384]


def test_the_tower_written_out_gives_the_numbers_of_the_library_that_trained_it() -> None:
    import torch

    written, library = load_tower(PocketFiles()), build_tower().eval()
    library.load_state_dict(written.state_dict())
    x = torch.rand(3, 3, 96, 96, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(written(x), library(x), rtol=0, atol=1e-6)
        kept = library.trunk.forward_intermediates(x, intermediates_only=True)
        for mine, theirs in zip(written.trunk.activations(x), kept, strict=True):
            torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-6)


def test_files_are_small_enough() -> None:
    assert PocketFiles().weights.stat().st_size <= 18_000_000
    assert sum(parameter.numel() for parameter in build_tower().parameters()) <= 8_000_000


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"incomplete: pocket\.safetensors is missing"):
        PocketEncoder(PocketFiles(tmp_path))


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    for path in (PocketFiles().weights, PocketFiles().manifest):
        shutil.copy(path, tmp_path)
    with (tmp_path / "pocket.safetensors").open("r+b") as file:
        file.seek(5000)
        file.write(b"damage")
    with pytest.raises(ModelError, match="damaged: expected sha256"):
        PocketEncoder(PocketFiles(tmp_path))


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    from hashlib import sha256

    import torch
    from safetensors.torch import save_file

    save_file({"head.proj.weight": torch.zeros(3, 3)}, tmp_path / "pocket.safetensors")
    digest = sha256((tmp_path / "pocket.safetensors").read_bytes()).hexdigest()
    (tmp_path / "pocket.json").write_text(json.dumps({"sha256": digest}))
    with pytest.raises(ModelError, match="another shape"):
        PocketEncoder(PocketFiles(tmp_path)).encode_images([scene("red", "star")])
