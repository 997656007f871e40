"""Links that keep to what people decided, and the lines of the list."""

import numpy as np
import pytest

from explorer.app.match.links_decided import SHOWN, lines, rows_of
from explorer.features.match.assigning import Rule
from explorer.features.match.method import Candidates, MatchMethod, Reasons, Task, candidates
from explorer.features.match.service import Matched
from explorer.features.match.sides import side_of_strings
from explorer.features.match.standing import standing
from explorer.features.match.table import link_table


def made(left: list[str], right: list[str], pairs: list[tuple[int, int, float]], same: bool = False) -> Matched:
    """A match whose pairs are as given."""
    one = side_of_strings(left, "one", [f"a{i}" for i in range(len(left))])
    other = one if same else side_of_strings(right, "other", [f"b{i}" for i in range(len(right))])
    rows = np.array(pairs, float).reshape(-1, 3)
    found = candidates(rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, 2], routes=("letters",))

    def propose(task: Task, progress: object) -> Candidates:
        return found

    method = MatchMethod(
        name="given", label="Given", formula="", source="", needs=(), kind="texts", propose=propose, explain=_nothing
    )
    return Matched(task=Task(left=one, right=other, same=same), method=method, pairs=found)


def _nothing(task: Task, left: int, right: int) -> Reasons:
    return Reasons()


PAIRS = [(0, 0, 0.9), (0, 1, 0.8), (1, 1, 0.7), (1, 0, 0.6), (2, 0, 0.2)]


@pytest.fixture
def three() -> Matched:
    return made(["red", "green", "blue"], ["rot", "grün", "gelb"], PAIRS)


def linked(matched: Matched, rule: Rule, said: dict[tuple[str, str], str]) -> set[tuple[int, int]]:
    found = standing(matched, rule, said)
    pairs, places = found.matched.pairs, found.links.places
    return {(int(a), int(b)) for a, b in zip(pairs.left[places], pairs.right[places], strict=True)}


def test_a_rejected_pair_makes_room_for_the_next_best(three: Matched) -> None:
    assert linked(three, Rule(), {}) == {(0, 0), (1, 1), (2, 0)}
    assert linked(three, Rule(), {("a0", "b0"): "other"}) == {(0, 1), (1, 1), (2, 0)}
    found = standing(three, Rule(), {("a2", "b0"): "other"})
    assert found.links.left_alone.tolist() == [2] and found.links.right_alone.tolist() == [2]
    assert [int(three.pairs.left[place]) for place in found.rejected] == [2]


def test_an_accepted_pair_is_linked_whatever_its_score_and_takes_its_ends(three: Matched) -> None:
    rule = Rule(way="mutual", threshold=0.65)
    assert linked(three, rule, {}) == {(0, 0)}
    assert linked(three, rule, {("a2", "b0"): "same"}) == {(2, 0), (0, 1)}
    assert linked(three, Rule(way="many", threshold=0.65), {("a2", "b0"): "same"}) == {(0, 0), (0, 1), (1, 1), (2, 0)}


def test_an_accepted_pair_that_was_not_proposed_is_linked_as_well_and_has_no_score(three: Matched) -> None:
    said = {("a2", "b2"): "same"}
    assert linked(three, Rule(), said) == {(0, 0), (1, 1), (2, 2)}
    found = standing(three, Rule(), said)
    row = next(one for one in rows_of(found.matched, lines(found, "links", "surest", "")[0], said) if one.left == "a2")
    assert (row.right, row.score, row.share, row.state) == ("b2", "", None, "accepted")
    last = link_table(found.matched, found.links, said).to_pylist()[-1]
    assert (last["left_id"], last["right_id"], last["score"], last["decision"]) == ("a2", "b2", None, "same")
    assert last["route"] == "accepted by people"
    assert not len(standing(three, Rule(), {("a2", "b2"): "other"}).rejected), (
        "nothing is linked that could be rejected"
    )


def test_in_one_list_what_is_best_for_others_stays_linked_to_an_accepted_thing() -> None:
    one = made(list("abcd"), [], [(0, 1, 0.9), (1, 2, 0.8), (2, 3, 0.1)], same=True)
    said = {("a1", "a0"): "same"}
    assert linked(one, Rule(), said) == {(0, 1), (1, 2), (2, 3)}, "the best of c is b, though b has a"
    assert linked(one, Rule(way="mutual"), said) == {(0, 1), (2, 3)}
    assert standing(one, Rule(way="mutual"), said).links.left_alone.tolist() == []


