"""Files of judgments: headers, matrices with the ids of their items, condensed ones."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.asking.listed import read_list
from explorer.features.judgments.exchange.matrix_files import read_matrix
from explorer.features.judgments.exchange.tables import read_rows
from explorer.io.spreadsheet import safe_text

IDS = ("apple", "bread", "candle", "drum")
UPPER = np.triu_indices(4, 1)


@pytest.fixture
def matrix(rng: np.random.Generator) -> np.ndarray:
    """(4, 4) symmetric with zeros on the diagonal."""
    values = rng.random((4, 4))
    values = values + values.T
    np.fill_diagonal(values, 0)
    return values


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "rows", "names"),
    [
        ("apple,bread,candle\nbread,candle,drum\n", 2, []),
        ("first,second,odd\napple,bread,candle\n", 1, ["first", "second", "odd"]),
        ("apple,bread,candle,p1\nbread,candle,drum,p2\n", 2, []),
        ("apple,bread,candle,x,left,p1,y\nbread,candle,drum,z,right,p2,w\n", 2, []),
        ("pear,plum,candle\nplum,fig,drum\n", 2, []),
        ("1,2,3\n2,3,4\n", 2, []),
    ],
)
def test_a_line_of_ids_is_no_header(tmp_path: Path, text: str, rows: int, names: list[str]) -> None:
    found = read_rows(write(tmp_path / "a.csv", text), frozenset(IDS), items="1,2,3")
    assert (len(found.rows), found.names, bool(found.remark)) == (rows, names, bool(names))


def test_what_was_said_about_the_header_counts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "pear,fig,plum\napple,bread,candle\n")
    guessed, kept, named = (read_rows(path, IDS, header, "1,2,3") for header in ("auto", "no", "yes"))
    assert "The first row (pear, fig, plum) was taken as names of the columns" in guessed.remark
    assert (len(kept.rows), kept.names, kept.first, kept.remark) == (2, [], 1, "")
    assert (len(named.rows), named.names, named.first, named.remark) == (1, ["pear", "fig", "plum"], 2, "")
    assert read_rows(path, IDS, items="fig,pear,plum").remark == ""
    with pytest.raises(InputError, match="header: expected one of auto, yes, no; got 'maybe'"):
        read_rows(path, IDS, "maybe")


def test_a_list_of_word_ids_keeps_its_first_question(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "apple,bread,candle\nbread,candle,drum\n")
    assert read_list(path, IDS) == ([["apple", "bread", "candle"], ["bread", "candle", "drum"]], "")
    assert read_list(path, (), "no")[0][0] == ["apple", "bread", "candle"]


def labelled(matrix: np.ndarray, ids: tuple[str, ...], corner: str = "") -> str:
    lines = [",".join([corner, *ids])]
    lines += [",".join([name, *map(repr, row)]) for name, row in zip(ids, matrix.tolist(), strict=True)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("corner", ["", "id"])
def test_a_matrix_with_ids_is_put_in_order(tmp_path: Path, matrix: np.ndarray, corner: str) -> None:
    order = [2, 0, 3, 1]
    text = labelled(matrix[np.ix_(order, order)], tuple(IDS[place] for place in order), corner)
    assert np.allclose(read_matrix(write(tmp_path / "a.csv", text), IDS).values, matrix)


def test_a_matrix_of_some_items_leaves_the_others_out(tmp_path: Path, matrix: np.ndarray) -> None:
    found = read_matrix(write(tmp_path / "a.csv", labelled(matrix[:2, :2], ("drum", "apple"))), IDS)
    assert found.ids == ("apple", "drum") and found.values[1, 0] == matrix[0, 1]


def test_unknown_ids_in_a_matrix_are_named(tmp_path: Path, matrix: np.ndarray) -> None:
    path = write(tmp_path / "a.csv", labelled(matrix[:2, :2], ("apple", "pear")))
    with pytest.raises(InputError, match="a.csv: there is no item with the id 'pear'"):
        read_matrix(path, IDS)


def test_plain_matrices(tmp_path: Path, matrix: np.ndarray) -> None:
    plain = "\n".join(",".join(map(repr, row)) for row in matrix.tolist())
    assert np.allclose(read_matrix(write(tmp_path / "a.csv", plain), IDS).values, matrix)
    header = ",".join(IDS[::-1]) + "\n" + "\n".join(",".join(map(repr, row)) for row in matrix[::-1, ::-1].tolist())
    assert np.allclose(read_matrix(write(tmp_path / "b.csv", header), IDS).values, matrix)
    np.save(tmp_path / "a.npy", matrix)
    assert np.allclose(read_matrix(tmp_path / "a.npy", IDS).values, matrix)


@pytest.mark.parametrize("people", [1, 3])
def test_condensed_vectors_become_matrices(tmp_path: Path, matrix: np.ndarray, people: int) -> None:
    rows = np.repeat(matrix[UPPER][None], people, axis=0)
    np.save(tmp_path / "a.npy", rows)
    np.savetxt(tmp_path / "a.csv", rows, delimiter=",")
    for name in ("a.npy", "a.csv"):
        found = read_matrix(tmp_path / name, IDS).values
        assert found.shape == (people, 4, 4) and np.allclose(found[-1], matrix)


def test_one_condensed_vector_in_a_row_or_a_column(tmp_path: Path, matrix: np.ndarray) -> None:
    np.save(tmp_path / "b.npy", matrix[UPPER])
    np.savetxt(tmp_path / "column.txt", matrix[UPPER])
    (tmp_path / "list.json").write_text(json.dumps([matrix[UPPER].tolist()]), encoding="utf-8")
    for name in ("b.npy", "column.txt", "list.json"):
        assert np.allclose(read_matrix(tmp_path / name, IDS).values[0], matrix)


def test_our_own_arrays_name_their_items_and_people(tmp_path: Path, matrix: np.ndarray) -> None:
    some = np.array(["drum", "bread", "apple"])
    part = matrix[:3, :3]
    condensed = part[np.triu_indices(3, 1)][None]
    np.savez(tmp_path / "a.npz", dissimilarities=condensed, matrices=part[None], items=some, annotators=["p"])
    for name in ("", "matrices"):
        found = read_matrix(tmp_path / "a.npz", IDS, name)
        assert (found.ids, found.people) == (("apple", "bread", "drum"), ("p",))
        assert found.values[0, 2, 1] == part[0, 1]


def test_dissimilarities_of_rsatoolbox_as_arrays_and_as_json(tmp_path: Path, matrix: np.ndarray) -> None:
    """`RDMs.dissimilarities` with its descriptors, and `RDMs.to_dict()` with lists for arrays."""
    order, rows = [2, 0, 3, 1], np.stack([matrix[UPPER], 2 * matrix[UPPER]])
    shuffled = np.stack([one[np.ix_(order, order)][UPPER] for one in (matrix, 2 * matrix)])
    conds, people = [IDS[place] for place in order], ["s1", "s2"]
    np.savez(tmp_path / "a.npz", dissimilarities=shuffled, conds=conds, index=range(4), subj=people)
    values = {"dissimilarities": shuffled.tolist(), "descriptors": {}, "dissimilarity_measure": "euclidean"}
    nested = {"pattern_descriptors": {"index": [0, 1, 2, 3], "conds": conds}, "rdm_descriptors": {"subj": people}}
    (tmp_path / "a.json").write_text(json.dumps(values | nested), encoding="utf-8")
    for name in ("a.npz", "a.json"):
        found = read_matrix(tmp_path / name, IDS)
        assert (found.people, found.remark) == (("s1", "s2"), "")
        np.testing.assert_array_equal(found.values[:, *UPPER], rows)
    np.savez(tmp_path / "b.npz", dissimilarities=rows, conds=["one", "two", "three", "four"])
    assert "Its items (one, two, three …) are no ids" in read_matrix(tmp_path / "b.npz", IDS).remark
    np.savez(tmp_path / "c.npz", dissimilarities=rows[:, :3], conds=["one", "two", "three"])
    with pytest.raises(InputError, match="c.npz: there is no item with the id 'one'"):
        read_matrix(tmp_path / "c.npz", IDS)


def test_ids_that_a_spreadsheet_would_run(tmp_path: Path, matrix: np.ndarray) -> None:
    ids = ("=1", "'=1", " +b", "a\tb")
    cells = tuple(map(safe_text, ids))
    assert read_matrix(write(tmp_path / "a.csv", labelled(matrix, cells)), ids).ids == ids
    np.savez(tmp_path / "a.npz", dissimilarities=matrix[UPPER], items=ids[::-1])
    assert read_matrix(tmp_path / "a.npz", ids).ids == ids
