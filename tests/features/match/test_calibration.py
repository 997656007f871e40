import json
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.match.calibration import calibrated_distance, calibrated_share, threshold_for_about

REFERENCE = json.loads((Path(__file__).parent / "strings" / "linkorgs.json").read_text())
DISTANCES = np.array([one["stringdist"] for one in REFERENCE["readme_fuzzy_ave4"]])


def test_thresholds_are_those_of_the_official_code() -> None:
    assert calibrated_distance(DISTANCES, (4, 4), 1) == pytest.approx(REFERENCE["calib_thres_ave1"], abs=1e-9)
    assert calibrated_distance(DISTANCES, (4, 4), 4) == pytest.approx(REFERENCE["calib_thres_ave4"], abs=1e-9)


def test_about_one_is_less_than_one_a_name_since_candidates_alone_are_counted() -> None:
    threshold = threshold_for_about(1 - DISTANCES, (4, 4), 1)
    assert threshold == pytest.approx(1 - REFERENCE["calib_thres_ave1"], abs=1e-9)
    assert (threshold <= 1 - DISTANCES).sum() == 2


def test_scores_and_distances_agree_at_any_number() -> None:
    distances = np.random.default_rng(0).random(57)
    for about in (0.01, 0.5, 1, 3, 19, 400):
        distance = calibrated_distance(distances, (20, 30), about)
        assert threshold_for_about(1 - distances, (20, 30), about) == pytest.approx(1 - distance, abs=1e-12)


def test_the_best_of_all_candidates_give_the_threshold_of_all() -> None:
    scores = np.random.default_rng(1).random(5000)
    whole = threshold_for_about(scores, (100, 100), 1.5)
    best = np.sort(scores)[::-1][:300]
    assert threshold_for_about(best, (100, 100), 1.5, candidates=5000) == pytest.approx(whole, abs=1e-12)
    assert threshold_for_about(best, (100, 100), 1.5) > whole
    assert threshold_for_about(best[:10], (100, 100), 1.5, candidates=5000) == pytest.approx(best[9])


def test_equal_names_are_always_near_enough() -> None:
    assert calibrated_distance(np.zeros(50), (10, 10), 1) == 1e-6


def test_no_candidates_and_no_names() -> None:
    assert calibrated_distance(np.array([]), (10, 10), 1) == float("inf")
    assert calibrated_distance(np.array([np.inf, np.nan]), (10, 10), 1) == float("inf")
    assert threshold_for_about(np.array([], np.float32), (10, 10), 1) == 0.0
    assert calibrated_share((0, 5), 1) == 1.0


def test_distances_that_are_not_numbers_are_passed_over() -> None:
    with_gaps = np.concatenate([DISTANCES, [np.nan, np.inf]])
    assert calibrated_distance(with_gaps, (4, 4), 1) == calibrated_distance(DISTANCES, (4, 4), 1)


@pytest.mark.parametrize("about", [0, -1, float("nan")])
def test_a_number_that_makes_no_sense(about: float) -> None:
    with pytest.raises(InputError, match="About n matches each: expected a number above 0"):
        calibrated_share((4, 4), about)
