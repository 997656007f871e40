"""From scored pairs to links, against all possible assignments where lists are small."""

from itertools import permutations

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.match.assigning import Rule, assign
from explorer.features.match.method import Candidates, candidates


def pairs(*triples: tuple[int, int, float], proposed: int = 0) -> Candidates:
    left, right, scores = (np.array(column) for column in zip(*triples, strict=True))
    return candidates(left, right, scores.astype(np.float32), routes=("string",), proposed=proposed)


def linked(found: Candidates, sizes: tuple[int, int], rule: Rule, same: bool = False) -> list[tuple[int, int]]:
    places = assign(found, sizes, rule, same).places
    return sorted(zip(found.left[places].tolist(), found.right[places].tolist(), strict=True))


SOME = pairs((0, 0, 0.9), (0, 1, 0.8), (1, 0, 0.85), (2, 2, 0.3))


def test_best_takes_one_right_thing_for_several_left_ones() -> None:
    assert linked(SOME, (4, 3), Rule(way="best")) == [(0, 0), (1, 0), (2, 2)]


def test_mutual_best_takes_a_right_thing_once() -> None:
    assert linked(SOME, (4, 3), Rule(way="mutual")) == [(0, 0), (2, 2)]


def test_many_takes_all_from_the_threshold_on_and_the_threshold_itself_counts() -> None:
    assert linked(SOME, (4, 3), Rule(way="many", threshold=0.8)) == [(0, 0), (0, 1), (1, 0)]


def test_one_to_one_takes_the_greatest_sum() -> None:
    rng = np.random.default_rng(0)
    scores = rng.random((5, 5)).astype(np.float32)
    all_pairs = pairs(*((a, b, float(scores[a, b])) for a in range(5) for b in range(5)))
    found = linked(all_pairs, (5, 5), Rule(way="one", threshold=0.0))
    best = max(permutations(range(5)), key=lambda order: sum(float(scores[a, b]) for a, b in enumerate(order)))
    assert found == list(enumerate(best))


def test_one_to_one_leaves_alone_what_does_not_reach_the_threshold() -> None:
    assert linked(SOME, (4, 3), Rule(way="one", threshold=0.5)) == [(0, 1), (1, 0)]


def test_what_has_no_link_is_named_on_both_sides() -> None:
    links = assign(SOME, (4, 5), Rule(way="many", threshold=0.8))
    assert links.left_alone.tolist() == [2, 3]
    assert links.right_alone.tolist() == [2, 3, 4]


def test_about_one_each_links_by_the_quantile_of_the_candidates() -> None:
    # 3 x 3 names, 9 candidates: a share of 1/3 is the place 8/3 among the scores from high to low.
    nine = pairs(*((a, b, 1 - (3 * a + b) / 10) for a in range(3) for b in range(3)))
    links = assign(nine, (3, 3), Rule(way="about", about=1))
    assert links.threshold == pytest.approx(1 - 8 / 3 / 10, abs=1e-6)
    assert len(links) == 3


def test_about_counts_candidates_that_a_matcher_did_not_keep() -> None:
    kept = ((0, 0, 0.9), (1, 1, 0.8), (2, 2, 0.7))
    few, many = (assign(pairs(*kept, proposed=count), (10, 10), Rule(way="about", about=1)) for count in (3, 12))
    assert (len(few), len(many)) == (1, 2)


def test_of_equal_scores_the_first_right_row_is_taken_and_told() -> None:
    tied = pairs((0, 1, 0.5), (0, 0, 0.5), (1, 1, 0.4))
    links = assign(tied, (2, 2), Rule(way="best"))
    assert tied.right[links.places].tolist() == [0, 1]
    assert links.ties == 1


def test_ties_below_the_threshold_are_not_told() -> None:
    assert assign(pairs((0, 1, 0.5), (0, 0, 0.5)), (1, 2), Rule(way="best", threshold=0.6)).ties == 0


class TestOneList:
    """Pairs of one list stand once; each end has a best partner."""

    chain = pairs((0, 1, 0.9), (1, 2, 0.8), (2, 3, 0.7))

    def test_best_is_the_best_of_either_end(self) -> None:
        assert linked(self.chain, (4, 4), Rule(way="best"), same=True) == [(0, 1), (1, 2), (2, 3)]

    def test_mutual_best_is_the_best_of_both_ends(self) -> None:
        assert linked(self.chain, (4, 4), Rule(way="mutual"), same=True) == [(0, 1)]

    def test_a_thing_linked_on_either_side_is_not_alone(self) -> None:
        links = assign(self.chain, (5, 5), Rule(way="mutual"), same=True)
        assert links.left_alone.tolist() == links.right_alone.tolist() == [2, 3, 4]

    def test_one_to_one_needs_two_lists(self) -> None:
        with pytest.raises(InputError, match="expected two lists"):
            assign(self.chain, (4, 4), Rule(way="one"), same=True)


@pytest.mark.parametrize("way", ["best", "mutual", "about", "one", "many"])
def test_no_pairs_give_no_links(way: str) -> None:
    none = candidates(np.zeros(0, int), np.zeros(0, int), np.zeros(0, np.float32), routes=("string",))
    links = assign(none, (2, 3), Rule(way=way))
    assert len(links) == 0
    assert links.left_alone.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(way="nearest"), "way to link"),
        (Rule(way="about", about=0), "above 0"),
        (Rule(way="one", copies=0), "at least 1"),
    ],
)
def test_rules_that_make_no_sense_are_named(rule: Rule, words: str) -> None:
    with pytest.raises(InputError, match=words):
        assign(SOME, (4, 3), rule)
