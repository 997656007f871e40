"""Right pairs, and precision and recall against them, beside scikit-learn."""

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import f1_score, precision_recall_curve

from explorer.base.errors import InputError
from explorer.base.metrics import wilson
from explorer.features.match.method import Task
from explorer.features.match.side import Side
from explorer.features.match.sides import side_of_strings
from explorer.features.match.truth import (
    Truth,
    curve,
    id_columns,
    scores_of_links,
    truth_in,
    truth_of_column,
    truth_of_groups,
    truth_of_pairs,
)


def side(name: str, ids: str, **columns: list[str | None]) -> Side:
    known = tuple(ids)
    table = pa.table({"text": pa.array(known), **{key: pa.array(value) for key, value in columns.items()}})
    return Side(name=name, ids=known, table=table, text="text")


RIGHT = side("catalogue", "xyz")


def told(truth_left: np.ndarray, truth_right: np.ndarray) -> list[tuple[int, int]]:
    return list(zip(truth_left.tolist(), truth_right.tolist(), strict=True))


def test_a_cell_may_name_several_or_none() -> None:
    truth = truth_of_column(side("shelf", "abc", belongs=["x|z", None, "y"]), RIGHT, "belongs")
    assert told(truth.left, truth.right) == [(0, 0), (0, 2), (2, 1)]
    assert not truth.notes


def test_unknown_ids_are_passed_over_and_told() -> None:
    truth = truth_of_column(side("shelf", "abc", belongs=["x", "q", "r"]), RIGHT, "belongs")
    assert told(truth.left, truth.right) == [(0, 0)]
    assert truth.notes == ("Truth: 2 ids not in catalogue, passed over: 'q', 'r'",)


@pytest.mark.parametrize("cells", [["q", "r", None], [None, None, None]])
def test_a_column_without_a_known_id_is_an_error_that_shows_one(cells: list[str | None]) -> None:
    with pytest.raises(InputError, match="expected ids of catalogue, such as 'x'"):
        truth_of_column(side("shelf", "abc", belongs=pa.array(cells, pa.string())), RIGHT, "belongs")


def test_a_column_that_vanished_is_named() -> None:
    with pytest.raises(InputError, match="column of shelf"):
        truth_of_column(side("shelf", "abc"), RIGHT, "belongs")


def test_in_one_list_a_pair_counts_once_whichever_way_it_is_said() -> None:
    one = side("list", "abc", twin=["b", "a", "c"])
    truth = truth_of_column(one, one, "twin", same=True)
    assert told(truth.left, truth.right) == [(0, 1)]


def test_groups_are_all_pairs_within() -> None:
    truth = truth_of_groups(side("list", "abcd", group=["g", "h", "g", "g"]), "group")
    assert told(truth.left, truth.right) == [(0, 2), (0, 3), (2, 3)]


def test_groups_of_one_are_no_truth() -> None:
    with pytest.raises(InputError, match="every one stands once"):
        truth_of_groups(side("list", "ab", group=["g", "h"]), "group")


def test_pairs_tell_unknown_ids_of_both_sides() -> None:
    truth = truth_of_pairs(side("shelf", "ab"), RIGHT, {"a": ["x", "?"], "w": ["y"]})
    assert told(truth.left, truth.right) == [(0, 0)]
    assert [note.split(",")[0] for note in truth.notes] == ["Truth: 1 id not in shelf", "Truth: 1 id not in catalogue"]


def test_the_curve_is_that_of_scikit_learn_with_ties() -> None:
    rng = np.random.default_rng(1)
    scores, right = rng.integers(0, 6, 60) / 5, rng.random(60) < 0.4
    found = curve(scores, right, int(right.sum()))
    precision, recall, thresholds = precision_recall_curve(right, scores)
    assert found.thresholds == pytest.approx(thresholds[::-1])
    assert found.precision == pytest.approx(precision[:-1][::-1])
    assert found.recall == pytest.approx(recall[:-1][::-1])


def test_right_pairs_that_were_never_proposed_keep_recall_down() -> None:
    found = curve(np.array([0.9, 0.8]), np.array([True, False]), 4)
    assert found.recall.tolist() == [0.25, 0.25]
    assert found.missed == 3
    assert found.f1.tolist() == pytest.approx([0.4, 2 * 0.5 * 0.25 / 0.75])
    assert (found.recall_low < found.recall).all()
    assert (found.precision_high[1:] > found.precision[1:]).all()


def test_a_curve_needs_something_right() -> None:
    with pytest.raises(InputError, match="at least one pair"):
        curve(np.array([0.9]), np.array([False]), 0)


def test_links_are_scored_as_counted_by_hand_and_by_scikit_learn() -> None:
    truth = Truth(left=np.array([0, 1, 2, 2]), right=np.array([0, 1, 2, 3]))
    left, right = np.array([0, 1, 3]), np.array([0, 2, 0])
    found = scores_of_links(left, right, truth)
    assert found.precision is not None
    assert (found.hits, found.precision.value, found.recall.value) == (1, 1 / 3, 1 / 4)
    every = [(a, b) for a in range(4) for b in range(4)]
    said, right_ones = (
        [pair in set(zip(one.tolist(), other.tolist(), strict=True)) for pair in every]
        for one, other in ((left, right), (truth.left, truth.right))
    )
    assert found.f1.value == pytest.approx(f1_score(right_ones, said)) == pytest.approx(2 / 7)
    assert found.f1.low <= found.f1.value <= found.f1.high and found.f1.items == 4, "four left rows"
    two = Truth(left=np.array([0, 1]), right=np.array([0, 1]))
    all_right, low = scores_of_links(two.left, two.right, two).f1, wilson(1.0, 2)[0]
    assert all_right.value == 1.0 and all_right.low == pytest.approx(2 * low / (1 + low)), "two prove little"


def test_no_links_have_no_precision_and_no_truth_is_refused() -> None:
    truth = Truth(left=np.array([0, 1, 3]), right=np.array([1, 2, 4]))
    nothing = scores_of_links(np.empty(0, int), np.empty(0, int), truth)
    assert nothing.precision is None and (nothing.recall.value, nothing.f1.value) == (0.0, 0.0)
    with pytest.raises(InputError, match="at least one pair that is right"):
        scores_of_links(np.array([0]), np.array([1]), Truth(left=np.empty(0, int), right=np.empty(0, int)))


def test_of_one_list_a_column_tells_ids_where_it_holds_such_else_groups() -> None:
    one = side("list", "abcd", twin=["b", None, "d|a", None], group=["g", "g", "h", "i"])
    task = Task(left=one, right=one, same=True)
    ids, groups = truth_in(task, "twin"), truth_in(task, "group")
    assert told(ids.left, ids.right) == [(0, 1), (0, 2), (2, 3)]
    assert told(groups.left, groups.right) == [(0, 1)]


def test_columns_that_hold_ids_of_the_other_side_are_told_but_not_of_numbered_rows() -> None:
    mine = side("list", "abc", twin=["x|y", None, "z"], odd=["x", "?", "!"], free=["1", "2", "3"])
    assert id_columns(mine, RIGHT) == {"twin"}
    numbered = side_of_strings(["one", "two", "three"], "numbered")
    assert id_columns(mine, numbered) == set()
