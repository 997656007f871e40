"""The routed block and F1max: the authors' numbers, and what goes wrong easily."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from explorer.base.errors import InputError
from explorer.features.tune.experts.block import routed
from explorer.features.tune.experts.thresholds import auc, best_f1, f1_at, f1_max, histogram

if TYPE_CHECKING:
    import torch

REFERENCE = Path(__file__).with_name("moe_block.npz")


def gated_mlp(x: "torch.Tensor", into: "torch.Tensor", out: "torch.Tensor") -> "torch.Tensor":
    """(…, d) of (…, d) states by ModernBERT's MLP: Wo (gelu(a) · g) with [a | g] = Wi x. into: (2h, d), out: (d, h)."""
    from torch.nn.functional import gelu, linear

    a, g = linear(x, into).chunk(2, dim=-1)
    return linear(gelu(a) * g, out)


def test_the_block_is_the_authors_and_at_first_the_route_does_not_matter() -> None:
    import torch

    with np.load(REFERENCE) as file:
        into, out = torch.tensor(file["moe_Wi0"]), torch.tensor(file["moe_Wo0"])
        x, route, expected = torch.tensor(file["moe_x"]), torch.tensor(file["moe_assign"]), file["moe_out_at_init"]
    experts = [partial(gated_mlp, into=into.clone(), out=out.clone()) for _ in range(int(route.max()) + 1)]
    found = routed(x, route, experts)
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-6)
    np.testing.assert_array_equal(found.numpy(), routed(x, torch.zeros_like(route), experts).numpy())


def test_every_token_of_a_text_goes_to_its_own_expert() -> None:
    import torch

    x = torch.ones(3, 2, 4)
    found = routed(x, torch.tensor([1, 0, 1]), [lambda x: x * 2, lambda x: x * 3])
    assert found[:, 0, 0].tolist() == [3, 2, 3]
    assert found[:, 1, 3].tolist() == [3, 2, 3]
    with pytest.raises(InputError, match="Expected domains from 0 to 1, got 0 to 2"):
        routed(x, torch.tensor([0, 2, 1]), [lambda x: x, lambda x: x])


@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=40))
def test_f1_max_is_the_best_of_all_thresholds_by_scikit_learn(pairs: list[tuple[int, bool]]) -> None:
    cosines = np.array([a / 5 for a, _ in pairs], dtype=np.float32)
    alike = np.array([b for _, b in pairs])
    if alike.all() or not alike.any():
        with pytest.raises(InputError, match="Without both kinds there is no threshold"):
            f1_max(cosines, alike)
        return
    value, threshold = f1_max(cosines, alike)
    expected = max(f1_score(alike, cosines >= one) for one in np.unique(cosines))
    assert value == pytest.approx(expected)
    assert f1_at(cosines, alike, threshold) == pytest.approx(value)


def test_one_threshold_over_two_domains_loses_what_one_a_domain_has() -> None:
    near, far = np.array([0.9, 0.95, 0.7, 0.75]), np.array([0.5, 0.55, 0.2, 0.25])
    alike = np.array([True, True, False, False])
    assert f1_max(near, alike)[0] == f1_max(far, alike)[0] == 1
    assert f1_max(np.concatenate([near, far]), np.concatenate([alike, alike]))[0] < 1


def test_intervals_hold_the_value_and_numbers_must_be_finite() -> None:
    rng = np.random.default_rng(0)
    alike = rng.random(200) < 0.4
    cosines = (rng.normal(size=200) + alike).astype(np.float16).astype(np.float32)  # with ties
    found = best_f1(cosines, alike)
    assert found.low <= found.f1 <= found.high
    edges, yes, no = histogram(cosines, alike)
    assert sum(yes) + sum(no) == 200
    assert len(edges) == len(yes) + 1
    assert 0.5 < auc(cosines, alike) < 1
    with pytest.raises(InputError, match="got 1 that are no numbers"):
        f1_max(np.array([0.1, np.nan]), np.array([True, False]))
