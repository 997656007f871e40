"""Parts: given ones are taken as they are, drawn ones keep every label on both sides, nothing is in two of them."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.features.tune.retrieval.parts import parts_of, split_column


def items(**columns: list[str]) -> Dataset:
    count = len(next(iter(columns.values())))
    ids = [str(number) for number in range(count)]
    return Dataset(pa.table({"id": ids, "path": ids, "text": [""] * count, "hash": ids, **columns}))


def test_a_column_called_split_is_found_and_taken_as_it_is() -> None:
    dataset = items(split=["train", "Test", "val", "train", "", "other"])
    assert split_column(dataset) == "split"
    found = parts_of(dataset, np.zeros(6, dtype=np.int64), np.ones(6, dtype=bool), "split")
    assert [found.train.tolist(), found.watch.tolist(), found.test.tolist()] == [[0, 3], [2], [1]]
    assert found.said == "the items whose split is test"


def test_without_val_some_of_train_say_when_to_stop() -> None:
    dataset = items(part=["train"] * 20 + ["test"] * 5)
    found = parts_of(dataset, np.zeros(25, dtype=np.int64), np.ones(25, dtype=bool), split_column(dataset, "part"))
    assert (len(found.train), len(found.watch), found.test.tolist()) == (16, 4, [20, 21, 22, 23, 24])


def test_val_that_no_score_can_be_told_of_does_not_say_when_to_stop() -> None:
    """One item of each label finds none of its own: the score would be 0 at every step, and training stop by it."""
    dataset = items(split=["train"] * 40 + ["val"] * 4 + ["test"] * 8)
    codes = np.arange(52) % 4
    found = parts_of(dataset, codes, np.ones(52, dtype=bool), "split")
    assert found.test.tolist() == list(range(44, 52)) and len(found.train) + len(found.watch) == 44
    assert np.bincount(codes[found.watch]).tolist() == [2, 2, 2, 2]


def test_of_small_labels_two_items_say_when_to_stop() -> None:
    dataset = items(part=["train"] * 16 + ["test"] * 4)
    codes = np.r_[np.arange(16) % 4, np.arange(4)]
    found = parts_of(dataset, codes, np.ones(20, dtype=bool), "part")
    assert np.bincount(codes[found.watch]).tolist() == [2, 2, 2, 2]


def test_another_column_cannot_say_what_is_learned_from() -> None:
    dataset = items(colour=["red", "blue"])
    assert split_column(dataset) == ""
    with pytest.raises(InputError, match="expected values train and test .* got blue, red"):
        split_column(dataset, "colour")
    with pytest.raises(InputError, match="no such column"):
        split_column(dataset, "nothing")


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=60), st.integers(0, 5))
def test_drawn_parts_share_nothing_and_lose_nothing(codes: list[int], seed: int) -> None:
    labels = np.array(codes, dtype=np.int64)
    usable = np.random.default_rng(seed).random(len(codes)) < 0.8
    found = parts_of(items(a=["x"] * len(codes)), labels, usable, "", seed)
    together = np.concatenate([found.train, found.watch, found.test])
    assert sorted(together.tolist()) == np.flatnonzero(usable & (labels >= 0)).tolist()
    for code in np.unique(labels[together]):
        if (labels[together] == code).sum() > 2:
            assert (labels[found.test] == code).any()
            assert (labels[found.train] == code).any()
