"""Preferences on a frozen space, the probe of features, and simulated people."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.learning.reward import feature_error, fit_reward, preference_accuracy
from explorer.features.judgments.learning.simulated import column_features, simulated_odd_ones, simulated_preferences


def test_a_reward_is_found_again_from_preferences() -> None:
    rng = np.random.default_rng(0)
    features, wishes = rng.normal(size=(300, 3)), np.array([1.0, -2.0, 0.5])
    asked = simulated_preferences(features, np.arange(150), wishes, 400, rng)
    tested = simulated_preferences(features, np.arange(150, 300), wishes, 400, rng, sharpness=50)
    before = features.copy()
    reward = fit_reward(features, asked)
    assert preference_accuracy(reward(features), tested) > 0.93
    assert (features == before).all()  # the space stays frozen
    assert preference_accuracy(-reward(features), tested) < 0.07
    assert preference_accuracy(np.zeros(300), tested) == 0.5
    with pytest.raises(InputError, match="at least one preference"):
        fit_reward(features, asked[:0])


def test_feature_error_is_0_for_a_linear_code_and_about_1_for_noise() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 2)) * [1, 50]
    code, noise = features @ rng.normal(size=(2, 6)), rng.normal(size=(400, 6))
    halves = slice(0, 200), slice(200, 400)
    errors = [
        feature_error(x[halves[0]], features[halves[0]], x[halves[1]], features[halves[1]], 1e-6) for x in (code, noise)
    ]
    assert errors[0] < 1e-3 and 0.8 < errors[1] < 1.3


def test_simulated_people_skip_ties_and_see_only_the_features() -> None:
    features = np.repeat(np.array([[0.0], [1.0], [5.0]]), 10, axis=0)
    asked = simulated_odd_ones(features, np.arange(30), 200, np.random.default_rng(0), noise=0.0)
    assert len(asked) == 200
    for rows, votes in zip(asked.items, asked.votes, strict=True):
        x = features[rows, 0]
        away = sorted([abs(x[1] - x[2]), abs(x[0] - x[2]), abs(x[0] - x[1])])
        assert away[0] < away[1]
        assert abs(np.delete(x, votes.argmax())[0] - np.delete(x, votes.argmax())[1]) == away[0]
    same = simulated_odd_ones(np.zeros((9, 1)), np.arange(9), 5, np.random.default_rng(0))
    assert len(same) == 0


def test_features_of_columns() -> None:
    found = column_features([np.array([1, 3, 2], dtype=object), np.array(["a", "b", "a"], dtype=object)])
    assert found[:, 0].tolist() == [0, 1, 0.5]
    assert ((found[0] - found[1])[1:] ** 2).sum() == pytest.approx(1)  # two values lie 1 apart
