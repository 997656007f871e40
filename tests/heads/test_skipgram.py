"""Skip-gram with negative sampling: its optimum, its two matrices, its settings, and what it refuses."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import check_grad, minimize

from explorer.base.errors import InputError
from explorer.heads.skipgram import (
    Noise,
    SkipGram,
    Step,
    count_pairs,
    loss_gradients,
    noise_shares,
    optimum,
    train_skipgram,
)

GROUPS, MEMBERS = 12, 6
COUNT = GROUPS * MEMBERS
GROUP = np.arange(COUNT) // MEMBERS


def planted(baskets: int) -> NDArray[np.int64]:
    """Both orders of baskets of two: a member of a group and one of its partner group, never two of one group."""
    rng = np.random.default_rng(0)
    group = rng.integers(GROUPS, size=baskets)
    one = group * MEMBERS + rng.integers(MEMBERS, size=baskets)
    other = (group ^ 1) * MEMBERS + rng.integers(MEMBERS, size=baskets)
    return np.concatenate([np.stack([one, other], 1), np.stack([other, one], 1)])


def share_at_5(scores: NDArray[np.floating], wanted: NDArray[np.int64]) -> float:
    scores = scores.copy()
    np.fill_diagonal(scores, -np.inf)
    top = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    return float((GROUP[top] == wanted[:, None]).mean())


@pytest.fixture(scope="module")
def trained() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return train_skipgram(planted(3000), COUNT, SkipGram(dim=16, epochs=5), np.random.default_rng(1))


def test_in_with_in_finds_substitutes_and_in_with_out_finds_complements(
    trained: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> None:
    inside, outside = trained
    unit = inside / np.linalg.norm(inside, axis=1, keepdims=True)
    assert share_at_5(unit @ unit.T, GROUP) == 1.0
    assert share_at_5(unit @ unit.T, GROUP ^ 1) == 0.0
    assert share_at_5(inside @ outside.T, GROUP ^ 1) == 1.0
    assert share_at_5(inside @ outside.T, GROUP) == 0.0


def test_training_repeats_with_its_generator(trained: tuple[NDArray[np.float32], NDArray[np.float32]]) -> None:
    again = train_skipgram(planted(3000), COUNT, SkipGram(dim=16, epochs=5), np.random.default_rng(1))
    np.testing.assert_array_equal(trained[0], again[0])
    np.testing.assert_array_equal(trained[1], again[1])


def whole_step(counts: NDArray[np.float64], exponent: float, negatives: float = 3) -> Step:
    """All pairs of a table of counts with all of the noise."""
    pairs = np.argwhere(counts)
    weights = negatives * noise_shares(counts.sum(0), exponent)
    return Step(pairs, counts[pairs[:, 0], pairs[:, 1]], np.arange(len(counts)), weights)


@pytest.mark.parametrize("exponent", [1.0, 0.75, -0.5])
def test_the_whole_loss_is_least_at_the_analytic_optimum(exponent: float) -> None:
    counts = np.random.default_rng(0).integers(5, 30, (6, 6)).astype(float)
    step = whole_step(counts, exponent)

    def flat(both: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        inside, outside = both.reshape(2, 6, 6)
        loss, inward, outward = loss_gradients(inside, outside, step)
        slopes = np.zeros((2, 6, 6))
        np.add.at(slopes[0], step.pairs[:, 0], inward)
        np.add.at(slopes[1], np.concatenate([step.pairs[:, 1], step.drawn]), outward)
        return loss, slopes.ravel()

    start = np.random.default_rng(1).normal(size=72) / 3
    assert check_grad(lambda x: flat(x)[0], lambda x: flat(x)[1], start) < 1e-4
    found = minimize(flat, start, jac=True, method="L-BFGS-B", options={"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-9})
    inside, outside = found.x.reshape(2, 6, 6)
    np.testing.assert_allclose(inside @ outside.T, optimum(counts, 3, exponent), atol=2e-3)


def test_training_comes_near_the_optimum() -> None:
    counts = np.random.default_rng(0).integers(5, 30, (6, 6)).astype(float)
    pairs = np.argwhere(counts)
    settings = SkipGram(dim=8, negatives=3, exponent=1.0, epochs=60, rate=0.3)
    weights = counts[pairs[:, 0], pairs[:, 1]]
    inside, outside = train_skipgram(pairs, 6, settings, np.random.default_rng(1), weights=weights)
    assert np.corrcoef((inside @ outside.T).ravel(), optimum(counts, 3).ravel())[0, 1] > 0.85


def test_the_optimum_is_pointwise_mutual_information_less_log_k() -> None:
    counts = np.array([[4.0, 1.0], [1.0, 2.0]])
    total = counts.sum()
    mutual = np.log(counts * total / np.outer(counts.sum(1), counts.sum(0)))
    np.testing.assert_allclose(optimum(counts, 5), mutual - np.log(5), rtol=1e-12)
    assert optimum(np.array([[0.0, 1.0], [1.0, 1.0]]), 1)[0, 0] == -np.inf


def test_pairs_with_their_number_are_trained_as_repeated_ones() -> None:
    pairs = planted(400)
    once, amounts = count_pairs(pairs, COUNT)
    assert amounts.sum() == len(pairs)
    assert len(once) == len(np.unique(pairs, axis=0))
    settings = SkipGram(dim=16, epochs=20)
    inside, outside = train_skipgram(once, COUNT, settings, np.random.default_rng(1), weights=amounts)
    assert share_at_5(inside @ outside.T, GROUP ^ 1) > 0.99


def test_drawn_noise_has_the_expectation_of_all_noise() -> None:
    """Seen by the gradient of one pair by its first thing, over many draws."""
    rng = np.random.default_rng(1)
    inside, outside = rng.normal(size=(2, COUNT, 4)).astype(np.float32)
    shares = noise_shares(rng.integers(1, 50, COUNT).astype(float), 0.75)
    pair, once = np.array([[3, 9]]), np.ones(1, np.float32)

    def slope(noise: Noise) -> NDArray[np.floating]:
        _, inward, _ = loss_gradients(inside, outside, Step(pair, once, *noise.draw(rng)))
        found: NDArray[np.floating] = inward[0]
        return found

    exact = slope(Noise(shares, SkipGram(shared=COUNT)))
    drawn = Noise(shares, SkipGram(shared=10))
    means = np.mean([slope(drawn) for _ in range(4000)], axis=0)
    np.testing.assert_allclose(means, exact, atol=0.06)
    assert np.abs(exact).max() > 0.5


def test_subsampling_takes_weight_from_what_is_frequent() -> None:
    """A thing in every basket wins less of the vectors of the others."""
    pairs = np.concatenate([planted(2000), np.stack([planted(2000)[:, 0], np.full(4000, COUNT)], 1)])
    with_all, without = (
        train_skipgram(pairs, COUNT + 1, SkipGram(dim=16, epochs=3, subsampling=limit), np.random.default_rng(1))
        for limit in (0.0, 1e-2)
    )
    towards = [float((inside @ outside.T)[:COUNT, COUNT].mean()) for inside, outside in (with_all, without)]
    assert towards[1] < towards[0]


def test_what_never_stands_second_is_never_noise() -> None:
    np.testing.assert_allclose(noise_shares(np.array([0.0, 1.0, 3.0]), 1.0), [0, 0.25, 0.75])
    np.testing.assert_allclose(noise_shares(np.array([0.0, 1.0, 4.0]), -0.5), [0, 2 / 3, 1 / 3])
    inside, outside = train_skipgram(np.array([[0, 1], [1, 0]]), 3, SkipGram(dim=4, epochs=2), np.random.default_rng(0))
    assert np.abs(outside[2]).max() == 0
    assert np.isfinite(inside).all()


@pytest.mark.parametrize(
    ("pairs", "weights", "message"),
    [
        (np.zeros((0, 2), int), None, "at least one"),
        (np.zeros((3, 3), int), None, r"shape \(3, 3\)"),
        (np.array([[0, 5]]), None, "0 to 4"),
        (np.array([[-1, 2]]), None, "0 to 4"),
        (np.array([[0, 1]]), np.array([np.nan]), "weights above 0"),
        (np.array([[0, 1]]), np.array([1.0, 2.0]), "1 weights"),
    ],
)
def test_refuses(pairs: NDArray[np.int64], weights: NDArray[np.float64] | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        train_skipgram(pairs, 5, SkipGram(dim=4), np.random.default_rng(0), weights=weights)
