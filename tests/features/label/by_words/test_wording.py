"""Labels as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.label.by_words.wording import WordLabel, read_labels, with_keyword, write_labels


def test_a_label_a_line() -> None:
    found = read_labels("sports: football , league,football | a match\n\n  money\n")
    assert found == (WordLabel("sports", ("football", "league"), "a match"), WordLabel("money", ("money",)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at least two labels"),
        ("sports: ball", "at least two labels"),
        (": ball\nmoney: bank", "Line 1: expected a name"),
        ("a: x\na: y", "'a' stands in two lines"),
        ("\n".join(f"l{i}: w" for i in range(61)), "at most 60 labels"),
        ("a: " + ",".join(f"w{i}" for i in range(61)) + "\nb: x", "at most 60 keywords"),
        ("a: " + "x" * 4000 + "\nb: x", "Line 1: expected at most"),
    ],
)
def test_what_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_labels(text)


def test_a_keyword_more() -> None:
    labels = read_labels("a: x\nb: y")
    assert with_keyword(labels, "b", "z, y")[1].keywords == ("y", "z")
    assert with_keyword(labels, "c", "z") == labels


WORD = st.text("abc déÉ-'", min_size=1, max_size=9).map(str.strip).filter(bool)


@given(
    st.dictionaries(
        WORD, st.tuples(st.lists(WORD, min_size=1, max_size=4, unique=True), WORD | st.just("")), min_size=2, max_size=5
    )
)
def test_comes_back_as_it_was(labels: dict[str, tuple[list[str], str]]) -> None:
    made = tuple(WordLabel(name, tuple(words), about) for name, (words, about) in labels.items())
    assert read_labels(write_labels(made)) == made
