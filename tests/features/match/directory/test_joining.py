import numpy as np
import pytest

from explorer.features.match.directory import joining as module
from explorer.features.match.directory.joining import Near, Reached, calibrated, joined, near, reached
from explorer.features.match.directory.reading import Directory
from explorer.features.match.strings.settings import Settings

THREE = Directory(names=("a", "b", "c"), written=("a", "b", "c"), groups=np.array([0, 0, 1]), meanings=("X", "Y"))


def way(*entries: tuple[int, int, float]) -> Reached:
    names, groups, distances = (np.array(one) for one in zip(*entries, strict=True))
    return Reached(names, groups, np.zeros(len(names), np.int64), distances)


def told(found: module.Joined) -> dict[tuple[int, int], object]:
    keys = zip(found.first.tolist(), found.second.tolist(), strict=True)
    return dict(zip(keys, zip(found.distances.tolist(), found.groups.tolist(), strict=True), strict=True))


def test_the_longer_way_counts_one_and_a_half_times_and_the_best_meaning_of_several() -> None:
    left, right = way((0, 0, 0.1), (0, 1, 0.0), (1, 1, 0.2)), way((0, 0, 0.3), (0, 1, 0.5), (2, 1, 0.0))
    assert told(joined(left, right)) == {
        (0, 0): (pytest.approx(0.45), 0),  # not 1.5 * 0.1, and not 0.3
        (0, 2): (0.0, 1),
        (1, 0): (pytest.approx(0.75), 1),
        (1, 2): (pytest.approx(0.3), 1),
    }
    assert told(joined(left, right, factor=1.0))[0, 0] == (pytest.approx(0.3), 0)


def test_within_one_list_a_pair_stands_once_and_no_name_with_itself() -> None:
    one = way((0, 0, 0.1), (1, 0, 0.2), (2, 1, 0.0), (1, 1, 0.4))
    assert told(joined(one, one, same=True)) == {(0, 1): (pytest.approx(0.3), 0), (1, 2): (pytest.approx(0.6), 1)}


def test_of_a_meaning_that_very_many_reach_the_nearest_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_EACH", 2)
    left, right = way((0, 0, 0.0)), way(*((name, 0, 0.1 * (9 - name)) for name in range(5)))
    assert sorted(told(joined(left, right))) == [(0, 3), (0, 4)]


def test_a_name_reaches_a_meaning_by_its_nearest_name_within_the_limit() -> None:
    found = Near(np.array([0, 0, 0, 1]), np.array([0, 1, 2, 2]), np.array([0.3, 0.2, 0.4, 0.6]), 4)
    ways = reached(found, 0.4, THREE)
    assert ways.names.tolist() == [0, 0] and ways.groups.tolist() == [0, 1]
    assert ways.aliases.tolist() == [1, 2] and ways.distances.tolist() == [0.2, 0.4]


def test_nothing_reaches_nothing() -> None:
    none = reached(Near(*(np.empty(0, np.int64),) * 2, np.empty(0), 0), 1.0, THREE)
    assert len(joined(none, none).first) == len(joined(way((0, 0, 0.1)), none).first) == 0


def test_calibration_is_over_candidates_and_counts_rows() -> None:
    left = ("apple", "oracle", "enron inc", "mcdonalds corporation")
    right = ("apple corp", "oracle inc", "enron", "mcdonalds")
    assert calibrated(left, right, 1.0, "jaccard", Settings()) == pytest.approx(0.527777777777778, abs=1e-9)
    assert calibrated(left, right, 4.0, "jaccard", Settings()) == pytest.approx(0.92, abs=1e-9)
    assert len(near(left, right, "jaccard", Settings()).first) == 7
    twice = calibrated(left * 2, right * 2, 1.0, "jaccard", Settings())
    assert twice == pytest.approx(
        float(np.quantile(np.repeat([0.444444, 0.5, 5 / 9, 5 / 9, 11 / 14, 19 / 23, 0.92], 4), 1 / 8)), abs=1e-6
    )
