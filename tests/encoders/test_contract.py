"""One suite over every encoder of the registry; what an encoder lacks is declared and says so when asked."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import InputError, ModelError
from explorer.encoders import ENCODERS, Encoder, load_encoder
from explorer.encoders.pocket import PocketFiles
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from tests.encoders.heads import random_relational

SPECS = ["pocket", "histogram", "sentence", "open_clip", "precomputed", "tuned", "relational"]
ELSEWHERE = ["relsim"]
"""Needs a package that is not part of this project; test_relsim.py runs it with a stand-in."""
TEXTS = ["a red striped star", "three small blue circles in a row", "赤い星 ⭐", "звезда", "x"]


@pytest.fixture(scope="module", params=SPECS)
def encoder(
    request: pytest.FixtureRequest, checkpoints: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Encoder]:
    specs = {
        "tuned": "tuned:random",
        "relational": "relational:random-relational",
        "open_clip": f"open_clip:tiny-vit/{checkpoints['tiny-vit']}",
        "sentence": "sentence",
        "precomputed": "precomputed:vectors",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(tmp_path_factory.mktemp("heads")))
        weight = np.random.default_rng(0).normal(size=(20, 384)).astype(np.float32)
        head = Head(
            kind="projection",
            encoder="pocket",
            fingerprint=PocketFiles().stated(),
            weights={"weight": weight, "bias": weight[:, 0]},
        )
        write_head(heads_root() / "random", head, "# A random projection")
        write_head(heads_root() / "random-relational", random_relational(), "# A random relational head")
        yield load_encoder(specs.get(request.param, request.param))


def test_suite_covers_the_registry() -> None:
    assert sorted(SPECS + ELSEWHERE) == sorted(ENCODERS)


def test_spec_loads_the_same_encoder_again(encoder: Encoder) -> None:
    assert load_encoder(encoder.spec).settings() == encoder.settings()


def test_settings_are_json(encoder: Encoder) -> None:
    settings = encoder.settings()
    assert json.loads(json.dumps(settings)) == settings
    assert settings["encoder"] == encoder.spec


def test_storage_is_known(encoder: Encoder) -> None:
    assert encoder.storage in ("float16", "float32")


def test_images_become_unit_rows(encoder: Encoder, pictures: list[Image.Image]) -> None:
    if not encoder.abilities.images:
        with pytest.raises(ModelError, match="cannot|no model"):
            encoder.encode_images(pictures)
        return
    rows = encoder.encode_images(pictures)
    assert rows.shape == (len(pictures), encoder.dim)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    np.testing.assert_array_equal(rows, encoder.encode_images(pictures))


def test_one_image_equals_the_same_among_many(encoder: Encoder, pictures: list[Image.Image]) -> None:
    if encoder.abilities.images:
        many = encoder.encode_images(pictures * 8)
        for i in (0, 5):
            np.testing.assert_allclose(encoder.encode_images([pictures[i]])[0], many[i], atol=1e-3)


def test_prepared_images_give_the_same_vectors(encoder: Encoder, pictures: list[Image.Image]) -> None:
    if encoder.abilities.images:
        prepared = np.stack([encoder.prepare(image) for image in pictures])
        np.testing.assert_array_equal(encoder.encode_prepared(prepared), encoder.encode_images(pictures))


def test_texts_become_unit_rows(encoder: Encoder) -> None:
    if not encoder.abilities.texts:
        with pytest.raises(ModelError, match="cannot|no model"):
            encoder.encode_texts(TEXTS)
        return
    rows = encoder.encode_texts(TEXTS)
    assert rows.shape == (len(TEXTS), encoder.dim)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(encoder.encode_texts([TEXTS[1]])[0], rows[1], atol=1e-3)


def test_raw_vectors_point_the_same_way(encoder: Encoder, pictures: list[Image.Image]) -> None:
    for can, raw, unit, things in (
        (encoder.abilities.images, encoder.raw_images, encoder.encode_images, pictures),
        (encoder.abilities.texts, encoder.raw_texts, encoder.encode_texts, TEXTS),
    ):
        if not can:
            with pytest.raises(ModelError, match="cannot|no model"):
                raw(things)  # type: ignore[arg-type]
            continue
        found = raw(things)  # type: ignore[arg-type]
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        np.testing.assert_allclose(found / lengths, unit(things), atol=2e-3)  # type: ignore[arg-type]
        assert raw([]).shape == (0, encoder.dim) or encoder.spec.startswith("precomputed")


@pytest.mark.parametrize("spec", ["pocket", "sentence"])
def test_raw_texts_have_lengths_of_their_own(spec: str) -> None:
    lengths = np.linalg.norm(load_encoder(spec).raw_texts(TEXTS), axis=1)
    assert np.ptp(lengths) > 0.01


def test_empty_text_is_refused(encoder: Encoder) -> None:
    if encoder.abilities.texts:
        with pytest.raises(InputError, match="empty one \\(number 2\\)"):
            encoder.encode_texts(["star", "  "])


def test_long_text_is_cut_and_told(encoder: Encoder) -> None:
    if encoder.abilities.texts:
        long = "star " * 10_000
        assert encoder.truncated(["star", long]) == [1]
        assert np.isfinite(encoder.encode_texts([long])).all()


def test_layers(encoder: Encoder, pictures: list[Image.Image]) -> None:
    if not encoder.abilities.layers:
        with pytest.raises(ModelError, match="cannot give activations per block"):
            encoder.layers(pictures)
        return
    found = encoder.layers(pictures)
    assert len(found) >= 2
    assert all(len(block) == len(pictures) and block.ndim == 2 and np.isfinite(block).all() for block in found.values())
    np.testing.assert_allclose(found["output"], encoder.encode_images(pictures), atol=1e-2)


def test_patches(encoder: Encoder, pictures: list[Image.Image]) -> None:
    if not encoder.abilities.patches:
        with pytest.raises(ModelError, match="cannot give vectors per patch"):
            encoder.patches(pictures)
        return
    found = encoder.patches(pictures)
    assert found.shape[0] == len(pictures)
    assert round(found.shape[1] ** 0.5) ** 2 == found.shape[1]
    np.testing.assert_allclose(np.linalg.norm(found, axis=2), 1, atol=1e-2)


def test_patches_that_words_find_lie_in_their_space(encoder: Encoder, pictures: list[Image.Image]) -> None:
    if encoder.abilities.patch_words:
        assert encoder.abilities.joint
        assert encoder.patches(pictures[:1]).shape[2] == encoder.dim


def test_tokens(encoder: Encoder) -> None:
    if not encoder.abilities.tokens:
        with pytest.raises(ModelError, match="cannot give vectors per token"):
            encoder.tokens(TEXTS)
        return
    found = encoder.tokens(TEXTS)
    first = found[0]
    assert [TEXTS[0][start:end] for start, end in first.spans] == ["a", "red", "striped", "star"]
    np.testing.assert_allclose(np.linalg.norm(first.vectors, axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(encoder.tokens([TEXTS[0]])[0].vectors, first.vectors, atol=1e-3)
    assert [len(one.vectors) for one in found] == [len(one.spans) for one in found]


def test_joint_space_needs_both(encoder: Encoder) -> None:
    abilities = encoder.abilities
    assert not abilities.joint or (abilities.images and abilities.texts)
