"""Mixes learned from pairs: the authors' classifiers, gaps, and a quality that is not told from what was learned."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from explorer.base.arrays import Doubles, Mask
from explorer.base.errors import InputError
from explorer.features.match.learners import LEARNERS, held_out, learn

METHODS = list(LEARNERS)


def pairs(rng: np.random.Generator, count: int = 120) -> tuple[Doubles, Mask]:
    """Two numbers that tell, one that does not."""
    same = np.arange(count) % 2 == 0
    values = rng.normal(size=(count, 3)) * 0.3
    values[:, 0] += np.where(same, 0.5, -0.5)
    values[:, 1] -= np.where(same, 0.3, -0.3)
    return values, same


@pytest.mark.parametrize("method", METHODS)
def test_every_learner_tells_pairs_that_it_has_not_seen(method: str, rng: np.random.Generator) -> None:
    values, same = pairs(rng)
    asked, truth = pairs(np.random.default_rng(1))
    found = learn(values, same, method=method).probabilities(asked)
    assert found.dtype == np.float32
    assert ((found >= 0) & (found <= 1)).all()
    assert roc_auc_score(truth, found) > 0.85


def test_without_gaps_they_are_the_authors_classifiers(rng: np.random.Generator) -> None:
    values, same = pairs(rng)
    forest = RandomForestClassifier(
        100, criterion="entropy", max_depth=10, min_samples_split=15, class_weight="balanced", random_state=0
    )
    for method, plain in (("lr", LogisticRegression(max_iter=600)), ("rf", forest)):
        expected = plain.fit(values, same).predict_proba(values)[:, 1]
        np.testing.assert_allclose(learn(values, same, method=method).probabilities(values), expected, atol=1e-6)


def test_their_settings_are_those_of_promap() -> None:
    stated = {name: one.build(0).get_params() for name, one in LEARNERS.items()}
    assert (stated["svm"]["kernel"], stated["svm"]["degree"]) == ("poly", 5)
    assert stated["mlp"]["hidden_layer_sizes"] == (10, 10)
    assert (stated["dt"]["criterion"], stated["dt"]["max_depth"], stated["dt"]["class_weight"]) == (
        "entropy",
        10,
        "balanced",
    )


def test_a_gap_counts_as_a_gap_and_not_as_a_number(rng: np.random.Generator) -> None:
    values = rng.normal(size=(80, 2))
    same = np.arange(80) % 2 == 0
    values[same, 1] = np.nan  # that nothing is known is all there is to learn
    learned = learn(values, same)
    found = learned.probabilities(np.array([[0.0, np.nan], [0.0, float(np.nanmedian(values[:, 1]))]]))
    assert found[0] > 0.8
    assert found[1] < 0.2


def test_a_number_that_nobody_knows_is_left_out(rng: np.random.Generator) -> None:
    values, same = pairs(rng)
    wider = np.column_stack([values, np.full(len(values), np.nan)])
    np.testing.assert_allclose(
        learn(wider, same).probabilities(wider), learn(values, same).probabilities(values), atol=1e-6
    )
    with pytest.raises(InputError, match="at least one number that is known"):
        learn(np.full((8, 2), np.nan), np.arange(8) % 2 == 0)


def test_a_group_is_told_by_what_was_learned_from_others(rng: np.random.Generator) -> None:
    groups = np.repeat(np.arange(12), 8)
    of_group = rng.permutation(np.arange(12) % 2 == 0)
    values = rng.normal(size=(12, 6))[groups]  # a group is known by its numbers, and by nothing else
    same = of_group[groups]
    same[::8] = ~same[::8]
    seen = learn(values, same, method="dt").probabilities(values)
    asked = held_out(values, same, groups, method="dt")
    assert roc_auc_score(same, seen) > 0.8
    assert abs(roc_auc_score(same, asked) - 0.5) < 0.3
    assert np.isfinite(asked).all()


def test_quality_comes_with_groups_and_is_left_out_where_it_cannot_be_told(rng: np.random.Generator) -> None:
    values, same = pairs(rng, 20)
    assert learn(values, same).held_out is None
    one_group = learn(values, same, groups=["a"] * 20)
    assert one_group.held_out is None
    several = learn(values, same, groups=[str(n // 2) for n in range(20)])
    assert several.held_out is not None
    assert roc_auc_score(same, several.held_out) > 0.8


@pytest.mark.parametrize("same", [[True, True, True, False], [False] * 4, [True] * 4])
def test_too_few_of_a_kind_are_refused(same: list[bool]) -> None:
    with pytest.raises(InputError, match="at least 2 pairs that are the same and 2 that are not"):
        learn(np.zeros((4, 1)), np.array(same))


def test_another_way_or_width_is_refused(rng: np.random.Generator) -> None:
    values, same = pairs(rng)
    with pytest.raises(InputError, match="way of learning"):
        learn(values, same, method="oracle")
    with pytest.raises(InputError, match="learned from 3 numbers"):
        learn(values, same).probabilities(values[:, :2])
    assert len(learn(values, same).probabilities(np.empty((0, 3)))) == 0


def test_the_reasons_of_a_pair_have_the_sign_of_what_they_do(rng: np.random.Generator) -> None:
    values, same = pairs(rng)
    found = learn(values, same).reasons(np.array([0.5, 0.8, 0.0]))
    assert found[0] > 0.05
    assert found[1] < -0.02
    assert abs(found[2]) < 0.01


def test_float16_and_one_pair_at_a_time(rng: np.random.Generator) -> None:
    values, same = pairs(rng)
    half = values.astype(np.float16)
    learned = learn(half, same)
    at_once = learned.probabilities(half)
    assert np.allclose([learned.probabilities(half[n : n + 1])[0] for n in range(5)], at_once[:5])
