"""Single numbers of a text."""

import re
from collections.abc import Callable

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words(text: str) -> float:
    """How many words a text has."""
    return float(len(WORD.findall(text)))


def word_length(text: str) -> float:
    """Mean number of characters a word; NaN without words."""
    found = WORD.findall(text)
    return sum(map(len, found)) / len(found) if found else float("nan")


def variety(text: str) -> float:
    """Different words / words, 0 to 1; NaN without words."""
    found = [word.casefold() for word in WORD.findall(text)]
    return len(set(found)) / len(found) if found else float("nan")


def digits(text: str) -> float:
    """Share of the words that hold a digit, 0 to 1; NaN without words."""
    found = WORD.findall(text)
    return sum(any(c.isdigit() for c in word) for word in found) / len(found) if found else float("nan")


TEXT_STATISTICS: dict[str, Callable[[str], float]] = {
    "words": words,
    "word length": word_length,
    "variety": variety,
    "digits": digits,
}
TEXT_ENDS = {
    "words": ("short", "long"),
    "word length": ("short-worded", "long-worded"),
    "variety": ("repetitive", "varied"),
    "digits": ("few numbers", "many numbers"),
}
"""What the low and the high end of each are called."""

TEXT_UNITS = {
    "words": "in the text",
    "word length": "letters a word",
    "variety": "different words / words",
    "digits": "words with a digit / words",
}
