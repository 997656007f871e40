"""A text as tokens: words, numbers, and every operator and mark of punctuation by itself. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError

TOKEN = re.compile(r"\w+|[^\w\s]")
MOST = 40_000
"""Tokens of a text at most: comparing two such texts takes some 200 MB."""


@dataclass(frozen=True)
class Tokens:
    """text: as it was given. words: (t,) its tokens. spans: (t, 2) first character of each, and the one behind it."""

    text: str
    words: tuple[str, ...]
    spans: Rows

    def __len__(self) -> int:
        return len(self.words)


def tokens_of(text: str, name: str = "text") -> Tokens:
    """The tokens of a text; what stands between them, spaces and ends of lines, does not count.

    InputError for more than 40,000 of them.
    """
    found = list(TOKEN.finditer(text))
    if len(found) > MOST:
        raise InputError(f"{name}: expected at most {MOST:,} words and signs, got {len(found):,}. Compare it in parts.")
    spans = np.array([one.span() for one in found], np.int64).reshape(-1, 2)
    return Tokens(text, tuple(one.group() for one in found), spans)


def numbered(*texts: Sequence[str]) -> list[list[int]]:
    """The tokens of several texts as numbers, the same number for the same token."""
    known: dict[str, int] = {}
    return [[known.setdefault(word, len(known)) for word in one] for one in texts]
