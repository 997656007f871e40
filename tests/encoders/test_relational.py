"""Relational heads as encoders."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import ModelError
from explorer.encoders import load_encoder
from explorer.encoders.histogram import HistogramEncoder
from explorer.encoders.relational import apply_relational, frozen_features, on_grid
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from tests.encoders.heads import random_relational


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))


def test_other_weights_are_refused() -> None:
    write_head(heads_root() / "old", replace(random_relational(), fingerprint="other"), "")
    with pytest.raises(ModelError, match="belongs to other weights of pocket.*Train it again"):
        load_encoder("relational:old")


def test_another_kind_of_head_is_refused() -> None:
    write_head(heads_root() / "plain", replace(random_relational(), kind="projection"), "")
    with pytest.raises(ModelError, match="Expected a relational head, got 'plain', which is a projection head"):
        load_encoder("relational:plain")


def test_unknown_head_lists_the_known() -> None:
    with pytest.raises(ModelError, match="no head named 'nothing'"):
        load_encoder("relational:nothing")


@pytest.mark.parametrize("side", [4, 7, 14])
def test_grid_averages_blocks(side: int) -> None:
    patches = np.random.default_rng(0).normal(size=(2, side * side, 3)).astype(np.float32)
    found = on_grid(patches)
    assert found.shape == (2, 16, 3)
    square, starts = patches.reshape(2, side, side, 3), [int(i * side / 4) for i in range(4)] + [side]
    for i in range(4):
        for j in range(4):
            block = square[:, starts[i] : starts[i + 1], starts[j] : starts[j + 1]].mean((1, 2))
            np.testing.assert_allclose(found[:, 4 * i + j], block, atol=1e-5)


def test_small_grids_stay_and_others_are_refused() -> None:
    assert on_grid(np.zeros((1, 9, 2), np.float32)).shape == (1, 9, 2)
    with pytest.raises(ModelError, match="square grid, got 12"):
        on_grid(np.zeros((1, 12, 2), np.float32))


def test_a_model_without_patches_gives_none() -> None:
    encoder = HistogramEncoder()
    batch = np.stack([encoder.prepare(Image.new("RGB", (20, 20), c)) for c in ("red", "blue")])
    pooled, patches = frozen_features(encoder, batch)
    assert (len(pooled), patches.shape) == (2, (2, 0, 0))


def test_formula_by_hand() -> None:
    head: Head = random_relational()
    w, rng = head.weights, np.random.default_rng(1)
    pooled, patches = rng.normal(size=(1, 384)).astype(np.float32), rng.normal(size=(1, 16, 384)).astype(np.float32)
    z = (pooled[0] - w["pooled_mean"]) * w["pooled_scale"]
    grid = [
        max(0.0, float(w["patch_weight"][r] @ ((p - w["patch_mean"]) * w["patch_scale"]) + w["patch_bias"][r]))
        for p in patches[0]
        for r in range(len(w["patch_bias"]))
    ]
    hidden = np.maximum(w["weight0"] @ np.concatenate([z, grid]) + w["bias0"], 0)
    learned, fixed = w["weight1"] @ hidden + w["bias1"], w["skip"] @ z
    both = learned / np.linalg.norm(learned) + fixed / np.linalg.norm(fixed)
    found = apply_relational(head, pooled, patches)[0]
    np.testing.assert_allclose(found, both / np.linalg.norm(both), atol=1e-4)