def test_copies_count_accepted_links_and_do_not_matter_for_other_ways() -> None:
    all_to_one = made(["x", "y", "z"], ["w"], [(0, 0, 0.9), (1, 0, 0.8), (2, 0, 0.7)])
    said = {("a2", "b0"): "same"}
    assert linked(all_to_one, Rule(way="one", threshold=0.0, copies=1), said) == {(2, 0)}
    assert linked(all_to_one, Rule(way="one", threshold=0.0, copies=2), said) == {(2, 0), (0, 0)}
    assert linked(all_to_one, Rule(way="mutual", copies=3), said) == {(2, 0)}


def test_decisions_on_numbered_rows_stay_with_what_stands_in_them() -> None:
    def of(texts: list[str]) -> Matched:
        matched = made(texts, [], [(0, 1, 0.9), (0, 2, 0.5)], same=True)
        side = side_of_strings(texts, "list.csv")
        return Matched(task=Task(left=side, right=side, same=True), method=matched.method, pairs=matched.pairs)

    before, after = of(["red", "read", "red"]), of(["new", "red", "read", "red"])
    keys = before.task.left.keys
    assert before.task.left.ids == ("1", "2", "3") and len(set(keys)) == 3, "equal rows are two things"
    said = {(keys[0], keys[1]): "same"}
    assert linked(before, Rule(way="many", threshold=2.0), said) == {(0, 1)}
    assert linked(after, Rule(way="many", threshold=2.0), said) == {(1, 2)}
    assert rows_of(before, [(0, 1)], said)[0].state == "accepted"


def test_in_one_list_a_decision_holds_either_way_round() -> None:
    one = made(["red", "read", "blue"], [], [(0, 1, 0.9), (0, 2, 0.3), (1, 2, 0.2)], same=True)
    assert linked(one, Rule(way="mutual"), {}) == {(0, 1)}
    found = standing(one, Rule(way="mutual"), {("a1", "a0"): "other"})
    assert len(found.rejected) == 1 and found.links.left_alone.tolist() == [1]
    shown = rows_of(one, [(0, 1)], {("a1", "a0"): "other"})
    assert shown[0].state == "rejected"


def test_things_alone_come_with_their_best_candidate_that_is_not_rejected(three: Matched) -> None:
    found = standing(three, Rule(threshold=0.75), {})
    assert lines(found, "left", "left", "")[0] == [(1, 1), (2, 0)]
    said = {("a1", "b1"): "other"}
    assert lines(standing(three, Rule(threshold=0.75), said), "left", "left", "")[0] == [(1, 0), (2, 0)]
    assert lines(found, "right", "left", "")[0] == [(-1, 2), (0, 1)], "nothing was proposed for the last"
    row = rows_of(three, [(-1, 2)], {})[0]
    assert (row.left, row.l, row.right, row.r, row.score, row.share) == (None, None, "b2", "gelb", "", None)


def test_the_list_is_ordered_searched_and_cut(three: Matched) -> None:
    found = standing(three, Rule(), {})
    assert lines(found, "links", "surest", "")[0] == [(0, 0), (1, 1), (2, 0)]
    assert lines(found, "links", "doubtful", "")[0] == [(2, 0), (1, 1), (0, 0)]
    assert lines(found, "links", "surest", "  GRÜ ") == ([(1, 1)], 1)
    assert lines(found, "links", "surest", "violet") == ([], 0)
    many = made(["x"] * 300, ["y"], [(i, 0, i / 300) for i in range(300)])
    shown, count = lines(standing(many, Rule(), {}), "links", "surest", "")
    assert (len(shown), count) == (SHOWN, 300)


def test_no_pairs_at_all() -> None:
    nothing = made(["red"], ["rot"], [])
    found = standing(nothing, Rule(), {})
    assert len(found.links) == 0
    assert lines(found, "links", "surest", "")[0] == []
    assert lines(found, "left", "surest", "")[0] == [(0, -1)]
