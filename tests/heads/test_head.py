"""Heads: written whole, read with their hash, and only ever used with the encoder that they were trained on."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import ModelError
from explorer.encoders import load_encoder
from explorer.encoders.pocket import PocketFiles
from explorer.encoders.tuned import apply_head
from explorer.heads.head import MANIFEST, WEIGHTS, Head, heads_root, list_heads, read_head
from explorer.heads.store import write_head

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    return tmp_path


def stored(kind: str = "projection", encoder: str = "pocket", fingerprint: str = "") -> Head:
    weight = RNG.normal(size=(8, 384)).astype(np.float32)
    head = Head(
        kind=kind,
        encoder=encoder,
        fingerprint=fingerprint or PocketFiles().stated(),
        weights={"weight": weight},
        card={"numbers": {"R@1": 0.5}},
    )
    write_head(heads_root() / "mine", head, "# Mine")
    return head


def test_a_head_comes_back_as_it_was_written() -> None:
    head = stored()
    found = read_head("mine")
    assert (found.kind, found.encoder, found.card) == (head.kind, head.encoder, head.card)
    assert np.array_equal(found.weights["weight"], head.weights["weight"])
    assert "mine" in list_heads("projection", "pocket")
    assert "mine" not in list_heads("mlp")


def test_a_damaged_head_is_refused() -> None:
    stored()
    path = heads_root() / "mine" / WEIGHTS
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="The head mine is damaged: expected sha256"):
        read_head("mine")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"kind": 3}', "[" * 100_000])
def test_a_damaged_description_hides_no_other_head(text: str) -> None:
    stored()
    (heads_root() / "bad").mkdir()
    for name in (MANIFEST, WEIGHTS):
        (heads_root() / "bad" / name).write_text(text)
    assert "mine" in list_heads() and "bad" not in list_heads()
    with pytest.raises(ModelError, match="The head bad is damaged: its head.json cannot be read"):
        read_head("bad")


def test_an_unknown_head_lists_those_that_are_there() -> None:
    stored()
    with pytest.raises(ModelError, match="no head named 'yours'. Heads here: .*mine"):
        read_head("yours")


def test_a_head_of_other_weights_or_another_model_is_refused() -> None:
    stored(fingerprint="0" * 64)
    with pytest.raises(ModelError, match="belongs to other weights of pocket"):
        load_encoder("tuned:mine")
    with pytest.raises(ModelError, match="belongs to the model pocket, not to histogram"):
        read_head("mine").check_encoder(load_encoder("histogram"))


def test_a_head_of_another_kind_is_no_encoder() -> None:
    stored(kind="combiner")
    with pytest.raises(ModelError, match="A combiner head makes no vectors"):
        load_encoder("tuned:mine")


def test_an_mlp_head_is_two_layers_with_relu() -> None:
    w0, b0, w1, b1 = (RNG.normal(size=s).astype(np.float32) for s in ((5, 3), (5,), (4, 5), (4,)))
    head = Head(
        kind="mlp", encoder="pocket", fingerprint="", weights={"weight0": w0, "bias0": b0, "weight1": w1, "bias1": b1}
    )
    x = RNG.normal(size=(6, 3)).astype(np.float32)
    for row, got in zip(x, apply_head(head, x), strict=True):
        expected = w1 @ np.array([max(0.0, value) for value in w0 @ row + b0]) + b1
        assert got == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)
