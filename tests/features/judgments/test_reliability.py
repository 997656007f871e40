"""People are counted once, scales of any width count alike, intervals are where they belong, models in pairs."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.agreement.disagreements import disagreements
from explorer.features.judgments.agreement.each_person import one_each
from explorer.features.judgments.agreement.left_out import variances
from explorer.features.judgments.agreement.paired import holm, paired
from explorer.features.judgments.agreement.people import people_table
from explorer.features.judgments.agreement.reliability import reliability, reliability_intervals
from explorer.features.judgments.agreement.resampling import SHARE, estimate, weighted_mean
from explorer.features.judgments.agreement.scores import RatingAgreement, agreement, headline, headline_alone
from explorer.features.judgments.agreement.similarity import vectors_similarity
from explorer.features.judgments.questions import Choices, Ratings, choices_from_rows
from explorer.features.judgments.values import Answer

ITEMS = 12
TRUTH, OTHER = (np.random.default_rng(seed).normal(size=(ITEMS, 3)) for seed in (0, 1))
TRUTH, OTHER = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (TRUTH, OTHER))


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def rated(people: int = 6, noise: float = 0.4, widths: tuple[float, ...] = (1.0,)) -> Ratings:
    """Everybody rates all pairs by TRUTH, on a scale of one of the `widths`."""
    first, second = np.triu_indices(ITEMS, 1)
    alike = (TRUTH[first] * TRUTH[second]).sum(1)
    given = alike + noise * np.random.default_rng(2).normal(size=(people, len(alike)))
    person, question = np.nonzero(np.ones(given.shape))
    width = np.resize(widths, people)[person]
    return Ratings(
        task="pair_rating",
        pairs=np.c_[first, second],
        question=question,
        value=given.ravel() * width + 3 * (width - 1),
        person=person,
        people=tuple(f"p{number}" for number in range(people)),
    )


def chosen(people: int = 6, noise: float = 0.3, questions: int = 150) -> Choices:
    """People who choose the odd one by TRUTH, and at random with chance `noise`."""
    draw = np.random.default_rng(3)
    shown = np.array([draw.permutation(ITEMS)[:3] for _ in range(questions)])
    a, b, c = (TRUTH[shown[:, side]] for side in range(3))
    best = np.stack([(b * c).sum(1), (a * c).sum(1), (a * b).sum(1)], 1).argmax(1)
    rows, person = np.repeat(shown, people, axis=0), np.tile(np.arange(people), questions)
    choice = np.where(draw.random(len(rows)) < noise, draw.integers(0, 3, len(rows)), np.repeat(best, people))
    return choices_from_rows("odd_one_out", rows, choice, person=person, people=[f"p{n}" for n in range(people)])


def test_one_person_who_answers_twice_is_one_person() -> None:
    once = chosen(people=1, questions=20)
    twice = replace(
        once, question=np.tile(once.question, 2), choice=np.tile(once.choice, 2), person=np.tile(once.person, 2)
    )
    found = reliability(twice, rng(), 5)
    assert (found.people, found.answers, found.doubled) == (1, 40, 0) and found.alpha is None
    two = replace(twice, person=np.repeat([0, 1], 20), people=("p0", "p1"))
    assert reliability(two, rng(), 5).doubled == 20 and reliability(two, rng(), 5).alpha == 1
    unnamed = replace(twice, person=np.full(40, -1), people=())
    assert reliability(unnamed, rng(), 5).doubled == 20, "answers that name nobody are people of their own"


def test_of_ratings_given_twice_the_mean_counts_once() -> None:
    asked = rated(people=2)
    again = replace(
        asked,
        question=np.concatenate([asked.question, asked.question[:1]]),
        value=np.concatenate([asked.value, asked.value[:1] + 2]),
        person=np.concatenate([asked.person, asked.person[:1]]),
    )
    one = one_each(again)
    assert isinstance(one, Ratings)
    assert len(one) == len(asked) and one.value[0] == pytest.approx(asked.value[0] + 1)
    assert one.value[1:].tolist() == asked.value[1:].tolist()


def test_scales_of_any_width_count_alike() -> None:
    plain, wide = rated(), rated(widths=(1.0, 10.0, 100.0, 0.1))
    assert wide.mean == pytest.approx(plain.mean)
    one, other = (reliability(asked, rng(), 20) for asked in (plain, wide))
    assert (other.one, other.best, other.full) == pytest.approx((one.one, one.best, one.full))
    scores = [agreement(vectors_similarity(OTHER), asked, rng(), 30) for asked in (plain, wide)]
    assert headline(scores[0]).value == pytest.approx(headline(scores[1]).value)
    assert headline_alone(vectors_similarity(OTHER), wide) == headline(scores[1]).value


def test_no_model_of_the_mean_beats_the_upper_bound_and_one_person_of_the_rest_is_the_lower() -> None:
    asked = rated(people=4, noise=0.8)
    found = reliability(asked, rng(), 5)
    matrix = np.zeros((ITEMS, ITEMS))
    matrix[asked.pairs[:, 0], asked.pairs[:, 1]] = asked.mean
    best = agreement(lambda a, b: matrix[a, b], asked, rng())
    assert isinstance(best, RatingAgreement) and found.one is not None and found.best is not None
    assert found.one < found.best and best.people == 4
    assert best.each.value == pytest.approx(found.best, abs=0.02)
    truth = agreement(vectors_similarity(TRUTH), asked, rng())
    assert isinstance(truth, RatingAgreement)
    assert found.one - 0.05 < truth.each.value < found.best < truth.spearman.value, "a mean is less noisy than a person"


def test_intervals_hold_the_number_without_ending_at_it() -> None:
    shifted = np.random.default_rng(0).normal(0.9, 0.02, 300)
    found = estimate(0.7, shifted, SHARE)
    assert found.low == pytest.approx(0.66, abs=0.01) and found.high == pytest.approx(0.74, abs=0.01)
    assert estimate(0.99, shifted, SHARE).high == 1
    for asked in (chosen(), rated()):
        values = reliability(asked, rng())
        for name, one in reliability_intervals(asked, rng(), 60).items():
            assert one.low < one.value < one.high and one.value == getattr(values, name)


def test_intervals_are_narrower_with_more_people() -> None:
    few, many = (reliability_intervals(chosen(people), rng(), 80) for people in (3, 12))
    for name in ("alpha", "one", "agreement"):
        assert few[name].high - few[name].low > many[name].high - many[name].low
    assert reliability_intervals(chosen(people=1), rng(), 20) == {}


def test_a_person_with_own_answers_in_both_halves_is_compared_with_others_only() -> None:
    asked = rated(people=3, noise=0.5)
    given = [
        Answer(campaign="c", task="pair_rating", annotator=f"p{who}", trial=str(number), items=("a", "b"), answer=1.0)
        for number, who in enumerate(asked.person)
    ]
    table = {one.name: one for one in people_table(given, asked)}
    assert list(table) == ["p0", "p1", "p2"] and table["p0"].compared == len(asked.pairs)
    assert all(one.others is not None and one.others < 0.9 for one in table.values())


def test_models_in_pairs() -> None:
    for asked, by_person in ((chosen(), False), (rated(), True)):
        models = {"truth": TRUTH, "other": OTHER, "copy": OTHER}
        similarities = {name: vectors_similarity(rows) for name, rows in models.items()}
        found = paired(similarities, asked, rng())
        assert (found.items, found.people, found.by_person) == (ITEMS, 6, by_person)
        assert next(iter(found.scores)) == "truth" and len(found.differences) == 3
        other, copy = found.against("truth")
        assert other.sure and copy.sure and other.low > 0 and other.corrected == pytest.approx(min(3 * other.p, 1))
        assert other.value == pytest.approx(found.scores["truth"] - found.scores["other"])
        same = found.against("other")[1]
        assert (same.second, same.value, same.p, same.sure) == ("copy", 0, 1, False)
        worse = found.against("other")[0]
        assert (worse.second, worse.value, worse.high) == ("truth", -other.value, -other.low)


def test_the_same_questions_make_a_difference_surer_than_the_intervals_of_both() -> None:
    asked = chosen(noise=0.6)
    near = TRUTH + 0.1 * OTHER
    models = {"truth": TRUTH, "near": near / np.linalg.norm(near, axis=1, keepdims=True)}
    found = paired({name: vectors_similarity(rows) for name, rows in models.items()}, asked, rng())
    single = [agreement(vectors_similarity(rows), asked, rng(), 100) for rows in models.values()]
    widths = [headline(one).high - headline(one).low for one in single]
    difference = found.differences[0]
    assert difference.high - difference.low < max(widths)


def test_models_in_pairs_answer_the_same_questions() -> None:
    asked = chosen()
    present = np.arange(ITEMS) != 0
    similarities = {"all": vectors_similarity(TRUTH), "some": vectors_similarity(TRUTH, present)}
    found = paired(similarities, asked, rng())
    assert found.questions == int((asked.items != 0).all(1).sum()) < len(asked.items)
    assert found.differences[0].value == 0
    with pytest.raises(InputError, match="too few questions"):
        paired({**similarities, "none": vectors_similarity(TRUTH, np.zeros(ITEMS, dtype=bool))}, asked, rng())


def test_holms_correction() -> None:
    chances = np.array([0.01, 0.04, 0.03, 0.005])
    assert holm(chances) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.5, 0.9])) == pytest.approx([1.0, 1.0])


def test_disagreements_of_one_gap_come_by_the_pair_that_people_and_model_differ_on() -> None:
    """Of a triplet [reference, a, b] the likeness of a and b plays no part."""
    places = np.array([[0.0, 0], [1, 0], [0, 2.0], [0, 0], [1, 0], [0, 1.2]])
    places[[1, 2]] = [[1.0, 0.0], [1.0, 1.7]]

    def similarity(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.asarray(-np.linalg.norm(places[first] - places[second], axis=1))

    shown = np.array([[0, 1, 2], [3, 4, 5]])
    asked = choices_from_rows("triplet", shown, np.array([2, 2]))
    near, far = (-similarity(shown[:, 0], shown[:, side]) for side in (1, 2))
    assert far[0] - near[0] > far[1] - near[1]
    found = disagreements(similarity, asked, 2)
    assert found.question.tolist() == [0, 1] and found.gap.tolist() == [1, 1]
    places[2] = [0, 1.1]
    assert disagreements(similarity, asked, 2).question.tolist() == [1, 0]


def test_the_noise_of_single_questions_is_counted_once() -> None:
    """Where answers are coin tosses, the variance of a share is that of as many tosses as there are questions."""
    found = np.mean([_variance_of_tosses(seed, questions=400) for seed in range(4)])
    assert 1 < found / (0.25 / 400) < 4, "as questions, and again as people, where nobody is named"


def _variance_of_tosses(seed: int, questions: int) -> float:
    draw = np.random.default_rng(seed)
    shown = np.array([draw.permutation(60)[:3] for _ in range(questions)])
    asked = choices_from_rows("odd_one_out", shown, draw.integers(0, 3, questions))
    right = (draw.random(len(asked)) < 0.5).astype(float)
    return float(variances(lambda weights: np.array([weighted_mean(right, weights.joint(asked))]), asked, rng())[0])
