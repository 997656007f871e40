"""Things matched by the vectors of a model."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.match.by_vectors import VECTORS
from explorer.features.match.service import make_task, match, why_not
from explorer.features.match.side import Side
from explorer.features.match.sides import side_of_strings


def side(name: str, vectors: list[list[float]], encoder: str = "pocket") -> Side:
    made = np.array(vectors, np.float32)
    return replace(side_of_strings([""] * len(made), name), vectors=made, encoder=encoder)


LEFT = side("a", [[1, 0], [0, 1], [0, 0]])
RIGHT = side("b", [[0.6, 0.8], [1, 0]])


def test_the_nearest_by_cosine_and_nothing_for_what_has_no_vector() -> None:
    found = match(make_task(LEFT, RIGHT, "vectors", model=""), "vectors").pairs
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 1), (0, 0), (1, 0), (1, 1)]
    assert found.scores.tolist() == pytest.approx([1, 0.6, 0.8, 0], abs=1e-3)


def test_of_one_list_each_pair_stands_once_and_the_reason_is_its_cosine() -> None:
    found = match(make_task(RIGHT, None, "vectors", model=""), "vectors")
    assert (found.pairs.left.tolist(), found.pairs.right.tolist()) == ([0], [1])
    assert found.reasons(0).fields[0].score == pytest.approx(0.6, abs=1e-3)


def test_vectors_of_two_models_or_none_are_told() -> None:
    with pytest.raises(InputError, match="expected those of one model"):
        match(make_task(LEFT, side("b", [[1, 0]], "other"), "vectors", model=""), "vectors")
    assert why_not(VECTORS, LEFT, side_of_strings(["x"], "c")).endswith("needs a collection with vectors: c has none.")
