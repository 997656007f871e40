"""From scores to probabilities: curves, folds by group, expected calibration error."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from explorer.base.arrays import Doubles, Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.features.match.probability import (
    WAYS,
    calibration_error,
    calibration_score,
    group_folds,
    held_out_probabilities,
    probability_curve,
    reliability,
)


def drawn(count: int = 4000, seed: int = 0) -> tuple[Floats, Mask, Rows, Doubles]:
    """Scores whose true probability is known, and groups of two."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=count).astype(np.float32)
    true = 1 / (1 + np.exp(-(2 * scores - 1)))
    return scores, rng.random(count) < true, np.arange(count) // 2, true


@pytest.mark.parametrize("way", WAYS)
def test_a_curve_finds_the_true_probabilities(way: str) -> None:
    scores, same, groups, true = drawn()
    found = probability_curve(scores, same, way)(scores)
    assert np.abs(found - true).mean() < 0.03
    assert (np.diff(found[np.argsort(scores)]) >= -1e-6).all()
    held = held_out_probabilities(scores, same, groups, way=way)
    assert calibration_error(held, same) < 0.04
    assert held.min() >= 0 and held.max() <= 1


def test_isotonic_is_that_of_scikit_learn_and_keeps_to_its_ends() -> None:
    scores, same, *_ = drawn(60)
    curve = probability_curve(scores, same, "isotonic")
    expected = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, same.astype(float))
    np.testing.assert_allclose(curve(scores), expected.predict(scores), atol=1e-6)
    assert curve(np.array([100.0]))[0] == curve(np.array([scores.max()]))[0]


def test_equal_scores_get_the_share_that_is_the_same() -> None:
    same = np.arange(40) % 4 == 0
    for way in WAYS:
        found = probability_curve(np.full(40, 0.5), same, way)(np.array([0.5], np.float16))
        assert found[0] == pytest.approx(0.25, abs=0.01)


def test_expected_calibration_error_by_hand() -> None:
    probabilities, same = np.array([0.1, 0.1, 0.9, 1.0]), np.array([False, True, True, True])
    bins = reliability(probabilities, same, 2)
    assert [(one.pairs, one.mean, one.share) for one in bins] == [(2, 0.1, 0.5), (2, 0.95, 1.0)]
    assert calibration_error(probabilities, same, 2) == pytest.approx((0.4 + 0.05) / 2)
    assert np.isnan(calibration_error(np.empty(0), np.empty(0, bool)))
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0


def test_the_sure_and_wrong_are_far_off() -> None:
    same = np.arange(100) % 2 == 0
    assert calibration_error(np.full(100, 0.99), same) == pytest.approx(0.49)
    assert calibration_error(np.full(100, 0.5), same) == pytest.approx(0.0)


def test_an_interval_over_groups_holds_the_value_of_all() -> None:
    scores, same, groups, true = drawn(1000)
    found = calibration_score(true, same, groups, draws=200)
    assert found.value == calibration_error(true, same)
    assert 0 <= found.low <= found.high < 0.12
    worse = calibration_score(np.clip(true + 0.2, 0, 1), same, groups, draws=200)
    assert worse.low > found.high
    assert calibration_score(true, same, groups, draws=200) == found


def test_no_group_is_on_both_sides() -> None:
    groups = np.array([3, 3, 9, 9, 9, 4, 4, 7])
    asked = []
    for fitted, out in group_folds(groups, 3):
        assert not set(groups[fitted]) & set(groups[out])
        asked += out.tolist()
    assert sorted(asked) == list(range(8))


def test_pairs_of_a_group_do_not_tell_of_each_other() -> None:
    """A staircase that knows the pair itself is never off; held out, it is."""
    rng = np.random.default_rng(1)
    scores, same = rng.random(300), rng.random(300) < 0.5
    own = probability_curve(scores, same, "isotonic")(scores)
    held = held_out_probabilities(scores, same, np.arange(300), way="isotonic")
    assert calibration_error(own, same) < 0.02 < calibration_error(held, same)


def test_what_cannot_be_fitted_is_said() -> None:
    scores, same, *_ = drawn(40)
    with pytest.raises(InputError, match="at least 5 pairs that are the same and 5 that are not, got 0 and 40"):
        probability_curve(scores, np.zeros(40, bool))
    with pytest.raises(InputError, match="expected finite numbers"):
        probability_curve(np.where(same, np.nan, scores), same)
    with pytest.raises(InputError, match="at least two groups"):
        held_out_probabilities(scores, same, np.zeros(40, int))
    with pytest.raises(InputError, match="curve: expected one of platt, isotonic"):
        probability_curve(scores, same, "spline")
