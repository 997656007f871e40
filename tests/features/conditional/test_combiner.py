"""The Combiner: the formula of the card, arrays against the torch module, and what it refuses."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.errors import InputError, ModelError
from explorer.features.conditional.combiner import combine, combiner_lens, takes_raw
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.train_combiner import build_combiner, contrastive_loss
from explorer.heads.head import Head, read_head
from tests.features.conditional.questions import asked

DIM = 16


def head_of(kind: str, weights: dict[str, Floats]) -> Head:
    return Head(kind=kind, encoder="pocket", fingerprint="x", weights=weights)


def unit(rows: NDArray[np.floating]) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float32)


def weights_of(module: torch.nn.Module) -> dict[str, Floats]:
    return {name: value.numpy() for name, value in module.state_dict().items()}


@pytest.fixture
def module() -> torch.nn.Module:
    torch.manual_seed(4)
    return build_combiner(DIM, 24, 40).eval()


def plainly(w: dict[str, Any], i: list[float], t: list[float]) -> NDArray[np.float64]:
    """The card's formula for one pair, number by number."""

    def linear(name: str, x: list[float]) -> list[float]:
        weight, bias = w[f"{name}.weight"], w[f"{name}.bias"]
        return [sum(weight[r][c] * x[c] for c in range(len(x))) + bias[r] for r in range(len(bias))]

    both = [max(0, v) for v in linear("text", t)] + [max(0, v) for v in linear("image", i)]
    c = [max(0, v) for v in linear("joint", both)]
    s = 1 / (1 + np.exp(-linear("share1", [max(0, v) for v in linear("share0", both)])[0]))
    mixed = [o + s * b + (1 - s) * a for o, a, b in zip(linear("out", c), i, t, strict=True)]
    return np.asarray(np.array(mixed) / np.sqrt(sum(v * v for v in mixed)))


def test_arrays_torch_and_the_written_out_formula_agree(module: torch.nn.Module) -> None:
    rng = np.random.default_rng(0)
    image, text = (unit(rng.normal(size=(5, DIM))) for _ in range(2))
    found = combine(weights_of(module), image, text)
    with torch.no_grad():
        theirs = module(torch.from_numpy(image), torch.from_numpy(text)).numpy()
    np.testing.assert_allclose(found, theirs, atol=1e-5)
    w = {name: value.tolist() for name, value in weights_of(module).items()}
    for row in range(5):
        np.testing.assert_allclose(found[row], plainly(w, image[row].tolist(), text[row].tolist()), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_item_and_words_are_not_interchangeable(module: torch.nn.Module) -> None:
    rng = np.random.default_rng(1)
    image, text = (unit(rng.normal(size=(1, DIM))) for _ in range(2))
    w = weights_of(module)
    assert not np.allclose(combine(w, image, text), combine(w, text, image), atol=1e-3)


def test_without_output_and_with_an_even_share_it_is_the_plain_sum(module: torch.nn.Module) -> None:
    rng = np.random.default_rng(2)
    image, text = (unit(rng.normal(size=(4, DIM))) for _ in range(2))
    w = weights_of(module)
    for name in ("out.weight", "out.bias", "share1.weight", "share1.bias"):
        w[name] = np.zeros_like(w[name])
    np.testing.assert_allclose(combine(w, image, text), unit(image + text), atol=1e-6)


def test_lens_takes_a_combiner_and_nothing_else(module: torch.nn.Module) -> None:
    image, text = (unit(np.random.default_rng(3).normal(size=DIM)) for _ in range(2))
    head = head_of("combiner", weights_of(module))
    lens = combiner_lens(asked(image, text, head=head))
    assert lens.transform is None and METHODS["combiner"].lens is combiner_lens
    np.testing.assert_allclose(lens.query, combine(head.weights, image[None], text[None])[0], atol=1e-6)
    with pytest.raises(ModelError, match="explorer train combiner"):
        combiner_lens(asked(image, text))
    with pytest.raises(ModelError, match="Expected a head of kind combiner, got projection"):
        combiner_lens(asked(image, text, head=head_of("projection", {})))


def test_a_head_gets_the_features_that_it_was_trained_on(module: torch.nn.Module) -> None:
    """The official weights take features as their model gives them, whose lengths say how much item and words count."""
    rng, w = np.random.default_rng(5), weights_of(module)
    item, words = 10 * rng.normal(size=DIM).astype(np.float32), 3 * rng.normal(size=DIM).astype(np.float32)
    ask = asked(unit(item), unit(words), raw_reference=item, raw_condition=words)
    queries = {}
    for stated in ("raw", "unit", None):
        card = {} if stated is None else {"features": stated}
        queries[stated] = combiner_lens(replace(ask, head=replace(head_of("combiner", w), card=card))).query
    np.testing.assert_allclose(queries["raw"], combine(w, item[None], words[None])[0], atol=1e-6)
    np.testing.assert_allclose(queries["unit"], combine(w, unit(item)[None], unit(words)[None])[0], atol=1e-6)
    np.testing.assert_array_equal(queries["unit"], queries[None])
    assert float(queries["raw"] @ queries["unit"]) < 0.99
    with pytest.raises(ModelError, match="expected features unit or raw, got 'both'"):
        takes_raw(replace(head_of("combiner", w), card={"features": "both"}))


def test_the_shipped_combiner_says_what_it_was_trained_on() -> None:
    head = read_head("pocket-combiner")
    assert head.card["features"] == "unit" and not takes_raw(head)


def test_loss_takes_rows_of_length_1_alone() -> None:
    rows, target, none = torch.eye(3), torch.arange(3), torch.zeros(3, 3, dtype=torch.bool)
    with pytest.raises(InputError, match=r"gallery: expected rows of length 1, got lengths from 2 to 2"):
        contrastive_loss(rows, 2 * rows, target, none, 100.0)
    with pytest.raises(InputError, match="queries: expected rows of length 1"):
        contrastive_loss(0.5 * rows, rows, target, none, 100.0)


def test_loss_is_cross_entropy_with_lambda_and_leaves_out_what_answers_as_well() -> None:
    queries, gallery = torch.eye(2), torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
    target, none = torch.tensor([0, 1]), torch.zeros(2, 3, dtype=torch.bool)
    scores = 100 * np.array([[1, 0, 0.6], [0, 1, 0.8]])
    expected = -np.mean(
        [s[k] - np.log(np.exp(s - s.max()).sum()) - s.max() for s, k in zip(scores, (0, 1), strict=True)]
    )
    assert contrastive_loss(queries, gallery, target, none, 100.0).item() == pytest.approx(expected, abs=1e-6)
    left_out = none.clone()
    left_out[:, 2] = True
    assert contrastive_loss(queries, gallery, target, left_out, 1.0) < contrastive_loss(
        queries, gallery, target, none, 1.0
    )
