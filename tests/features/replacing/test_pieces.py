"""Direct matching, bridge, compatibility, simplex, energy and weight matching against known answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.replacing.bridge import orthogonal_bridge, paired_cosine, ridge_bridge
from explorer.features.replacing.compatibility import (
    average_accuracy,
    average_compatibility,
    compatibility_matrix,
    compatible_pairs,
)
from explorer.features.replacing.energy import choose_threshold, energies
from explorer.features.replacing.matching import Affine, direct_match, residual, resize
from explorer.features.replacing.simplex import corner_of, simplex
from explorer.features.replacing.weight_matching import Mlp, alignment, distance, match_weights, mixed, path, permuted

ER7 = np.array(
    [
        [0.6342, 0, 0, 0, 0, 0, 0],
        [0.61556, 0.63092, 0, 0, 0, 0, 0],
        [0.11708, 0.1123, 0.72734, 0, 0, 0, 0],
        [0.1143, 0.1053, 0.69232, 0.703, 0, 0, 0],
        [0.0908, 0.07756, 0.09296, 0.08552, 0.74464, 0, 0],
        [0.08512, 0.07364, 0.10338, 0.09524, 0.7226, 0.72312, 0],
        [0.09718, 0.08578, 0.0975, 0.09748, 0.70352, 0.7063, 0.71544],
    ]
)
"""Printed in a notebook of the authors of IAM-CL2R, with AC 0.000 and AA 35.179."""


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def turn(d: int, seed: int) -> np.ndarray:
    return np.asarray(np.linalg.qr(rng(seed).normal(size=(d, d)))[0])


def mlp(sizes: tuple[int, ...], seed: int) -> Mlp:
    make = rng(seed)
    pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
    return Mlp(tuple(make.normal(size=p) for p in pairs), tuple(make.normal(size=p[1]) for p in pairs))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 6), st.integers(1, 6))
def test_an_affine_map_with_bias_is_found_exactly(seed: int, a: int, b: int) -> None:
    make = rng(seed)
    x, truth = make.normal(size=(40, a)), Affine(make.normal(size=(b, a)), 5 * make.normal(size=b))
    found = direct_match(x[:20], truth(x[:20]))
    assert np.allclose(found.weight, truth.weight, atol=1e-8) and np.allclose(found.bias, truth.bias, atol=1e-8)
    assert residual(found, x[20:], truth(x[20:])) < 1e-12


def test_direct_matching_is_the_pseudo_inverse_and_is_judged_on_other_items() -> None:
    x, y = rng(1).normal(size=(30, 4)), rng(2).normal(size=(30, 3)) + 2
    found = direct_match(x, y)
    solution = np.linalg.pinv(np.column_stack([x, np.ones(30)])) @ y
    assert np.allclose(found.weight, solution[:-1].T) and np.allclose(found.bias, solution[-1])
    few = direct_match(x[:5], y[:5])
    assert residual(few, x[:5], y[:5]) < 1e-20 < 0.1 < residual(few, x[5:], y[5:])


def test_channels_are_the_features_of_activations_with_positions() -> None:
    x = rng(3).normal(size=(6, 4, 3, 2))
    truth = Affine(rng(4).normal(size=(5, 4)), rng(5).normal(size=5))
    found = direct_match(x, truth(x))
    assert found.weight.shape == (5, 4) and np.allclose(found.weight, truth.weight)
    assert np.allclose(truth(x)[2, :, 1, 1], truth.weight @ x[2, :, 1, 1] + truth.bias)


def test_resizing_is_bilinear_as_in_torch() -> None:
    import torch

    x = rng(6).normal(size=(2, 3, 5, 4)).astype(np.float32)
    for height, width in ((7, 9), (2, 3), (5, 1), (10, 8)):
        wanted = torch.nn.functional.interpolate(torch.from_numpy(x), size=(height, width), mode="bilinear").numpy()
        assert np.allclose(resize(x, height, width), wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("x", "y", "what"),
    [
        (np.ones((3, 2)), np.ones((4, 2)), "same items"),
        (np.full((4, 2), np.nan), np.ones((4, 2)), "finite"),
        (np.ones((3, 2, 4, 4)), np.ones((3, 2, 2, 2)), "equal height"),
        (np.ones((1, 2)), np.ones((1, 2)), "at least 2"),
        (np.ones(3), np.ones(3), "axes"),
    ],
)
def test_what_cannot_be_matched_says_why(x: np.ndarray, y: np.ndarray, what: str) -> None:
    with pytest.raises(InputError, match=what):
        direct_match(x, y)


@pytest.mark.parametrize("count", [2, 3, 10, 100, 1024])
def test_simplex_corners_are_equally_far_apart(count: int) -> None:
    corners = simplex(count)
    products = corners @ corners.T
    assert corners.shape == (count, count - 1)
    assert np.allclose(np.diag(products), 1) and np.allclose(corners.sum(0), 0, atol=1e-6)
    assert np.allclose(products[~np.eye(count, dtype=bool)], -1 / (count - 1), atol=1e-6)


def test_class_y_has_corner_count_minus_one_minus_y() -> None:
    assert corner_of(np.array([0, 3]), 10).tolist() == [9, 6]
    with pytest.raises(InputError, match="class numbers from 0 to 9"):
        corner_of(np.array([10]), 10)


def test_printed_compatibility_is_reproduced() -> None:
    assert average_compatibility(ER7) == 0.0
    assert average_accuracy(ER7) == pytest.approx(35.179, abs=5e-4)


def test_compatibility_is_strict_and_against_the_old_model() -> None:
    equal = np.array([[0.5, 0.0], [0.5, 0.9]])
    assert average_compatibility(equal) == 0.0  # equal is not better
    better = np.array([[0.5, 0.0], [0.6, 0.9]])
    assert average_compatibility(better) == 1.0  # better than the old model, though below the new one's own 0.9
    assert compatible_pairs(better).tolist() == [[False, False], [True, False]]
    with pytest.raises(InputError, match="at least 2 models"):
        average_compatibility(np.ones((1, 1)))


def test_compatibility_of_equal_turned_and_too_wide_models() -> None:
    labels = np.repeat(np.arange(4), 10)
    x = np.eye(8)[labels] + 0.1 * rng(7).normal(size=(40, 8))
    same = compatibility_matrix([x, x], [x, x], labels, labels)
    assert np.allclose(same.matrix, 1) and same.ac == 0.0
    turned = compatibility_matrix([x, x @ turn(8, 8)], [x, x @ turn(8, 8)], labels, labels).matrix
    assert turned[1, 1] == 1 and turned[1, 0] < 0.9
    with pytest.raises(InputError, match="vectors of one length; these have 4, 8"):
        compatibility_matrix([x, x[:, :4]], [x, x[:, :4]], labels, labels)
    with pytest.raises(InputError, match="at least 2 classes"):
        compatibility_matrix([x], [x], np.zeros(40, dtype=np.int64), labels)


def world(noise: float, n: int = 120, d: int = 16) -> tuple[np.ndarray, ...]:
    """Images and texts of two models that differ by a turn, with a gap between images and texts of its own in each."""
    make, q = rng(9), turn(d, 10)
    images, texts = make.normal(size=(n, d)), make.normal(size=(30, d))
    gaps = [3 * make.normal(size=d) for _ in range(4)]
    sides = [images + gaps[0], images @ q + gaps[1], texts + gaps[2], texts @ q + gaps[3]]
    sides = [side + noise * make.normal(size=side.shape) for side in sides]
    return tuple(side / np.linalg.norm(side, axis=1, keepdims=True) for side in sides)


def test_bridge_from_images_carries_texts_with_their_own_means() -> None:
    from scipy.linalg import orthogonal_procrustes

    x, y, texts, wanted = world(0.01)
    bridge = orthogonal_bridge(x[:80], y[:80])
    truth = orthogonal_procrustes(x[:80] - x[:80].mean(0), y[:80] - y[:80].mean(0))[0]
    assert np.allclose(bridge.turn, truth, atol=1e-12)
    assert np.allclose(bridge.turn @ bridge.turn.T, np.eye(16), atol=1e-12)
    own = paired_cosine(bridge(texts, (texts.mean(0), wanted.mean(0))), wanted)
    assert paired_cosine(texts, wanted) < 0.6 < 0.95 < own
    assert paired_cosine(bridge(texts), wanted) < own - 0.05  # the images' means do not fit texts
    assert paired_cosine(bridge(x[80:]), y[80:]) > paired_cosine(x[80:], y[80:]) + 0.3


def test_too_few_anchors_and_unequal_lengths_are_told() -> None:
    x, y, *_ = world(0.01)
    assert orthogonal_bridge(x[:80], y[:80]).unique and not orthogonal_bridge(x[:12], y[:12]).unique
    few = orthogonal_bridge(x[:5], y[:5])
    assert np.allclose(few.turn @ few.turn.T, np.eye(16), atol=1e-9)
    for a, b in ((x[:, :8], y), (x, y[:, :8])):
        turned = orthogonal_bridge(a, b).turn
        assert turned.shape == (a.shape[1], b.shape[1])
        assert np.allclose(np.linalg.svd(turned, compute_uv=False), 1)
    assert np.isnan(paired_cosine(x, y[:, :8]))
    for wrong in ((x[:1], y[:1]), (x[:5], y[:6])):
        with pytest.raises(InputError, match="same anchors"):
            orthogonal_bridge(*wrong)


def test_ridge_is_the_penalised_least_squares_map() -> None:
    x, y, *_ = world(0.1)
    a, b = x - x.mean(0), y - y.mean(0)
    penalty = 0.01 * np.trace(a.T @ a) / 16
    stacked = np.linalg.lstsq(np.vstack([a, np.sqrt(penalty) * np.eye(16)]), np.vstack([b, np.zeros((16, 16))]))[0]
    assert np.allclose(ridge_bridge(x, y).turn, stacked)


def test_energy_and_its_threshold() -> None:
    logits = rng(11).normal(size=(50, 4))
    assert np.allclose(energies(logits, 2.0), -2 * np.log(np.exp(logits / 2).sum(1)))
    genuine = rng(12).normal(-25, 1, 2000)
    threshold = choose_threshold(genuine)
    assert threshold.share_above(genuine) == pytest.approx(0.05, abs=0.04)
    assert threshold.share_above(np.full(5, -7.0)) == 1.0
    with pytest.raises(InputError, match="at least 20"):
        choose_threshold(genuine[:19])


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
    found = path(a, b, score, steps=5)
    assert found.losses.tolist() == [2, 2, 7, 2, 2] and found.barrier == 5
