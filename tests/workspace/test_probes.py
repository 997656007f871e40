"""Texts that a person may type: many, distinct, and from the collection's own columns."""

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.dataset import Dataset
from explorer.encoders.kept_texts import kept_vectors
from explorer.encoders.sentence import SHA256, MiniLMEncoder
from explorer.workspace.probes import LONGEST, general_texts, own_texts

ITEMS = 3_000


def test_everyday_texts_are_many_distinct_and_plain() -> None:
    texts = general_texts()
    assert len(texts) >= 1_200 and len({text.casefold() for text in texts}) == len(texts)
    assert all(text == " ".join(text.split()) and 1 < len(text) < LONGEST for text in texts)
    assert {"cat", "something to drink", "a couple walking by the sea"} <= set(texts)


def test_the_vectors_that_ship_are_those_of_the_everyday_texts() -> None:
    texts = general_texts()
    kept = kept_vectors(SHA256, texts)
    assert kept is not None, "they are made anew by: python -m recipes.everyday"
    some = range(0, len(texts), 60)
    worked_out = MiniLMEncoder().encode_texts([texts[row] for row in some])
    np.testing.assert_allclose(kept[some], worked_out, rtol=0, atol=2e-4)
    assert kept_vectors("other weights", texts) is None
    assert kept_vectors(SHA256, [*texts[1:], texts[0]]) is None


@pytest.fixture
def dataset() -> Dataset:
    rows = range(ITEMS)
    return Dataset(
        pa.table(
            {
                "id": [f"item {row}" for row in rows],
                "path": [f"{row}.webp" for row in rows],
                "text": [""] * ITEMS,
                "hash": ["ab"] * ITEMS,
                "label": pa.array(["cat_bird", "dog", "7"] * (ITEMS // 3)).dictionary_encode(),
                "tags": [["warm", "cold"]] * ITEMS,
                "year": [1990] * ITEMS,
                "caption": [f"A walk by lake number {row}. It rained." for row in rows],
            }
        )
    )


def test_own_texts_are_labels_first_and_then_first_sentences(dataset: Dataset) -> None:
    texts = own_texts(dataset, 13)
    assert texts[:4] == ("cat bird", "dog", "warm", "cold")
    assert texts[4] == "A walk by lake number 0." and texts[-1] == "A walk by lake number 2666."
    assert len(texts) == len(set(texts)) == 13


def test_own_texts_keep_to_the_number_asked_for(dataset: Dataset) -> None:
    assert own_texts(dataset, 2) == ("cat bird", "warm")
    assert own_texts(Dataset(dataset.table.select(["id", "path", "text", "hash"])), 5) == ()


def test_long_texts_are_cut_at_a_word(dataset: Dataset) -> None:
    table = dataset.table.set_column(2, "text", pa.array(["nothing but words " * 20] * ITEMS))
    (cut,) = [text for text in own_texts(Dataset(table), 50) if text.startswith("nothing")]
    assert len(cut) <= LONGEST and cut.endswith(("nothing", "but", "words"))
