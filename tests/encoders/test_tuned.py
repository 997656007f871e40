"""Heads with two sides, and with another last block of pocket: what they give, and what they refuse."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import ModelError
from explorer.encoders import load_encoder
from explorer.encoders.pocket import PocketEncoder, PocketFiles, load_pocket, load_tower
from explorer.encoders.tuned import BLOCK, SIDES, apply_head
from explorer.encoders.tuned_block import PARTS, BlockEncoder
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head

D = 6


def test_each_side_goes_through_its_own_matrix() -> None:
    rng = np.random.default_rng(0)
    x = unit_rows(rng.normal(size=(5, D)))
    pictures, texts, bias = rng.normal(size=(D, D)), rng.normal(size=(D, D)), rng.normal(size=D)
    weights = {"pictures.weight": pictures, "texts.weight": texts, "texts.bias": bias}
    head = Head(
        kind=SIDES,
        encoder="e",
        fingerprint="f",
        weights={name: value.astype(np.float32) for name, value in weights.items()},
    )
    kinds = np.array([True, False, True, False, False])
    found = apply_head(head, x, kinds)
    np.testing.assert_allclose(found[~kinds], unit_rows(x[~kinds] @ pictures.T), atol=1e-5)
    np.testing.assert_allclose(found[kinds], unit_rows(x[kinds] @ texts.T + bias), atol=1e-5)
    np.testing.assert_allclose(apply_head(head, x, texts=True)[kinds], found[kinds], atol=1e-6)
    np.testing.assert_allclose(apply_head(head, x)[~kinds], found[~kinds], atol=1e-6)
    half = apply_head(head, x.astype(np.float16), kinds)
    np.testing.assert_allclose(half, found, atol=5e-3)


@pytest.fixture(scope="module")
def pocket() -> PocketEncoder:
    return load_pocket()


def own_weights(pocket: PocketEncoder) -> dict[str, Floats]:
    """The weights of pocket's own last block."""
    state = load_tower(pocket.files).state_dict()
    return {
        name: value.numpy()
        for name, value in state.items()
        if name.startswith(PARTS) and not name.endswith("num_batches_tracked")
    }


def block_head(pocket: PocketEncoder, weights: Mapping[str, Floats]) -> Head:
    return Head(kind=BLOCK, encoder="pocket", fingerprint=pocket.fingerprint, weights=weights, sha256="s")


def picture() -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 255, (128, 140, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def test_pockets_own_block_changes_nothing(pocket: PocketEncoder) -> None:
    made = BlockEncoder("same", pocket, block_head(pocket, own_weights(pocket)))
    np.testing.assert_allclose(made.encode_images([picture()]), pocket.encode_images([picture()]), atol=1e-3)
    np.testing.assert_allclose(made.encode_texts(["a pear"]), pocket.encode_texts(["a pear"]), atol=1e-6)
    assert made.encode_texts([]).shape == (0, 384)


def test_another_block_moves_pictures_and_leaves_pocket_alone(pocket: PocketEncoder) -> None:
    before = pocket.encode_images([picture()])
    weights = own_weights(pocket)
    weights["head.proj.weight"] = -weights["head.proj.weight"]
    weights["head.proj.bias"] = -weights["head.proj.bias"]
    made = BlockEncoder("turned", pocket, block_head(pocket, weights))
    np.testing.assert_allclose(made.encode_images([picture()]), -before, atol=1e-3)
    np.testing.assert_array_equal(pocket.encode_images([picture()]), before)


def test_texts_of_a_block_go_through_their_matrix(pocket: PocketEncoder) -> None:
    turn = np.roll(np.eye(384, dtype=np.float32), 1, axis=0)
    made = BlockEncoder("texts", pocket, block_head(pocket, {**own_weights(pocket), "texts.weight": turn}))
    expected = pocket.encode_texts(["a pear"]) @ turn.T
    np.testing.assert_allclose(made.encode_texts(["a pear"]), expected, atol=1e-5)


@pytest.mark.parametrize("fault", ["missing", "extra", "shape"])
def test_weights_that_do_not_fit_are_refused(pocket: PocketEncoder, fault: str) -> None:
    weights = own_weights(pocket)
    if fault == "missing":
        del weights["head.proj.bias"]
    elif fault == "extra":
        weights["trunk.layer3.0.conv1.weight"] = np.zeros((1, 1, 1, 1), dtype=np.float32)
    else:
        weights["head.proj.bias"] = np.zeros(3, dtype=np.float32)
    with pytest.raises(ModelError, match="does not fit pocket"):
        BlockEncoder("wrong", pocket, block_head(pocket, weights))


def test_a_block_of_other_weights_of_pocket_is_refused(pocket: PocketEncoder) -> None:
    head = Head(kind=BLOCK, encoder="pocket", fingerprint="other", weights=own_weights(pocket))
    with pytest.raises(ModelError, match="other weights of pocket"):
        BlockEncoder("old", pocket, head)


def test_a_block_stands_on_pocket_only() -> None:
    histogram = load_encoder("histogram")
    with pytest.raises(ModelError, match="cannot stand on histogram"):
        BlockEncoder("h", histogram, Head(kind=BLOCK, encoder="histogram", fingerprint="", weights={}))


def test_a_stored_block_is_an_encoder_by_its_name(
    pocket: PocketEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    head = Head(kind=BLOCK, encoder="pocket", fingerprint=PocketFiles().stated(), weights=own_weights(pocket))
    write_head(heads_root() / "mine", head, "# tuned:mine")
    found = load_encoder("tuned:mine")
    assert found.spec == "tuned:mine"
    assert found.abilities.joint
    assert len(found.fingerprint) == 64
    np.testing.assert_allclose(found.encode_images([picture()]), pocket.encode_images([picture()]), atol=1e-3)
