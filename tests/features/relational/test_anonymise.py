"""Anonymous captions: nothing concrete stays, or it is reported; the relation stays."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.relational.anonymise import anonymise, leftovers, plural, read_lexicon, without_nouns
from explorer.features.relational.things import is_thing
from explorer.scenes import caption, sample
from explorer.scenes.words import COLOUR_WORDS, FILL_WORDS, RELATION_MARKS, SHAPE_WORDS

LEXICON = read_lexicon()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two red dogs chasing a cat on the beach", "{Animals} chasing {Other Animal} on {Place}"),
        ("A man riding a wave on top of a surfboard.", "{Person} riding {Object} on top of {Vehicle}."),
        ("A wooden table with 3 cups", "{Furniture} with {Containers}"),
        ("The car is red and the truck is blue", "{Vehicle} is {Colour} and {Other Vehicle} is {Colour}"),
        ("an orange cat sleeping on an orange", "{Animal} sleeping on {Food}"),
        ("a dog next to a dog", "{Animal} next to {Animal}"),
        ("Barack Obama's dog watches a bird fly", "{Name}'s {Animal} watches {Other Animal} fly"),
        ("she combs her hair in front of a mirror", "she combs {Body part} in front of {Furniture}"),
        ("{Animal} on top of {Object}", "{Animal} on top of {Object}"),
        ("a large gnarled tree", "{Plant}"),
    ],
)
def test_sentences(text: str, expected: str) -> None:
    found = anonymise(text, LEXICON)
    assert found.text == expected
    assert found.leftovers == ()


def test_what_no_list_knows_is_left_over() -> None:
    found = anonymise("A zorgle next to a frobnicator", LEXICON)
    assert found.leftovers == ("zorgle", "frobnicator")


def test_a_relation_in_a_concrete_word_stays() -> None:
    assert "in a circle" in anonymise("three children sitting in a circle", LEXICON).text
    assert "{Shape}" in anonymise("three children sitting on a circle", LEXICON).text


def test_leftover_concrete_nouns_of_a_models_answer_are_found() -> None:
    assert leftovers("{Animal} chasing a cat on {Place}", LEXICON) == ("cat",)
    assert leftovers("{Animal} chasing {Other Animal}", LEXICON) == ()


@given(st.integers(0, 100_000))
def test_scenes_lose_their_looks_and_keep_their_relation(seed: int) -> None:
    scene = sample(np.random.default_rng(seed))
    found = anonymise(caption(scene), LEXICON)
    outside = re.sub(r"\{[^}]*\}", " ", found.text).lower()
    for phrase in RELATION_MARKS[scene.relation]:
        outside = outside.replace(phrase, " ")
    words = set(re.findall(r"[\w-]+", outside))
    assert not words & {word for names in COLOUR_WORDS.values() for word in names}
    assert not words & {word for names in FILL_WORDS.values() for word in names}
    assert not words & {word for pairs in SHAPE_WORDS.values() for pair in pairs for word in pair}
    assert found.leftovers == ()


@given(st.text(min_size=1, max_size=80))
def test_any_text_is_taken_and_slots_are_whole(text: str) -> None:
    if not text.strip():
        with pytest.raises(InputError, match="at least one word"):
            anonymise(text, LEXICON)
        return
    found = anonymise(text, LEXICON)
    assert all(word not in ("", " ") for word in found.leftovers)


@given(st.integers(0, 10_000))
def test_anonymous_captions_stay_as_they_are(seed: int) -> None:
    scene = sample(np.random.default_rng(seed))
    once = anonymise(caption(scene), LEXICON).text
    assert anonymise(once, LEXICON).text == once


def test_striking_nouns_out_is_not_the_method() -> None:
    text = "Two red dogs chasing a cat"
    assert without_nouns(text, LEXICON) == "chasing"
    assert without_nouns(text, LEXICON) != anonymise(text, LEXICON).text


def test_plurals() -> None:
    assert [plural(word) for word in ("cat", "box", "baby", "toy", "Person")] == [
        "cats",
        "boxes",
        "babies",
        "toys",
        "People",
    ]


OFFICIAL_STYLE = [
    "This image illustrates the progression of {Object} from its initial state to its final form.",
    "The juxtaposition of {Subject} and {Other Subject} highlights a playful interplay of scale and perspective.",
    "A structured arrangement of {Objects} emphasizes symmetry, rhythm and repetition.",
    "{Person} interacts with {Animal}, showcasing mutual trust and emotional connection.",
    "This depiction represents the transformation of {Material} through three sequential phases.",
    "{Subject} is juxtaposed with its counterpart to convey a reflective, symbolic relationship.",
    "The key elements of {Process} are organized step by step within a hierarchical system.",
    "How {Object} evolves over time, demonstrating resilience and adaptability despite external forces.",
]
"""Sentences in the words of the official anonymous captions: verbs, and nouns of change, logic, number and relation."""


@pytest.mark.parametrize("text", OFFICIAL_STYLE)
def test_verbs_and_abstract_nouns_name_no_thing(text: str) -> None:
    assert leftovers(text, LEXICON) == ()


def leaks() -> list[tuple[str, str]]:
    """Captions with the word that is still concrete."""
    lines = Path(__file__).with_name("leaks.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" | ") for line in lines if not line.startswith(("#", "["))]
    return [(text, word) for text, word in pairs]


def test_things_colours_and_materials_that_stay_are_found() -> None:
    assert len(leaks()) == 60
    assert [text for text, word in leaks() if word not in leftovers(text, LEXICON)] == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a watch beside {Animal}", ("watch",)),
        ("{People} watch {Animal}", ()),
        ("{Person} holds a key", ("key",)),
        ("the key moments of {Event}", ()),
        ("{Animal} mirrors the pose of {Person}", ()),
        ("the zorgle of {Person}", ("zorgle",)),
        ("a rose-shaped {Object}", ()),
        ("{Object} beside a toy-giraffe", ("toy-giraffe",)),
    ],
)
def test_a_word_is_judged_where_it_stands(text: str, left: tuple[str, ...]) -> None:
    assert leftovers(text, LEXICON) == left


@pytest.mark.parametrize(
    ("word", "thing"),
    [
        ("staircase", True),
        ("wolves", True),
        ("berries", True),
        ("illustrates", False),
        ("progression", False),
        ("running", False),
        ("stopped", False),
        ("transformativeness", False),
        ("zorgle", None),
    ],
)
def test_things_are_told_from_other_words(word: str, thing: bool | None) -> None:
    assert is_thing(word) is thing
