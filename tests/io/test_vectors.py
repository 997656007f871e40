from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.errors import InputError
from explorer.io.vectors import column_vectors, npy_beside, own_vectors, read_npy, unit_vectors

LISTS = [[3.0, 4.0], None, [0.0, 2.0]]


@pytest.mark.parametrize("kind", [pa.list_(pa.float64()), pa.list_(pa.float32(), 2), pa.large_list(pa.int64())])
def test_lists_of_every_kind(kind: pa.DataType) -> None:
    column = pa.chunked_array([pa.array(LISTS[:2], kind), pa.array(LISTS[2:], kind)])
    values, present, _ = column_vectors(column, "v")
    assert present.tolist() == [True, False, True]
    assert values.tolist() == [[3, 4], [0, 0], [0, 2]]


WRITTEN = ["[3, 4]", "[ 3.  4.]", "array([3., 4.], dtype=float32)", "tensor([3, 4])", "(3, 4)", "{3,4}", "3.0 4.0"]


@pytest.mark.parametrize("text", WRITTEN)
def test_texts_that_hold_lists(text: str) -> None:
    values, present, odd = column_vectors(pa.chunked_array([[text, "", "nan", "None", "[0, 2.0]"]]), "v")
    assert values.tolist() == [[3, 4], [0, 0], [0, 0], [0, 0], [0, 2]]
    assert present.tolist() == [True, False, False, False, True]
    assert odd == {}


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0, 3.0]], "v: 1 vector left out; row 3 has 3 numbers, the others 2."),
        ([[1.0, 2.0], [0.0, 0.0], [3.0, 4.0]], "v: 1 vector left out; row 2 holds only zeros."),
        ([[1.0, 2.0], [1.0, None], [float("nan"), 1.0]], "v: 2 vectors left out; row 2 holds NaN or infinity."),
        (["[1, 2]", "oops", "[3, 4]"], "v: 1 vector left out; row 2 cannot be read as a list of numbers."),
        (["[1, 2]", "[1e999, 1]", "[3, 4]"], "v: 1 vector left out; row 2 holds NaN or infinity."),
    ],
)
def test_a_bad_vector_costs_its_row(rows: list[object], note: str) -> None:
    found = own_vectors("v", pa.chunked_array([pa.array(rows)]))
    assert found.note == note
    assert found.present.sum() == 3 - int(note.split()[1])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[0.0, 0.0], [0.0, 0.0]], "v: expected vectors, got none that can be used; row 1 holds only zeros"),
        ([[1.0], [1.0, 2.0], [1.0, 2.0, 3.0]], "v: expected vectors of one length, got lists of 1, 2, 3 numbers"),
        (["[0.1 ... 0.2]", "[0.1 ... 0.3]"], "v: expected whole vectors; they were cut"),
        (["a", "b"], "v: expected vectors of one length, got no lists of numbers"),
    ],
)
def test_no_vector_at_all_is_an_error(rows: list[object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        own_vectors("v", pa.chunked_array([pa.array(rows)]))


def test_unit_rows_are_those_of_the_items() -> None:
    values = np.array([[3.0, 4.0], [np.nan, 1.0], [0.0, 2.0]])
    rows, present, norms = unit_vectors(values, np.array([True, False, True]), np.array([2, 1, 0]))
    assert np.allclose(rows, np.array([[0, 1], [0, 0], [0.6, 0.8]])) and norms.tolist() == [2, 0, 5]
    assert present.tolist() == [True, False, True]


def test_npy_beside_a_table(tmp_path: Path) -> None:
    for name in ("items.npy", "items.clip.npy", "items_dino.npy", "itemsother.npy", "else.npy"):
        np.save(tmp_path / name, np.ones((3, 2)))
    assert npy_beside(tmp_path / "items.csv") == (["items.clip.npy", "items.npy", "items_dino.npy"], [])
    assert read_npy(tmp_path / "items.npy", 3).shape == (3, 2)
    for count in (2, 4):
        with pytest.raises(InputError, match=rf"items\.npy: expected {count} vectors, one a row of the table, got 3"):
            read_npy(tmp_path / "items.npy", count)


def test_npy_files_are_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"a\.npy: expected an \.npy file of numbers"):
        read_npy(tmp_path / "a.npy", 1)
    np.save(tmp_path / "b.npy", np.ones(3))
    with pytest.raises(InputError, match=r"b\.npy: expected numbers of shape"):
        read_npy(tmp_path / "b.npy", 3)
    (tmp_path / "c.npy").write_bytes(b"")
    with pytest.raises(InputError, match=r"c\.npy: expected"):
        read_npy(tmp_path / "c.npy", 3)
