"""The sentence on how a filtered query was answered."""

from explorer.index import WAYS
from explorer.search.how_found import WORDS, how_words


def test_every_way_has_a_sentence_and_nothing_is_said_of_nothing() -> None:
    assert set(WORDS) == set(WAYS)
    assert all(sentence.endswith(".") for sentence in WORDS.values())
    assert how_words("over-fetch", 5).endswith("(over-fetch).") and how_words("subset", 0) == ""
