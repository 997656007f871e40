"""Comparing texts by their letters and words alone: what every trained model of texts stands beside."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats

_WORD = re.compile(r"\w+")
WAYS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 1)},
    "letters": {"analyzer": "char_wb", "ngram_range": (3, 5)},
}
"""Settings of scikit-learn's TfidfVectorizer: single words; three to five letters in a row within words."""


def tfidf(texts: Sequence[str], way: str, learned_from: Sequence[str] | None = None) -> Any:
    """(n, v) sparse unit rows of n texts; weights of terms from `learned_from`, or from the texts themselves.

    All zero where no text holds a term, such as texts of single signs.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(**WAYS[way], dtype=np.float32)
    try:
        made.fit(texts if learned_from is None else learned_from)
    except ValueError:  # without a single term
        made.fit(["a word"])
    return made.transform(texts)


def pair_cosines(first: Sequence[str], second: Sequence[str], way: str) -> Floats:
    """(n,) cosines of n pairs of texts by TF-IDF; weights of terms from all of the texts, no label is looked at."""
    rows = tfidf([*first, *second], way)
    found = rows[: len(first)].multiply(rows[len(first) :]).sum(axis=1)
    return np.asarray(found, dtype=np.float32).ravel()


def token_jaccard(first: Sequence[str], second: Sequence[str]) -> Floats:
    """(n,) share of words that two texts have in common among those of either, letters in small; 0 without words."""
    return np.array([_jaccard(a, b) for a, b in zip(first, second, strict=True)], dtype=np.float32)


def similarities(queries: Sequence[str], known: Sequence[str], way: str = "letters") -> NDArray[np.float32]:
    """(q, n) cosines by TF-IDF, weights of terms from the known texts."""
    found = tfidf(queries, way, known) @ tfidf(known, way).T
    return np.asarray(found.toarray(), dtype=np.float32)


def _jaccard(first: str, second: str) -> float:
    a, b = set(_WORD.findall(first.lower())), set(_WORD.findall(second.lower()))
    return len(a & b) / len(a | b) if a | b else 0.0


def plain_title(text: str) -> str:
    """A title by which copies are told: small letters, single spaces."""
    return " ".join(text.casefold().split())
