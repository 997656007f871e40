"""Models against people, reliability of people, stacked models, disagreements, splits; the traps of the cards."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import pearsonr, spearmanr

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import InputError
from explorer.features.judgments.agreement.disagreements import disagreements
from explorer.features.judgments.agreement.halves import Halves
from explorer.features.judgments.agreement.people import failed_checks, people_table, without
from explorer.features.judgments.agreement.reliability import (
    like_the_others,
    reliability,
    stepped_up,
)
from explorer.features.judgments.agreement.resampling import once, weighted_correlation
from explorer.features.judgments.agreement.scores import agreement, choice_agreement, credits, rating_agreement
from explorer.features.judgments.agreement.similarity import column_similarity, vectors_similarity
from explorer.features.judgments.agreement.stacking import split_by_items, stack, stacked_agreement
from explorer.features.judgments.questions import Choices, Ratings, asked_of, choices_from_rows, ratings_from_matrices
from explorer.features.judgments.splits import rows_of, split, triplets_of
from explorer.features.judgments.values import Answer

IDS = [f"i{n}" for n in range(30)]


def unit(count: int, dim: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dim))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def odd_answers(vectors: np.ndarray, questions: int, people: int, noise: float = 0.0, seed: int = 0) -> list[Answer]:
    """People who answer by `vectors`, and at random with chance `noise`."""
    rng = np.random.default_rng(seed)
    found = []
    for question in range(questions):
        rows = rng.permutation(len(vectors))[:3]
        x = vectors[rows]
        best = int(np.argmax([x[1] @ x[2], x[0] @ x[2], x[0] @ x[1]]))
        for person in range(people):
            shown = rng.permutation(3)
            odd = int(rng.integers(3)) if rng.random() < noise else best
            items = tuple(IDS[rows[place]] for place in shown)
            found.append(
                Answer(
                    campaign="c",
                    task="odd_one_out",
                    annotator=f"p{person}",
                    trial=f"t{question}",
                    items=items,
                    answer=IDS[rows[odd]],
                )
            )
    return found


def ratings(vectors: np.ndarray, people: int, noise: float, seed: int = 0) -> Ratings:
    rng = np.random.default_rng(seed)
    away = 1 - vectors @ vectors.T
    return ratings_from_matrices(
        np.stack([away + noise * _symmetric(rng, len(vectors)) for _ in range(people)]),
        np.arange(len(vectors)),
        [f"p{n}" for n in range(people)],
    )


def _symmetric(rng: np.random.Generator, count: int) -> np.ndarray:
    upper = np.triu(rng.normal(size=(count, count)), 1)
    return np.asarray(upper + upper.T)


def test_the_same_question_in_another_order_is_the_same_question() -> None:
    items = [("i1", "i2", "i3"), ("i3", "i1", "i2"), ("i2", "i1", "i3")]
    answers = [
        Answer(campaign="c", task="odd_one_out", annotator=f"p{n}", trial="t", items=shown, answer="i3")
        for n, shown in enumerate(items)
    ]
    asked = asked_of(answers, IDS, "odd_one_out")
    assert isinstance(asked, Choices)
    assert asked.items.tolist() == [[1, 2, 3]]
    assert asked.votes.tolist() == [[0, 0, 3]]
    swapped = [
        Answer(
            campaign="c", task="triplet", annotator="p", trial="a", items=("i5", "i1", "i2"), answer=("i5", "i2", "i1")
        ),
        Answer(
            campaign="c", task="triplet", annotator="q", trial="a", items=("i5", "i2", "i1"), answer=("i5", "i2", "i1")
        ),
    ]
    anchored = asked_of(swapped, IDS, "triplet")
    assert isinstance(anchored, Choices)
    assert anchored.items.tolist() == [[5, 1, 2]] and anchored.votes.tolist() == [[0, 0, 2]]
    assert anchored.triplets().tolist() == [[5, 2, 1]] * 2


def test_checks_and_repeats_do_not_count_and_foreign_items_are_told() -> None:
    answers = odd_answers(unit(30, 3), 4, 1)
    more = [replace(answers[0], trial="x", is_check=True), replace(answers[0], trial="y", repeat_of=answers[0].trial)]
    assert len(asked_of(answers + more, IDS, "odd_one_out")) == 4
    with pytest.raises(InputError, match="4 are about items that are not in this workspace"):
        asked_of(answers, ["other"], "odd_one_out")


def test_an_odd_one_out_teaches_both_anchor_orders_and_a_triplet_one() -> None:
    asked = choices_from_rows("odd_one_out", np.array([[4, 7, 9]]), np.array([1]))
    assert sorted(asked.triplets().tolist()) == [[4, 9, 7], [9, 4, 7]]
    anchored = choices_from_rows("triplet", np.array([[4, 7, 9]]), np.array([2]))
    assert anchored.triplets().tolist() == [[4, 9, 7]]


def test_a_model_that_answers_as_people_do_scores_1_and_ties_score_as_a_guess() -> None:
    vectors = unit(30, 3)
    asked = asked_of(odd_answers(vectors, 60, 2), IDS, "odd_one_out")
    assert isinstance(asked, Choices)
    right = choice_agreement(vectors_similarity(vectors), asked, np.random.default_rng(0))
    assert right.single.value == right.majority.value == 1 and right.tied == 0
    same = choice_agreement(vectors_similarity(np.ones((30, 1))), asked, np.random.default_rng(0))
    assert same.single.value == pytest.approx(1 / 3) and same.tied == 1
    anchored = choices_from_rows("triplet", asked.items, np.ones(len(asked.items), dtype=np.int64))
    assert (
        choice_agreement(vectors_similarity(np.ones((30, 1))), anchored, np.random.default_rng(0)).single.value == 0.5
    )


def test_the_odd_one_is_opposite_to_the_most_similar_pair() -> None:
    vectors = unit(30, 4, 3)
    asked = asked_of(odd_answers(vectors, 40, 1), IDS, "odd_one_out")
    assert isinstance(asked, Choices)
    for row, shares in zip(asked.items, credits(vectors_similarity(vectors), asked), strict=True):
        gram = vectors[row] @ vectors[row].T
        pairs = {0: gram[1, 2], 1: gram[0, 2], 2: gram[0, 1]}
        assert shares.argmax() == max(pairs, key=lambda place: pairs[place])


def test_items_without_a_vector_leave_their_questions_out() -> None:
    vectors = unit(30, 3)
    asked = asked_of(odd_answers(vectors, 60, 1), IDS, "odd_one_out")
    assert isinstance(asked, Choices)
    present = np.arange(30) != int(asked.items[0, 0])
    found = choice_agreement(vectors_similarity(vectors, present), asked, np.random.default_rng(0))
    assert found.questions == sum(int(asked.items[0, 0]) not in row for row in asked.items) < len(asked.items)


def table(**columns: list[object]) -> Dataset:
    count = len(next(iter(columns.values())))
    fixed = {ID: [f"i{n}" for n in range(count)], PATH: [""] * count, TEXT: ["x"] * count, HASH: ["0" * 32] * count}
    return Dataset(pa.table({**fixed, **columns}))


def test_values_that_are_missing_are_alike_to_nothing_not_even_to_each_other() -> None:
    data = table(
        colour=["red", None, "red", None, "blue", "blue"],
        width=[1.0, 4.0, None, None, 2.0, 2.0],
    )
    first, second = np.array([0, 0, 0, 1, 4]), np.array([2, 4, 1, 3, 5])
    assert column_similarity(data, "colour")(first, second) == pytest.approx([1, 0, np.nan, np.nan, 1], nan_ok=True)
    assert column_similarity(data, "width")(first, second) == pytest.approx([np.nan, -1, -3, np.nan, 0], nan_ok=True)
    asked = choices_from_rows("odd_one_out", np.array([[0, 2, 4], [0, 1, 3]]), np.array([2, 0]))
    found = choice_agreement(column_similarity(data, "colour"), asked, np.random.default_rng(0))
    assert (found.questions, found.single.value) == (1, 1)


def test_interval_covers_the_truth_and_is_wider_with_fewer_items() -> None:
    vectors = unit(30, 3)
    few = asked_of(odd_answers(vectors, 40, 2, 0.5), IDS, "odd_one_out")
    many = asked_of(odd_answers(vectors, 800, 2, 0.5), IDS, "odd_one_out")
    expected = 0.5 + 0.5 / 3
    scores = [agreement(vectors_similarity(vectors), asked, np.random.default_rng(0)) for asked in (few, many)]
    widths = []
    for score in scores:
        single = score.single  # type: ignore[union-attr]
        assert single.low <= expected <= single.high
        widths.append(single.high - single.low)
    assert widths[0] > widths[1]


def test_correlations_are_over_unique_pairs_of_different_items() -> None:
    vectors, other = unit(12, 3), unit(12, 3, 5)
    asked = ratings(vectors, 3, 0.1)
    assert len(asked.pairs) == 66 and (asked.pairs[:, 0] < asked.pairs[:, 1]).all()
    found = rating_agreement(vectors_similarity(other), asked, np.random.default_rng(0))
    upper = np.triu_indices(12, 1)
    modelled = (other @ other.T)[upper]
    assert found.spearman.value == pytest.approx(spearmanr(modelled, asked.mean).statistic)
    assert found.pearson.value == pytest.approx(pearsonr(modelled, asked.mean).statistic)
    full = pearsonr((other @ other.T).ravel(), _filled(asked).ravel()).statistic
    assert abs(full - found.pearson.value) > 0.1  # the diagonal alone would lift it


def _filled(asked: Ratings) -> np.ndarray:
    matrix = np.ones((12, 12))
    matrix[asked.pairs[:, 0], asked.pairs[:, 1]] = matrix[asked.pairs[:, 1], asked.pairs[:, 0]] = asked.mean
    return matrix


def test_weights_count_entries_more_than_once() -> None:
    rng = np.random.default_rng(0)
    x, y, times = rng.normal(size=20), rng.normal(size=20), rng.integers(0, 4, 20)
    expected = pearsonr(np.repeat(x, times), np.repeat(y, times)).statistic
    assert weighted_correlation(x, y, times.astype(float)) == pytest.approx(expected)


def test_a_rated_pair_of_an_item_with_itself_is_left_out() -> None:
    answers = [
        Answer(campaign="c", task="pair_rating", annotator="p", trial=f"t{n}", items=pair, answer=3.0)
        for n, pair in enumerate([("i1", "i1"), ("i2", "i1"), ("i1", "i2")])
    ]
    asked = asked_of(answers, IDS, "pair_rating")
    assert isinstance(asked, Ratings)
    assert asked.pairs.tolist() == [[1, 2]] and len(asked) == 2


def test_reliability_is_1_for_people_who_agree_and_0_for_guessing() -> None:
    same = reliability(asked_of(odd_answers(unit(30, 3), 80, 4), IDS, "odd_one_out"), np.random.default_rng(0), 10)
    assert (same.agreement, same.alpha, same.one, same.best) == (1, 1, 1, 1)
    assert same.full == pytest.approx(1)
    guess = reliability(
        asked_of(odd_answers(unit(30, 3), 300, 4, 1.0), IDS, "odd_one_out"), np.random.default_rng(0), 10
    )
    assert guess.agreement == pytest.approx(1 / 3, abs=0.06) and guess.alpha == pytest.approx(0, abs=0.08)
    assert guess.best is not None and guess.best > 0.5  # knows the majority beforehand: an upper bound


def test_spearman_brown_gives_the_stated_ceiling() -> None:
    assert stepped_up(0.913282591288449) == pytest.approx(0.9546761105200077, abs=1e-12)
    assert stepped_up(-0.2) == -0.5 and stepped_up(-0.6) == -1 and np.isnan(stepped_up(float("nan")))


def test_a_person_is_compared_with_the_others_without_the_own_answer() -> None:
    answers = [
        Answer(campaign="c", task="odd_one_out", annotator=f"p{n}", trial="t", items=("i1", "i2", "i3"), answer=odd)
        for n, odd in enumerate(["i1", "i1", "i2"])
    ]
    right, compared = like_the_others(asked_of(answers, IDS, "odd_one_out"))  # type: ignore[arg-type]
    assert compared.tolist() == [False, False, True], "the others of the first two are of two minds"
    assert not right[2]


def test_split_half_of_ratings_is_the_correlation_of_two_raters() -> None:
    asked = ratings(unit(20, 3), 2, 0.3)
    halves = [asked.value[asked.person == person] for person in (0, 1)]
    assert asked.question[asked.person == 0].tolist() == asked.question[asked.person == 1].tolist()
    found = Halves(asked, np.random.default_rng(0), 200).mean(once(asked))
    assert found == pytest.approx(pearsonr(*halves).statistic, abs=0.03)


def test_without_doubled_questions_there_is_no_reliability() -> None:
    found = reliability(asked_of(odd_answers(unit(30, 3), 20, 1), IDS, "odd_one_out"), np.random.default_rng(0))
    assert found.doubled == 0 and found.alpha is found.full is found.best is None


def test_people_are_counted_one_by_one_and_those_who_fail_checks_can_be_left_out() -> None:
    answers = odd_answers(unit(30, 3), 12, 4)
    first = answers[0]
    bad = [replace(first, annotator="p3", trial=f"k{n}", is_check=True, passed=n == 0) for n in range(4)]
    good = [replace(first, annotator="p0", trial="k", is_check=True, passed=True)]
    other = next(item for item in first.items if item != first.answer)
    again = [
        replace(first, trial="r1", repeat_of=first.trial),
        replace(first, trial="r2", repeat_of=first.trial, answer=other),
    ]
    everything = answers + bad + good + again
    people = {one.name: one for one in people_table(everything, asked_of(everything, IDS, "odd_one_out"))}
    assert (people["p3"].passed, people["p3"].checks, people["p0"].repeats, people["p0"].same) == (1, 4, 2, 1)
    assert people["p1"].others == 1 and people["p1"].answers == 12
    assert failed_checks(list(people.values()), 0.5) == ["p3"]
    assert failed_checks(list(people.values()), 0.25) == [], "one of four is just enough"
    assert {one.annotator for one in without(everything, ["p3"])} == {"p0", "p1", "p2"}


def test_stacking_is_the_cosine_of_the_joined_vectors() -> None:
    a, b = unit(6, 3), unit(6, 4, 1)
    joined = np.concatenate([a, 0.7 * b], axis=1)
    joined /= np.linalg.norm(joined, axis=1, keepdims=True)
    first, second = np.arange(5), np.arange(1, 6)
    found = stack(vectors_similarity(a), vectors_similarity(b), 0.7)(first, second)
    assert found == pytest.approx((joined[first] * joined[second]).sum(1))


def test_the_weight_is_tuned_on_items_that_no_measured_question_has() -> None:
    a, b = unit(60, 3), unit(60, 3, 1)
    truth = np.concatenate([a, 2.0 * b], axis=1) / np.sqrt(5)
    asked = ratings(truth, 3, 0.05)
    tuning, testing, count = split_by_items(asked, np.random.default_rng(0))
    assert not set(rows_of(tuning).ravel()) & set(rows_of(testing).ravel()) and count == 24
    found = stacked_agreement(vectors_similarity(a), vectors_similarity(b), asked, np.random.default_rng(0), 20)
    assert 1.4 <= found.weight <= 2.8
    assert found.both.spearman.value > max(found.first.spearman.value, found.second.spearman.value)  # type: ignore[union-attr]
    with pytest.raises(InputError, match="tuned on other items"):
        split_by_items(asked.take(np.arange(len(asked)) < 3), np.random.default_rng(0))


def test_disagreements_are_the_surest_questions_that_the_model_gets_wrong() -> None:
    vectors = unit(30, 3)
    asked = asked_of(odd_answers(vectors, 50, 5, 0.3), IDS, "odd_one_out")
    other = vectors_similarity(unit(30, 3, 9))
    found = disagreements(other, asked, 10)
    assert (np.diff(found.gap) <= 1e-9).all() and (found.gap > 0).all()
    assert isinstance(asked, Choices)
    shares = credits(other, asked)
    for question, model in zip(found.question, found.model, strict=True):
        assert shares[question].argmax() == model != asked.votes[question].argmax()
    rated = ratings(vectors, 2, 0.1)
    assert len(disagreements(other, rated, 7).question) == 7
    agreed = asked_of(odd_answers(vectors, 30, 1), IDS, "odd_one_out")
    assert not len(disagreements(vectors_similarity(vectors), agreed, 5).question)


def test_tests_share_no_item_and_no_person_with_what_is_learned() -> None:
    asked = asked_of(odd_answers(unit(30, 3), 400, 6, 0.2), IDS, "odd_one_out")
    parts = split(asked, np.random.default_rng(0), 0.3, 0.5)
    assert parts.people is not None and parts.items is not None
    learned_items = set(rows_of(parts.train).ravel().tolist())
    assert not learned_items & set(parts.held_items.tolist())
    assert not set(parts.train.person) & (set(parts.people.person) | set(parts.items.person))
    assert np.isin(rows_of(parts.items), parts.held_items).any(1).all()
    if parts.new_items is not None:
        assert np.isin(rows_of(parts.new_items), parts.held_items).all()
    with pytest.raises(InputError, match="at least 20 answers"):
        split(asked.take(np.arange(len(asked)) < 10), np.random.default_rng(0))


def test_triplets_of_ratings_say_what_the_ratings_say() -> None:
    asked = ratings(unit(15, 3), 1, 0.0)
    mean = {tuple(pair): value for pair, value in zip(asked.pairs.tolist(), asked.mean, strict=True)}
    rows = triplets_of(asked, np.random.default_rng(0))
    assert len(rows) > 100
    for reference, near, far in rows[:200].tolist():
        first, second = (mean[min(reference, x), max(reference, x)] for x in (near, far))
        assert first > second
