"""The values of a named aspect and of a column."""

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import InputError
from explorer.encoders import load_encoder
from explorer.features.conditional.aspect_values import (
    column_aspect,
    column_values,
    named_aspects,
    value_means,
    value_vectors,
)


def dataset(**columns: list[object]) -> Dataset:
    count = len(next(iter(columns.values())))
    numbers = [str(number) for number in range(count)]
    return Dataset(pa.table({ID: numbers, PATH: [""] * count, TEXT: numbers, HASH: numbers, **columns}))


def test_values_of_a_column_come_by_number_with_their_items() -> None:
    found = column_values(dataset(kind=["a", "b", None, "b", " "]), "kind")
    assert found.names == ("b", "a")
    assert found.codes.tolist() == [1, 0, -1, 0, -1]
    assert column_aspect("no_of", column_values(dataset(no_of=[1.0, 2.0, 2.0]), "no_of")).prompts == ("no of: {}",)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (["a", "a", "a"], "has 1 different values: an aspect needs at least 2"),
        ([None, None, None], "has 0 different values"),
        (["a", "b", "c"], "its own value"),
        ([["a"], ["b"], ["c"]], "its own value"),
        ([{"x": 1}, {"x": 2}, {"x": 1}], "holds records"),
    ],
)
def test_columns_that_are_no_aspect_say_why(column: list[object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        column_values(dataset(kind=column), "kind")


def test_means_of_values_are_those_of_a_plain_loop(rng: np.random.Generator) -> None:
    vectors, codes = rng.normal(size=(60, 4)).astype(np.float32), rng.integers(-1, 3, 60)
    rows = np.flatnonzero(rng.random(60) > 0.2)
    found = value_means(vectors, rows, codes, 4)
    for value in range(3):
        np.testing.assert_allclose(found[value], vectors[rows[codes[rows] == value]].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(found[3], vectors[rows[codes[rows] >= 0]].mean(axis=0), atol=1e-5)


def test_shipped_aspects_are_those_that_were_promised_and_differ() -> None:
    aspects = named_aspects()
    assert {"colour", "shape", "material", "count", "background", "style"} <= set(aspects)
    encoder = load_encoder("pocket")
    for aspect in aspects.values():
        assert all("{}" in prompt for prompt in aspect.prompts)
        vectors = value_vectors(encoder, aspect)
        assert (vectors @ vectors.T - np.eye(len(vectors)) < 0.999).all()
