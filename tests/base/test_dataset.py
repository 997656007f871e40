import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError


def dataset(ids: list[str], text: str = "x") -> Dataset:
    empty = [""] * len(ids)
    columns = {"id": ids, "path": empty, "text": [text] * len(ids), "hash": empty}
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return Dataset(table.append_column("n", pa.array(range(len(ids)), pa.int64())))


def test_what_it_says_of_itself() -> None:
    data = dataset(["a", "b"])
    assert (len(data), data.attributes, data.has_images, data.has_texts) == (2, ["n"], False, True)
    assert not dataset(["a"], "").has_texts
    assert data.column("n").tolist() == [0, 1]
    with pytest.raises(InputError, match="Expected one of the columns n; got 'm'"):
        data.column("m")
    assert data.take(np.array([1, 0]))["id"].tolist() == ["b", "a"]


@given(st.lists(st.text(max_size=5), unique=True, min_size=1), st.data())
def test_rows_of_is_the_place_of_each_id(ids: list[str], draws: st.DataObject) -> None:
    data = dataset(ids)
    wanted = draws.draw(st.lists(st.sampled_from(ids)))
    assert data.rows_of(wanted).tolist() == [ids.index(one) for one in wanted]
    assert list(data.ids) == ids


def test_unknown_ids_are_named() -> None:
    with pytest.raises(InputError, match="no item with the id 'q'"):
        dataset(["a", "b"]).rows_of(["b", "q", "r"])


@given(st.lists(st.text(max_size=4), max_size=8), st.lists(st.text(max_size=4), max_size=8))
def test_the_hash_tells_lists_of_ids_apart(first: list[str], second: list[str]) -> None:
    assert (dataset(first).ids_hash == dataset(second).ids_hash) == (first == second)


def test_the_hash_does_not_depend_on_chunks() -> None:
    whole = dataset(["a", "bc", "", "d"])
    parts = Dataset(pa.concat_tables([whole.table.slice(0, 1), whole.table.slice(1, 2), whole.table.slice(3)]))
    assert parts.table.column("id").num_chunks == 3
    assert parts.ids_hash == whole.ids_hash
