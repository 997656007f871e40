"""What is asked next."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.judgments.arrays import answered_triplets
from explorer.features.judgments.asking.active import tells_most
from explorer.features.judgments.asking.disagreement import disagreement
from explorer.features.judgments.asking.drawing import every_item_first, random_questions
from explorer.features.judgments.asking.refilling import next_questions
from explorer.features.judgments.learning.items import fit_items
from explorer.features.judgments.values import Answer


@settings(max_examples=60, deadline=None)
@given(items=st.integers(2, 40), size=st.integers(2, 6), count=st.integers(1, 60), seed=st.integers(0, 9))
def test_random_questions_are_distinct_sets_of_distinct_items(items: int, size: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    if items < size:
        with pytest.raises(InputError, match=f"needs {size} different items; there are {items}"):
            random_questions(count, items, size, rng)
        return
    rows = random_questions(count, items, size, rng)
    keys = {tuple(sorted(row)) for row in rows.tolist()}
    assert len(keys) == len(rows) <= count
    assert all(len(set(row)) == size and min(row) >= 0 and max(row) < items for row in rows.tolist())


def test_random_questions_find_all_there_are(rng: np.random.Generator) -> None:
    assert len(random_questions(100, 5, 3, rng)) == 10


def test_every_item_comes_up_equally_often(rng: np.random.Generator) -> None:
    rows = every_item_first(20, 12, 4, rng)
    assert set(np.bincount(rows.ravel(), minlength=12)) <= {6, 7}
    assert all(len(set(row)) == 4 for row in rows.tolist())


def test_triplets_of_an_odd_one_out_go_both_ways() -> None:
    answers = [
        Answer(campaign="c", task="odd_one_out", annotator="p", trial="0", items=("a", "b", "c"), answer="b"),
        Answer(campaign="c", task="triplet", annotator="p", trial="1", items=("c", "a", "b"), answer=("c", "b", "a")),
        Answer(
            campaign="c", task="odd_one_out", annotator="p", trial="2", items=("a", "a", "c"), answer="c", is_check=True
        ),
    ]
    assert answered_triplets(answers, ["a", "b", "c"]).tolist() == [[2, 1, 0], [0, 2, 1], [2, 0, 1]]


def truth(places: np.ndarray, questions: np.ndarray) -> np.ndarray:
    """Answers [reference, nearer, farther] that the places give."""
    near = np.linalg.norm(places[questions[:, 0]] - places[questions[:, 1]], axis=1)
    far = np.linalg.norm(places[questions[:, 0]] - places[questions[:, 2]], axis=1)
    swapped = questions[:, [0, 2, 1]]
    return np.where((near <= far)[:, None], questions, swapped)


@pytest.mark.parametrize("odd", [False, True])
def test_active_questions_are_new_and_distinct(odd: bool, rng: np.random.Generator) -> None:
    places = rng.normal(size=(20, 2))
    asked = random_questions(60, 20, 3, rng)
    chosen = next_questions(tells_most, truth(places, asked), 20, count=30, rng=rng, odd=odd, asked=asked)
    keys = {tuple(sorted(row)) for row in chosen.tolist()}
    assert chosen.shape == (30, 3) and len(keys) == 30
    if odd:
        assert not keys & {tuple(sorted(row)) for row in asked.tolist()}


def test_active_questions_are_closer_calls_than_random_ones(rng: np.random.Generator) -> None:
    """Where the answers leave the order open, distances to the two options are more alike than at random."""
    places = rng.normal(size=(30, 2))
    answers = truth(places, random_questions(1500, 30, 3, rng))
    fitted = fit_items(answers, 30, 4, rng)

    def gap(rows: np.ndarray) -> float:
        near = np.linalg.norm(fitted[rows[:, 0]] - fitted[rows[:, 1]], axis=1)
        return float(np.abs(near - np.linalg.norm(fitted[rows[:, 0]] - fitted[rows[:, 2]], axis=1)).mean())

    assert gap(next_questions(tells_most, answers, 30, count=40, rng=rng)) < 0.8 * gap(
        random_questions(400, 30, 3, rng)
    )


def test_before_any_answer_active_questions_are_random(rng: np.random.Generator) -> None:
    assert next_questions(tells_most, np.zeros((0, 3), dtype=np.int64), 10, count=5, rng=rng).shape == (5, 3)


def test_disagreement_is_zero_for_the_same_model_and_high_for_opposites() -> None:
    first = np.array([[1, 0], [0.9, 0.435890], [0, 1], [-1, 0]], dtype=np.float32)
    second = first[[0, 2, 1, 3]]
    questions = np.array([[0, 1, 2], [0, 1, 3]])
    assert disagreement([first, first], questions, "triplet") == pytest.approx([0, 0], abs=1e-9)
    apart = disagreement([first, second], questions, "triplet")
    assert apart[0] > apart[1] >= 0
    assert disagreement([first, second], questions, "odd_one_out")[0] > 0.1
    pairs = np.array([[0, 1], [0, 3]])
    ranked = disagreement([first, second], pairs, "pair_rating")
    assert ranked[0] >= ranked[1]
    assert disagreement([first, 3 * first], pairs, "pair_rating") == pytest.approx([0, 0])
