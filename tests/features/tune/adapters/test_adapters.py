"""Adapters in training: nothing changes at first, the cache is exact enough, training goes on and is kept."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Rows
from explorer.base.errors import InputError, ModelError
from explorer.encoders import load_encoder
from explorer.encoders.sentence import load_minilm
from explorer.features.tune.adapters.frozen import train_on_frozen
from explorer.features.tune.adapters.module import (
    AdapterShape,
    TextVectors,
    adapters_module,
    all_vectors,
    make_adapters,
    through,
)
from explorer.features.tune.adapters.train import AdapterSettings, TextBase, text_base, train_adapters, unscaled
from explorer.features.tune.experts.module import experts_module
from explorer.heads.head import heads_root
from explorer.heads.store import write_head

TEXTS = ["a red bicycle", "night nurse", "Marketing Executive (m/f), full time, in a small town by the sea", "baker"]
FEW = AdapterSettings(shape=AdapterShape(layers=2, rank=2), most=12, steps=6, every=3, rate=1e-2)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def base() -> TextBase:
    return text_base(TEXTS, FEW)


def pull(vectors: TextVectors, _: np.random.Generator):  # type: ignore[no-untyped-def]
    """A loss that brings the first two texts together."""
    found = vectors(np.array([0, 1]))
    return 1 - (found[0] * found[1]).sum()


def test_texts_are_cut_with_their_end_kept() -> None:
    read = load_minilm().read(TEXTS, 6)
    assert [len(ids) for ids in read] == [5, 4, 6, 3]
    assert all(ids[0] == 101 and ids[-1] == 102 for ids in read)


def test_fresh_adapters_change_nothing(base: TextBase) -> None:
    module = adapters_module(base.tower, base.texts, FEW.shape, make_adapters(base.tower, FEW.shape))
    expected = load_encoder("sentence").encode_texts(TEXTS)
    found = all_vectors(module, base.texts)
    np.testing.assert_allclose(found[[0, 1, 3]], expected[[0, 1, 3]], atol=2e-3)  # states are kept in half precision
    np.testing.assert_array_equal(found, base.vectors())
    np.testing.assert_allclose(found[[2, 0]], all_vectors(module, base.texts, np.array([2, 0])), atol=1e-6)


def test_at_first_the_domain_does_not_matter(base: TextBase) -> None:
    import torch

    rows = np.arange(4)
    module = experts_module(base.tower, base.texts, np.array([0, 1, 2, 1]), 3, FEW.shape)
    routes: list[Rows] = [np.array([0, 1, 2, 1]), np.array([2, 2, 0, 0])]
    with torch.inference_mode():
        one, other = (module(rows, route).numpy() for route in routes)
    np.testing.assert_allclose(one, other, atol=1e-6)
    np.testing.assert_allclose(one, base.vectors(), atol=1e-6)
    with torch.no_grad():
        module.experts[1]["encoder/layer/4/mark"] += 1.0  # type: ignore[index]
        moved = module(rows, routes[0]).numpy()
    np.testing.assert_allclose(moved[[0, 2]], one[[0, 2]], atol=1e-6)  # the others' experts are their own
    assert np.abs(moved[[1, 3]] - one[[1, 3]]).max() > 1e-3


def test_training_brings_together_and_the_head_gives_the_same_vectors(base: TextBase) -> None:
    def score(vectors) -> float:  # type: ignore[no-untyped-def]
        found = vectors(np.array([0, 1]))
        return float(found[0] @ found[1])

    before = base.vectors()
    made = train_adapters(base, pull, score, FEW, name="pulled")
    after = made.vectors(np.arange(4))
    assert after[0] @ after[1] > before[0] @ before[1] + 0.01
    assert made.fitted.best_step == 6
    write_head(heads_root() / "pulled", made.head, "")
    kept = load_encoder("tuned:pulled").encode_texts(TEXTS)
    np.testing.assert_allclose(kept[[0, 1, 3]], after[[0, 1, 3]], atol=5e-3)
    again = train_adapters(
        base,
        pull,
        score,
        AdapterSettings(**{**vars(FEW), "steps": 1, "every": 1, "rate": 1e-9}),
        name="on",
        start=unscaled(made.head, FEW.shape),
    )
    np.testing.assert_allclose(again.vectors(np.arange(4)), after, atol=1e-4)  # it goes on from where it was
    frozen = train_on_frozen(base, pull, score, FEW, name="frozen")
    assert frozen.head.kind == "residual"
    assert score(frozen.vectors) > score(lambda rows: before[rows])


def test_a_loss_that_is_no_number_ends_with_a_message(base: TextBase) -> None:
    with pytest.raises(ModelError, match="the loss is nan and no number any more"):
        train_adapters(base, lambda v, r: pull(v, r) * float("nan"), lambda _: 0.0, FEW, name="nan")


def test_shapes_are_checked() -> None:
    with pytest.raises(InputError, match="Expected 1 to 6 layers and a rank of at least 1, got 7 and 8"):
        AdapterShape(layers=7).check()
    with pytest.raises(InputError, match="part of a layer"):
        AdapterShape(parts=("key",)).check()
    assert AdapterShape(layers=1, parts=("output",)).check().matrices() == ["encoder.layer.5.output.dense"]


def test_batches_of_any_order_are_put_back(base: TextBase) -> None:
    import torch

    with torch.inference_mode():
        found = through(base.tower, base.texts, np.array([3, 0, 2]), 4).numpy()
    np.testing.assert_allclose(found, base.vectors()[[3, 0, 2]], atol=1e-6)
