"""Conditions in words and in vectors."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.encoders import load_encoder
from explorer.features.conditional.aspect_values import named_aspects
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.meaning import condition_text, meaning
from explorer.workspace.opened import Opened


def test_conditions_in_words() -> None:
    colour = named_aspects()["colour"]
    assert condition_text(Condition("aspect", "colour"), colour) == "colour"
    assert "red" in condition_text(Condition("aspect", "colour", True, "red"), colour)
    assert condition_text(Condition("text", "at night", True), None) == "at night"


def test_unknown_aspects_columns_and_values_are_refused(texts: Opened) -> None:
    encoder, data = load_encoder("sentence"), texts.dataset
    vectors = texts.embeddings(encoder.spec)
    for condition, words in (
        (Condition("aspect", "smell"), "Aspect: expected one of"),
        (Condition("column", "smell"), "Expected one of the columns"),
        (Condition("column", "colour", True, "gold"), "has no value 'gold'"),
    ):
        with pytest.raises(InputError, match=words):
            meaning(data, vectors, encoder, condition)


def test_a_change_may_name_a_value_of_its_own(texts: Opened) -> None:
    encoder = load_encoder("sentence")
    vectors = texts.embeddings(encoder.spec)
    found = meaning(texts.dataset, vectors, encoder, Condition("aspect", "colour", True, "golden"))
    assert found.wish == -1
    assert np.linalg.norm(found.condition) == pytest.approx(1, abs=1e-4)


def test_the_wish_is_the_place_of_its_value(texts: Opened) -> None:
    encoder = load_encoder("sentence")
    for kind in ("aspect", "column"):
        wish = Condition(kind, "colour", True, "green")
        found = meaning(texts.dataset, texts.embeddings(encoder.spec), encoder, wish)
        assert found.words[found.wish] == "green"
        same = meaning(texts.dataset, texts.embeddings(encoder.spec), encoder, Condition(kind, "colour"))
        assert same.wish == -1 and same.words == found.words
