from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.errors import InputError
from explorer.io.vectors import column_vectors, npy_beside, read_npy, unit_vectors

LISTS = [[3.0, 4.0], None, [0.0, 2.0]]


@pytest.mark.parametrize("kind", [pa.list_(pa.float64()), pa.list_(pa.float32(), 2), pa.large_list(pa.int64())])
def test_lists_of_every_kind(kind: pa.DataType) -> None:
    column = pa.chunked_array([pa.array(LISTS[:2], kind), pa.array(LISTS[2:], kind)])
    values, present = column_vectors(column, "v")
    assert present.tolist() == [True, False, True]
    assert values.tolist() == [[3, 4], [0, 0], [0, 2]]


def test_texts_that_hold_lists() -> None:
    values, present = column_vectors(pa.chunked_array([["[3, 4]", "", "[0, 2.0]"]]), "v")
    assert (values.tolist(), present.tolist()) == ([[3, 4], [0, 0], [0, 2]], [True, False, True])
    with pytest.raises(InputError, match="v: expected vectors like .1, 2., got 'oops' in row 2"):
        column_vectors(pa.chunked_array([["[3, 4]", "oops"]]), "v")


def test_wrong_length_names_the_row() -> None:
    with pytest.raises(InputError, match="v: expected vectors of length 2, got length 3 in row 3"):
        column_vectors(pa.chunked_array([[[1.0, 2.0], [3.0, 4.0], [1.0, 2.0, 3.0]]]), "v")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.nan, "got NaN or infinity in row 5"),
        (np.inf, "got NaN or infinity in row 5"),
        (0.0, "got only zeros in row 5"),
    ],
)
def test_bad_rows_are_named_as_in_the_source(bad: float, message: str) -> None:
    values = np.ones((6, 3))
    values[4] = bad
    kept = np.array([0, 2, 4, 5])
    with pytest.raises(InputError, match=f"v: expected .*{message}"):
        unit_vectors(values, np.ones(6, bool), kept, "v")
    rows, present = unit_vectors(values, np.ones(6, bool), np.array([0, 5]), "v")
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert present.all()


def test_absent_vectors_are_zero() -> None:
    rows, present = unit_vectors(np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([True, False]), np.array([1, 0]), "v")
    assert np.allclose(rows, np.array([[0, 0], [0.6, 0.8]]))
    assert present.tolist() == [False, True]


def test_npy_beside_a_table(tmp_path: Path) -> None:
    for name in ("items.npy", "items.clip.npy", "items_dino.npy", "itemsother.npy", "else.npy"):
        np.save(tmp_path / name, np.ones((3, 2)))
    assert npy_beside(tmp_path / "items.csv") == ["items.clip.npy", "items.npy", "items_dino.npy"]
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
