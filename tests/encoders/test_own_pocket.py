"""Weights of pocket that somebody trained: pocket:<folder>."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from explorer.base.errors import ModelError
from explorer.base.progress import Silent
from explorer.base.shipped import ASSETS
from explorer.encoders import canonical, load_encoder
from explorer.encoders.pocket import PocketEncoder
from explorer.encoders.specs import POCKETS
from explorer.scenes import Scene, render
from explorer.workspace.folder import Workspace
from explorer.workspace.preparing import missing_steps, prepare


def write_weights(folder: Path, change: float) -> Path:
    """The shipped weights with every number of the last layer's offset moved by `change`."""
    folder.mkdir(exist_ok=True)
    weights = load_file(ASSETS / "pocket.safetensors")
    weights["head.proj.bias"] = weights["head.proj.bias"] + change
    save_file(weights, folder / "pocket.safetensors")
    digest = sha256((folder / "pocket.safetensors").read_bytes()).hexdigest()
    (folder / "pocket.json").write_text(json.dumps({"sha256": digest}))
    return folder


def test_own_weights_have_a_name_and_vectors_of_their_own(tmp_path: Path) -> None:
    folder, image = write_weights(tmp_path / "mine", 0.5), Image.new("RGB", (50, 40), "red")
    mine, shipped = load_encoder(f" pocket:{folder}/ "), load_encoder("pocket")
    assert mine.spec == f"pocket:{folder}" == canonical(f"pocket:{folder}/") != shipped.spec == "pocket"
    assert isinstance(mine, PocketEncoder)
    assert mine.fingerprint != shipped.fingerprint
    assert mine.settings()["weights"] == mine.fingerprint
    assert float(mine.encode_images([image])[0] @ shipped.encode_images([image])[0]) < 0.99
    np.testing.assert_array_equal(mine.encode_texts(["red"]), shipped.encode_texts(["red"]))


def test_shipped_folders_go_by_their_names() -> None:
    assert load_encoder(f"pocket:{ASSETS}").spec == "pocket"
    assert load_encoder(f"pocket:{ASSETS / 'pocket-photos'}").spec == "pocket:photos"


@pytest.mark.parametrize("name", POCKETS)
def test_further_weights_ship(name: str) -> None:
    found, shipped = load_encoder(f"pocket:{name}"), load_encoder("pocket")
    assert found.spec == canonical(f"pocket:{name}") == f"pocket:{name}"
    assert found.fingerprint != shipped.fingerprint
    assert (ASSETS / f"pocket-{name}" / "pocket.safetensors").stat().st_size <= 18_000_000
    things = [("red", "star"), ("blue", "circle"), ("green", "heart"), ("yellow", "square")]
    pictures = [
        render(
            Scene(shape=s, colour=c, fill="solid", size="large", count=1, background="paper", relation="single"), 128
        )
        for c, s in things
    ]
    words = found.encode_texts([f"a {colour} {shape}" for colour, shape in things])
    assert (found.encode_images(pictures) @ words.T).argmax(1).tolist() == [0, 1, 2, 3]


def test_a_folder_of_that_name_is_told_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_weights(tmp_path / "photos", 0.5)
    monkeypatch.chdir(tmp_path)
    assert load_encoder("pocket:./photos").spec == f"pocket:{tmp_path / 'photos'}"
    assert load_encoder("pocket:photos").spec == "pocket:photos"


@pytest.mark.parametrize("text", ["", "[]", '{"sha": 1}', "[" * 100_000])
def test_a_manifest_that_says_nothing_is_told_with_its_folder(tmp_path: Path, text: str) -> None:
    folder = write_weights(tmp_path / "mine", 0.5)
    (folder / "pocket.json").write_text(text)
    with pytest.raises(ModelError, match=rf"in {folder} is damaged: pocket\.json states no sha256\. Expected"):
        load_encoder(f"pocket:{folder}")


@pytest.mark.parametrize("fault", ["missing layer", "no weights"])
def test_weights_that_are_none_of_pocket_are_refused(tmp_path: Path, fault: str) -> None:
    folder = write_weights(tmp_path / "mine", 0.5)
    path = folder / "pocket.safetensors"
    if fault == "missing layer":
        save_file({name: one for name, one in load_file(path).items() if name != "head.proj.bias"}, path)
    else:
        path.write_bytes(b"no weights at all")
    (folder / "pocket.json").write_text(json.dumps({"sha256": sha256(path.read_bytes()).hexdigest()}))
    with pytest.raises(ModelError, match=rf"in {folder} has weights of another shape"):
        load_encoder(f"pocket:{folder}").encode_images([Image.new("RGB", (8, 8))])


def test_a_collection_is_prepared_for_own_weights_and_again_when_they_change(
    tmp_path: Path, image_workspace: Workspace
) -> None:
    spec = f"pocket:{write_weights(tmp_path / 'mine', 0.5)}"
    prepare(image_workspace, spec, method="pca", progress=Silent())
    assert missing_steps(image_workspace, spec) == []
    before = np.array(image_workspace.embeddings(spec).vectors)
    write_weights(tmp_path / "mine", 1.0)
    assert missing_steps(image_workspace, spec) == ["embed", "index", "map"]
    prepare(image_workspace, spec, method="pca", progress=Silent())
    assert missing_steps(image_workspace, spec) == []
    assert not np.allclose(before, image_workspace.embeddings(spec).vectors, atol=1e-3)
