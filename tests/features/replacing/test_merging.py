"""Merging: weight matching, mixtures of weights, and two classifiers from different seeds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.replacing.merging.between import alignment, mixtures
from explorer.features.replacing.merging.matched import match_weights
from explorer.features.replacing.merging.merge import MlpSettings, merge_from_seeds
from explorer.features.replacing.merging.mlp import Mlp, distance, mixed, permuted
from tests.features.replacing.examples import clusters, mlp, rng


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 500), st.sampled_from([(8, 16, 4), (6, 12, 12, 5), (5, 9, 7, 8, 3)]), st.sampled_from([0.0, 0.05])
)
def test_planted_permutations_are_recovered(seed: int, sizes: tuple[int, ...], noise: float) -> None:
    a, make = mlp(sizes, seed), rng(seed + 1)
    orders = [make.permutation(size) for size in sizes[1:-1]]
    b = permuted(a, orders)
    b = Mlp(
        tuple(k + noise * make.normal(size=k.shape) for k in b.kernels),
        tuple(k + noise * make.normal(size=k.shape) for k in b.biases),
    )
    matched = permuted(b, match_weights(a, b, rng(3)))
    planted = permuted(b, [np.argsort(order) for order in orders])
    if len(sizes) == 3:  # one hidden layer: the assignment is exact
        assert distance(a, matched) == pytest.approx(distance(a, planted), abs=1e-9)
    assert distance(a, matched) <= distance(a, b) + 1e-9


def test_permuting_moves_kernels_biases_and_the_next_input_together() -> None:
    net, x = mlp((6, 10, 9, 4), 5), rng(6).normal(size=(20, 6))
    orders = [rng(7).permutation(10), rng(8).permutation(9)]
    other = permuted(net, orders)
    assert np.allclose(net.logits(x), other.logits(x))
    assert not np.allclose(net.biases[0], other.biases[0])
    for kernel, moved in zip(net.kernels, other.kernels, strict=True):
        before, after = (np.linalg.svd(k, compute_uv=False) for k in (kernel, moved))
        assert np.allclose(before, after, atol=1e-12)


def test_biases_take_part_in_matching() -> None:
    kernels = (np.ones((3, 4)), np.ones((4, 2)))
    a = Mlp(kernels, (np.array([1.0, 2, 3, 4]), np.zeros(2)))
    b = Mlp(kernels, (np.array([4.0, 2, 1, 3]), np.zeros(2)))
    assert distance(a, permuted(b, match_weights(a, b, rng()))) == 0


def test_matching_two_unrelated_networks_never_loses_and_beats_brute_force_never() -> None:
    from itertools import permutations

    a, b = mlp((4, 5, 3), 1), mlp((4, 5, 3), 2)
    best = min(distance(a, permuted(b, [np.array(order)])) for order in permutations(range(5)))
    assert distance(a, permuted(b, match_weights(a, b, rng()))) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_order_of_one_layer_fits_better(seed: int) -> None:
    from itertools import permutations

    a, b = mlp((4, 4, 5, 4, 3), seed), mlp((4, 4, 5, 4, 3), seed + 50)
    found = list(match_weights(a, b, rng(seed)))
    least = distance(a, permuted(b, found))
    for layer, order in enumerate(found):
        others = (found[:layer] + [np.array(one)] + found[layer + 1 :] for one in permutations(range(len(order))))
        assert min(distance(a, permuted(b, orders)) for orders in others) == pytest.approx(least)


def test_alignment_by_the_definition() -> None:
    a, b = mlp((5, 6, 4), 1), mlp((5, 6, 4), 2)
    total, count = 0.0, 0
    for one, other in zip(a.kernels, b.kernels, strict=True):
        (ua, sa, va), (ub, sb, vb) = np.linalg.svd(one), np.linalg.svd(other)
        left, right = np.flatnonzero(sa >= 0.5 * sa[0]), np.flatnonzero(sb >= 0.5 * sb[0])
        total += sum((ua[:, i] @ ub[:, j]) * (va[i] @ vb[j]) for i in left for j in right)
        count += min(len(left), len(right))
    assert alignment(a, b, 0.5) == pytest.approx(total / count)
    assert alignment(a, a, 0.0) == pytest.approx(1)
    with pytest.raises(InputError, match="one shape"):
        alignment(a, mlp((5, 7, 4), 2), 0.5)


def test_barrier_is_measured_from_the_straight_line() -> None:
    a, b = mlp((2, 3, 2), 1), mlp((2, 3, 2), 2)
    middle = mixed(a, b, 0.5)
    losses = {id(a): 1.0}
    score = lambda net: (losses.get(id(net), float(np.allclose(net.kernels[0], middle.kernels[0])) * 5 + 2), 0.5)  # noqa: E731
    found = mixtures(a, b, score, steps=5)
    assert found.losses.tolist() == [2, 2, 7, 2, 2] and found.barrier == 5


def test_merging_two_seeds_lowers_the_barrier() -> None:
    x, labels = clusters(5, 120)
    rows = np.random.default_rng(0).permutation(len(x))
    small = MlpSettings((48, 48), epochs=25)
    found = merge_from_seeds(
        x, labels, rows[:400], rows[400:], classes=5, seeds=(1, 2), settings=small, progress=Silent()
    )
    before, after = found.ways["as-trained"], found.ways["matched"]
    assert after.between.barrier < before.between.barrier
    assert after.distance < before.distance
    assert after.aligned[5] > before.aligned[5]
    ends = after.between.losses[[0, -1]]
    assert before.between.losses[[0, -1]] == pytest.approx(ends)  # B's answers are the same
    with pytest.raises(InputError, match="two different seeds"):
        merge_from_seeds(x, labels, rows, rows, classes=5, seeds=(1, 1), settings=small, progress=Silent())
