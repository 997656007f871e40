"""MiniLM with adapters: nothing changes at first, W + B A after that, and other weights are refused."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Doubles, Floats
from explorer.base.errors import ModelError
from explorer.encoders import load_encoder
from explorer.encoders.adapted import DOWN, UP, changed_weights
from explorer.encoders.sentence import load_minilm
from explorer.encoders.tuned import ADAPTERS
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head

QUERY = "encoder.layer.5.attention.self.query"
TEXTS = ["a red bicycle", "Marketing Executive (m/f), full time, in a small town by the sea"]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))


def kept(weights: dict[str, Floats], name: str = "mine", **changes: str) -> str:
    base = load_encoder("sentence")
    named = {"encoder": base.spec, "fingerprint": base.fingerprint} | changes
    head = Head(kind=ADAPTERS, weights=weights, encoder=named["encoder"], fingerprint=named["fingerprint"])
    write_head(heads_root() / name, head, "# mine\n")
    return f"tuned:{name}"


def low_rank(up: Doubles) -> dict[str, Floats]:
    rng = np.random.default_rng(0)
    return {QUERY + DOWN: rng.normal(size=(4, 384)).astype(np.float32), QUERY + UP: up.astype(np.float32)}


def test_zero_adapters_change_nothing() -> None:
    encoder = load_encoder(kept(low_rank(np.zeros((384, 4)))))
    assert encoder.dim == 384
    np.testing.assert_array_equal(encoder.encode_texts(TEXTS), load_encoder("sentence").encode_texts(TEXTS))


def test_adapters_are_the_matrix_with_their_product_added() -> None:
    import torch

    weights = low_rank(np.random.default_rng(1).normal(size=(384, 4)) / 20)
    base = load_minilm()
    tensors = {name: torch.tensor(value) for name, value in weights.items()}
    found = changed_weights(base.weights, tensors)
    assert set(found) == {QUERY + ".weight"}
    expected = base.weights[QUERY + ".weight"].numpy() + weights[QUERY + UP] @ weights[QUERY + DOWN]
    np.testing.assert_allclose(found[QUERY + ".weight"].numpy(), expected, atol=1e-5)
    changed = load_encoder(kept(weights)).encode_texts(TEXTS)
    assert np.abs(changed - load_encoder("sentence").encode_texts(TEXTS)).max() > 1e-3
    np.testing.assert_allclose(np.linalg.norm(changed, axis=1), 1, atol=1e-5)


def test_a_mark_moves_position_0_alone() -> None:
    import torch

    model = load_minilm()
    marked = model.with_weights({"encoder.layer.5.mark": torch.ones(384)})
    x = torch.randn(1, 5, 384)
    mask = torch.ones(1, 5, dtype=torch.bool)
    moved = torch.cat([x[:, :1] + 1, x[:, 1:]], dim=1)
    assert torch.equal(marked.layers(x, mask, start=5), model.layers(moved, mask, start=5))
    assert float((marked.layers(x, mask, start=5) - model.layers(x, mask, start=5)).abs().max()) > 1e-3


def test_adapters_of_another_model_or_shape_are_refused() -> None:
    with pytest.raises(ModelError, match="belongs to other weights of sentence:all-MiniLM-L6-v2"):
        load_encoder(kept(low_rank(np.zeros((384, 4))), fingerprint="0" * 64))
    with pytest.raises(ModelError, match="belongs to the model pocket"):
        load_encoder(kept(low_rank(np.zeros((384, 4))), encoder="pocket", fingerprint=""))
    with pytest.raises(ModelError, match=r"change 'encoder\.layer\.9\.dense\.weight', which the model does not have"):
        load_encoder(kept({"encoder.layer.9.dense.weight": np.zeros((2, 2), dtype=np.float32)}))
    with pytest.raises(ModelError, match=r"expected the shape \(384, 384\), got \(3, 384\)"):
        load_encoder(kept({QUERY + ".weight": np.zeros((3, 384), dtype=np.float32)}))
    with pytest.raises(ModelError, match=r"expected the shape \(384,\), got \(7,\)"):
        load_encoder(kept({"encoder.layer.5.mark": np.zeros(7, dtype=np.float32)}))
    with pytest.raises(ModelError, match="are incomplete: A and B do not fit each other"):
        load_encoder(kept({QUERY + DOWN: np.zeros((4, 384), dtype=np.float32)}))
    with pytest.raises(ModelError, match=r"expected the shape \(384, 384\), got \(5, 384\)"):
        load_encoder(kept(low_rank(np.zeros((5, 4)))))
