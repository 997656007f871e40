"""Whether a word names a thing that one can see: an animal, artefact, part of a body, food, person, plant, substance.

Verbs ("illustrates"), and nouns of change, logic, number, shape or relation ("progression", "structure"), name none.
"""

from collections.abc import Iterator
from functools import cache

from explorer.base.shipped import ASSETS
from explorer.features.relational.plain_words import HARMLESS, sections

FILE = ASSETS / "english.txt"
ENDINGS = (
    ("ies", "y"),
    ("ves", "f"),
    ("es", ""),
    ("s", ""),
    ("ied", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
)
"""Endings of plurals, verbs and adverbs, and what they stand for."""
VERBS = ("ed", "ing", "ly")
ABSTRACT = (
    *("ive", "al", "ous", "ful", "less", "ic", "able", "ible", "tion", "sion", "ness", "ity", "ment", "ism", "ence"),
    *("ance", "ize", "izes", "ise", "ises", "ify", "ifies"),
)
"""Endings of unknown words that are no things: those that are end otherwise, or are known."""


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(" ".join(sections(FILE)[name]).split())


def is_thing(word: str) -> bool | None:
    """True for the name of a thing, in small letters, singular or plural; False for other words; None for none known.

    A word with a hyphen is a thing when its last part is one and the whole is not known.
    """
    if word in HARMLESS:
        return False
    found = [known for form in _forms(word) if (known := _known(form)) is not None]
    if word.endswith(VERBS):
        return word in _words("things") and all(found)
    if found:
        return found[0]
    if "-" in word:
        return is_thing(word.rpartition("-")[2])
    return False if word.endswith(ABSTRACT) else None


def _known(word: str) -> bool | None:
    if word in _words("things"):
        return True
    return False if word in _words("others") or word in HARMLESS else None


def _forms(word: str) -> Iterator[str]:
    """The word, then what it may be an inflection of."""
    yield word
    for ending, instead in ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2:
            yield stem + instead
            if ending in ("ed", "ing") and stem[-1] == stem[-2]:
                yield stem[:-1]
