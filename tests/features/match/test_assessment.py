import json
from math import isnan
from pathlib import Path

from explorer.features.match.assessment import assess

REFERENCE = json.loads((Path(__file__).parent / "strings" / "linkorgs.json").read_text())
LEFT = ["apple", "oracle", "enron inc.", "mcdonalds corporation"]
RIGHT = ["apple corp", "oracle inc", "enron", "mcdonalds"]
TRUTH = list(zip(LEFT, RIGHT, strict=True))


def test_counts_of_the_official_example() -> None:
    links = [(one["orgnames_x"], one["orgnames_y"]) for one in REFERENCE["readme_fuzzy_ave4"]]
    found, expected = assess(LEFT, RIGHT, links, TRUTH), REFERENCE["assess_ave4"]
    assert found.true_positives == expected["TruePositives"]
    assert found.false_positives == expected["FalsePositives"]
    assert found.false_negatives == expected["FalseNegatives"]
    assert found.true_negatives == expected["TrueNegatives"]
    assert found.linked == expected["MatchedDatasetSize"]
    assert found.precision == 4 / 7 and found.recall == 1


def test_pairs_and_names_count_once() -> None:
    once = assess(LEFT, RIGHT, TRUTH[:2], TRUTH)
    twice = assess([*LEFT, *LEFT], [*RIGHT, RIGHT[0]], [*TRUTH[:2], TRUTH[0]], [*TRUTH, TRUTH[3]])
    assert once == twice
    assert once.false_negatives == 2 and once.true_negatives == 12


def test_nothing_linked_and_nothing_right() -> None:
    found = assess(LEFT, RIGHT, [], [])
    assert isnan(found.precision) and isnan(found.recall) and found.true_negatives == 16
