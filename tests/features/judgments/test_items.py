"""Places fitted to answers, the losses, and active questions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.judgments.asking.active import informativeness, most_informative
from explorer.features.judgments.learning.items import fit_items
from explorer.features.judgments.learning.ordinal import LOSSES


def triplets_from(places: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    rows = np.array([rng.permutation(len(places))[:3] for _ in range(count)])
    near, far = (((places[rows[:, 0]] - places[rows[:, side]]) ** 2).sum(1) for side in (1, 2))
    rows[near > far] = rows[near > far][:, [0, 2, 1]]
    return rows


def share(places: np.ndarray, triplets: np.ndarray) -> float:
    near, far = (((places[triplets[:, 0]] - places[triplets[:, side]]) ** 2).sum(1) for side in (1, 2))
    return float((near < far).mean())


@pytest.mark.parametrize("loss", LOSSES)
def test_places_explain_answers_that_they_were_not_fitted_to(loss: str) -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(25, 2))
    found = fit_items(triplets_from(truth, 1500, rng), 25, 2, rng, loss=loss)
    assert share(found, triplets_from(truth, 500, rng)) > 0.9


@pytest.mark.parametrize("loss", LOSSES)
@given(near=st.floats(0.05, 20), far=st.floats(0.05, 20))
@settings(max_examples=40, deadline=None)
def test_losses_and_their_slopes(loss: str, near: float, far: float) -> None:
    def value(a: float, b: float) -> float:
        return float(LOSSES[loss](np.array([a]), np.array([b]))[0][0])

    _, by_near, by_far = LOSSES[loss](np.array([near]), np.array([far]))
    step = 1e-5
    assert by_near[0] == pytest.approx((value(near + step, far) - value(near - step, far)) / (2 * step), abs=1e-3)
    assert by_far[0] == pytest.approx((value(near, far + step) - value(near, far - step)) / (2 * step), abs=1e-3)
    assert by_near[0] >= 0 >= by_far[0]


def test_crowd_kernel_is_the_stated_chance() -> None:
    loss = LOSSES["crowd_kernel"](np.array([1.0]), np.array([3.0]))[0][0]
    assert np.exp(-loss) == pytest.approx((0.1 + 3) / (0.2 + 4))


def test_votes_of_both_sides_count() -> None:
    rows, rng = np.array([[0, 1, 2]] * 2), np.random.default_rng(0)
    won = fit_items(rows[:1], 3, 2, rng, np.array([[1, 9]]), start=np.zeros((3, 2)) + np.arange(3)[:, None])
    assert share(won, np.array([[0, 2, 1]])) == 1
    twice = fit_items(rows, 3, 2, np.random.default_rng(1))
    once = fit_items(rows[:1], 3, 2, np.random.default_rng(1), np.array([2]))
    assert np.allclose(twice, once)


@pytest.mark.parametrize(
    ("rows", "votes", "words"),
    [
        ([[0, 1, 5]], None, "row numbers from 0 to 4"),
        ([[0, 1, 1]], None, "three different items"),
        ([[0, 1]], None, "shape"),
        ([[0, 1, 2]], [[0, 0]], "at least one answer"),
        ([[0, 1, 2]], [1, 2], "Votes"),
        ([[0, 1, 2]], [-1], "zero or more"),
    ],
)
def test_bad_answers_are_named(rows: list[list[int]], votes: list[float] | None, words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_items(np.array(rows), 5, 2, np.random.default_rng(0), None if votes is None else np.array(votes))


def test_a_coin_toss_under_every_embedding_tells_nothing_and_the_known_little() -> None:
    rng = np.random.default_rng(0)
    places = np.array([[0.0, 0], [0.8, 0], [-0.8, 0], [9, 9], [0.1, 0], [30.0, 0]])
    sure, open_ = informativeness(places, np.array([[0, 4, 5], [0, 1, 2]]), rng)
    assert 0 <= sure < 0.01 < open_ <= 1
    answered = np.array([[0, 1, 2]] * 400)
    assert informativeness(places, np.array([[0, 1, 2]]), rng, answered)[0] < open_ / 2


def test_a_batch_does_not_ask_one_reference_again_and_again() -> None:
    rng = np.random.default_rng(0)
    candidates = np.array([[r, a, b] for r in range(4) for a in range(4, 7) for b in range(7, 10)])
    chosen = candidates[most_informative(rng.normal(size=(10, 2)), candidates, rng, 8)]
    assert sorted(np.bincount(chosen[:, 0])) == [2, 2, 2, 2]
    assert len(most_informative(rng.normal(size=(10, 2)), candidates[:3], rng, 8)) == 3
