"""What a query describes is told from the words that ask for it; words are found in names whole and in any number."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.search.line import parse_line
from explorer.search.wording import described, unquoted, words_pattern


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("a photo of a pizza", "pizza"),
        ("Picture of the Taj Mahal", "Taj Mahal"),
        ("an image of red shoes", "red shoes"),
        ("photos with dogs", "dogs"),
        ("Show me pictures of purple flowers", "purple flowers"),
        ("please find some photographs of an old ship", "old ship"),
        ("I want a red car", "a red car"),
        ("I'm looking for shoes", "shoes"),
        ("search for boats", "boats"),
        ("can you show me a pigeon", "a pigeon"),
        ("show me", "show me"),
        ("a photo of", "a photo of"),
        ("find", "find"),
        ("pictures of the", "the"),
        ("show jumping", "show jumping"),
        ("search engine", "search engine"),
        ("a drawing of a cat", "a drawing of a cat"),
        ("a cat in a picture of a house", "a cat in a picture of a house"),
        ("photo of 猫", "猫"),
        ('"a photo of a pizza"', "a photo of a pizza"),
        ("“show me”", "show me"),
    ],
)
def test_leading_words_that_ask_are_left_out(typed: str, text: str) -> None:
    assert described(typed) == text


def test_a_model_that_learned_from_captions_gets_its_frame() -> None:
    assert described("show me pictures of a pizza", "a photo of {}") == "a photo of a pizza"
    assert described("show me a pizza", "a photo of {}") == "a pizza"


@given(st.text(max_size=60))
def test_nothing_becomes_empty(typed: str) -> None:
    assert bool(described(typed).strip()) == bool(typed.strip())


def test_only_a_text_quoted_as_a_whole_is_quoted() -> None:
    assert unquoted('"red - blue"') == "red - blue"
    assert unquoted('"red" and "blue"') is None and unquoted('""') is None and unquoted("don't") is None
    assert [part.value for part in parse_line('"red - blue"').parts] == ['"red - blue"']


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pigeon", ["Pigeons", "a pigeon!", "rock_pigeon"]),
        ("pigeons", ["Pigeons", "a pigeon!", "rock_pigeon"]),
        ("ant", []),
        ("berry", ["ripe BERRIES"]),
        ("berries", ["ripe BERRIES"]),
        ("rock pigeon", ["rock_pigeon"]),
        ("...", []),
    ],
)
def test_words_are_found_whole_in_singular_and_plural(text: str, found: list[str]) -> None:
    values = pa.array(["Pigeons", "a pigeon!", "rock_pigeon", "elephant", "ripe BERRIES", ""])
    hits = pc.match_substring_regex(values, words_pattern(text), ignore_case=True)
    assert values.filter(hits).to_pylist() == found
