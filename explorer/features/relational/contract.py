"""All methods of relational similarity by name, and the word lists that other features use.

A method is one file here that defines `METHOD`, and one line in `METHODS`. See `method.py` for the two kinds.
"""

from explorer.features.relational import both_offsets, captions, logic, looks, offset, ratio
from explorer.features.relational.anonymise import ATTRIBUTES, Lexicon, read_lexicon
from explorer.features.relational.method import NEEDS, Ask, Kind, Method
from explorer.features.relational.plain_words import DETERMINERS

__all__ = [
    "ATTRIBUTES",
    "DETERMINERS",
    "METHODS",
    "NEEDS",
    "Ask",
    "Kind",
    "Lexicon",
    "Method",
    "methods_of",
    "read_lexicon",
]

_ALL = (
    looks.METHOD,
    captions.METHOD,
    logic.METHOD,
    offset.METHOD,
    ratio.METHOD,
    both_offsets.METHOD,
)

METHODS: dict[str, Method] = {method.name: method for method in _ALL}


def methods_of(kind: Kind) -> dict[str, Method]:
    """The methods that answer one kind of question, in order."""
    return {name: method for name, method in METHODS.items() if method.kind == kind}
