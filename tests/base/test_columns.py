import numpy as np
import pyarrow as pa
import pytest

from explorer.base.columns import codes_of

TEXTS = ["red", "blue", None, "red", "green", "blue"]
CODES = [0, 1, -1, 0, 2, 1]


@pytest.mark.parametrize(
    "column",
    [
        pa.array(TEXTS),
        pa.array(TEXTS).dictionary_encode(),
        pa.chunked_array([TEXTS[:2], TEXTS[2:]]),
        pa.chunked_array([pa.array(TEXTS[:2]).dictionary_encode(), pa.array(TEXTS[2:]).dictionary_encode()]),
    ],
)
def test_values_are_numbered_as_they_come(column: pa.Array | pa.ChunkedArray) -> None:
    found = codes_of(column)
    assert found.names == ("red", "blue", "green") and len(found) == 3
    assert found.codes.tolist() == CODES and found.codes.dtype == np.int64
    assert found.counts.tolist() == [2, 2, 1]


def test_a_missing_value_in_a_dictionary_is_missing() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None], pa.int8()), pa.array(["a", None, "b"]))
    found = codes_of(column)
    assert found.names == ("a", "b") and found.codes.tolist() == [0, -1, 1, -1]


def test_other_kinds_of_values_are_named_as_texts() -> None:
    assert codes_of(pa.array([True, False, True])).names == ("true", "false")
    assert codes_of(pa.array([3, 1, 3])).names == ("3", "1")


def test_an_empty_column_has_no_values() -> None:
    found = codes_of(pa.chunked_array([], pa.string()))
    assert (len(found), found.codes.tolist(), found.counts.tolist()) == (0, [], [])
