"""Judgments in and out of the forms of other programs."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.judgments.arrays import odd_one_out_array, triplet_array
from explorer.features.judgments.exchange.export import array_bytes, dissimilarity_bytes, dissimilarity_matrices
from explorer.features.judgments.exchange.incoming import Naming
from explorer.features.judgments.exchange.matrices import matrices
from explorer.features.judgments.exchange.rows import Layout, Sheet, odd_one_out, triplets
from explorer.features.judgments.exchange.votes import votes
from explorer.features.judgments.values import Answer

IDS = ("a", "b", "c", "d")
ZERO, ONE, BY_ID = Naming(IDS, 0), Naming(IDS, 1), Naming(IDS)


@given(st.lists(st.permutations(range(4)), min_size=1, max_size=20))
def test_arrays_go_out_and_come_back(rows: list[list[int]]) -> None:
    given_rows = np.array(rows)[:, :3]
    odd = odd_one_out(Sheet(given_rows.tolist(), Layout(), "f"), ZERO, "c").answers
    assert odd_one_out_array(odd, IDS).tolist() == given_rows.tolist()
    second = odd_one_out_array(odd, IDS, odd=1)
    assert second.tolist() == given_rows[:, [0, 2, 1]].tolist()
    back = odd_one_out(Sheet(second.tolist(), Layout(odd_in="second"), "f"), ZERO, "c").answers
    assert [one.answer for one in back] == [one.answer for one in odd]
    near = triplets(Sheet(given_rows.tolist(), Layout(), "f"), ZERO, "c").answers
    assert triplet_array(near, IDS).tolist() == given_rows.tolist()


def test_a_column_says_which_is_odd_and_who_said_so() -> None:
    rows = [["1", "2", "3", "2", "ann"], ["4", "2", "1", "1", "bo"]]
    table = Sheet(rows, Layout(odd_in="column", odd=3, person=4), "f.csv")
    found = odd_one_out(table, ONE, "c").answers
    assert [(one.items, one.answer, one.annotator, one.trial) for one in found] == [
        (("a", "b", "c"), "b", "ann", "f.csv:1"),
        (("d", "b", "a"), "d", "bo", "f.csv:2"),
    ]


BAD: list[tuple[Callable[..., Any], Sequence[Any], Naming, Layout, str]] = [
    (
        odd_one_out,
        [["1", "2", "5"]],
        ONE,
        Layout(),
        "f.csv, row 1: expected the number of an item from 1 to 4, got '5'",
    ),
    (
        odd_one_out,
        [["a", "b", "c"], ["a", "b", "x"]],
        BY_ID,
        Layout(),
        "f.csv, row 2: there is no item with the id 'x'",
    ),
    (odd_one_out, [["0", "1", "2"]], BY_ID, Layout(), "--base 0 or --base 1"),
    (odd_one_out, [["a", "b", "a"]], BY_ID, Layout(), "row 1: expected three different items, got a, b, a"),
    (
        odd_one_out,
        [["a", "b", "c", "4"]],
        BY_ID,
        Layout(odd_in="column", odd=3),
        "row 1: expected the position of the odd one, 1, 2 or 3; got '4'",
    ),
    (odd_one_out, [["a", "b", "c", "0"]], BY_ID, Layout(odd_in="column", odd=3), "got '0'"),
    (triplets, [["a", "b"]], BY_ID, Layout(), "row 1: expected at least 3 columns, got 2"),
    (triplets, [["1.5", "1", "2"]], ONE, Layout(), "got '1.5'"),
]


@pytest.mark.parametrize(("read", "rows", "naming", "layout", "message"), BAD)
def test_bad_rows_are_named(
    read: Callable[..., Any], rows: Sequence[Any], naming: Naming, layout: Layout, message: str
) -> None:
    with pytest.raises(InputError) as error:
        read(Sheet(rows, layout, "f.csv"), naming, "c")
    assert message in str(error.value)


def test_votes_become_one_answer_each() -> None:
    value = {"answers": [[0, 1, 2], [3, 0, 1]], "agreement": [[3, 1], [0, 2]]}
    found = votes(value, ZERO, "c", "f.json").answers
    assert [tuple(one.answer) for one in found] == [("a", "b", "c")] * 3 + [("a", "c", "b")] + [("d", "b", "a")] * 2
    assert len({one.trial for one in found}) == 6 and {one.annotator for one in found} == {""}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"answers": [[0, 1, 2]]}, "expected an object with `answers` and `agreement`"),
        ({"answers": [[0, 1, 2]], "agreement": []}, "as many answers as agreements, got 1 and 0"),
        (
            {"answers": [[0, 1, 9]], "agreement": [[1, 1]]},
            r"answers\[0\]: expected the number of an item from 0 to 3, got '9'",
        ),
        ({"answers": [[0, 1]], "agreement": [[1, 1]]}, r"answers\[0\]: expected \[reference, a, b\]"),
        ({"answers": [[0, 1, 2]], "agreement": [[1, -1]]}, r"answers\[0\]: expected a number of votes from 0, got -1"),
    ],
)
def test_bad_votes_are_named(value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        votes(value, ZERO, "c", "f.json")


def test_matrices_go_in_and_out_unchanged(rng: np.random.Generator) -> None:
    given_matrices = rng.random((3, 4, 4))
    given_matrices = given_matrices + given_matrices.transpose(0, 2, 1)
    given_matrices[:, range(4), range(4)] = 0
    given_matrices[1, 0, 2] = given_matrices[1, 2, 0] = np.nan
    incoming = matrices(given_matrices, BY_ID, "c", "f.npy")
    assert incoming.scale is not None and incoming.scale[1] == 0 and "1 pairs" in incoming.remarks[0]
    items, people, found = dissimilarity_matrices(incoming.answers, IDS, {"c": 0.0})
    assert items == list(IDS) and people == ["person 1", "person 2", "person 3"]
    np.testing.assert_allclose(found, given_matrices)
    data, sentence = dissimilarity_bytes(incoming.answers, IDS, {"c": 0.0}, "npz")
    loaded = np.load(io.BytesIO(data), allow_pickle=False)
    upper = np.triu_indices(4, 1)
    np.testing.assert_allclose(loaded["dissimilarities"], given_matrices[:, *upper])
    assert sentence == "Dissimilarities of 4 items by 3 people"
    text = dissimilarity_bytes(incoming.answers, IDS, {"c": 0.0}, "csv")[0].decode().splitlines()
    assert text[0] == ",a,b,c,d"
    assert float(text[1].split(",")[3]) == pytest.approx(np.nanmean(given_matrices[:, 0, 2]))


def test_bad_matrices() -> None:
    with pytest.raises(InputError, match=r"expected a matrix of 4 x 4 .* got \(3, 3\)"):
        matrices(np.zeros((3, 3)), BY_ID, "c", "f.npy")
    with pytest.raises(InputError, match="expected symmetric"):
        matrices(np.triu(np.ones((4, 4))), BY_ID, "c", "f.npy")


def test_ratings_of_a_scale_become_dissimilarities() -> None:
    answers = [
        Answer(campaign="c", task="pair_rating", annotator="ann", trial="0", items=("a", "b"), answer=7),
        Answer(campaign="c", task="pair_rating", annotator="ann", trial="1", items=("b", "c"), answer=2),
        Answer(campaign="c", task="pair_rating", annotator="ann", trial="2", items=("c", "b"), answer=4),
        Answer(campaign="c", task="pair_rating", annotator="ann", trial="3", items=("a", "a"), answer=7, is_check=True),
    ]
    items, _, found = dissimilarity_matrices(answers, IDS, {"c": 7.0})
    assert items == ["a", "b", "c"]
    nothing = float("nan")
    np.testing.assert_allclose(found[0], [[0.0, 0.0, nothing], [0.0, 0.0, 4.0], [nothing, 4.0, 0.0]])


def test_a_mixture_has_no_matrix() -> None:
    with pytest.raises(InputError, match="got neither"):
        dissimilarity_matrices([], IDS, {})


def test_checks_and_foreign_items_stay_out_of_arrays() -> None:
    answers = [
        Answer(campaign="c", task="odd_one_out", annotator="p", trial="0", items=("a", "b", "c"), answer="a"),
        Answer(
            campaign="c", task="odd_one_out", annotator="p", trial="1", items=("a", "a", "c"), answer="c", is_check=True
        ),
        Answer(campaign="c", task="odd_one_out", annotator="p", trial="2", items=("a", "b", "gone"), answer="a"),
    ]
    assert odd_one_out_array(answers, IDS).tolist() == [[1, 2, 0]]
    assert odd_one_out_array([], IDS).shape == triplet_array([], IDS).shape == (0, 3)


def test_array_files() -> None:
    rows = np.array([[0, 1, 2]])
    assert np.load(io.BytesIO(array_bytes(rows, IDS, "npy", "xyz"))).tolist() == [[0, 1, 2]]
    assert array_bytes(rows, ["=1", "b", "c"], "csv", ("x", "y", "z")) == b"x,y,z\n'=1,b,c\n"
    ids, rows = ("=1", "'=1", " +b", "-c", "@d"), np.array([[0, 1, 2], [2, 3, 4], [4, 1, 0]])
    _, *cells = csv.reader(io.StringIO(array_bytes(rows, ids, "csv", ("x", "y", "z")).decode()))
    back = odd_one_out(Sheet(cells, Layout(), "f"), Naming(ids), "c").answers
    assert odd_one_out_array(back, ids).tolist() == rows.tolist()
    with pytest.raises(InputError, match="expected one of npy, csv; got 'xls'"):
        array_bytes(rows, IDS, "xls", "xyz")
