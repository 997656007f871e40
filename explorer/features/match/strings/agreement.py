"""Which characters of two names agree, by what a measure looks at. Pure.

Spans are those of the names as they are compared; `placed` brings them back to the names as they are written.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explorer.features.match.method import Span
from explorer.features.match.strings.jaro import matching
from explorer.features.match.strings.normalise import Normal, origins

Strengths = tuple[list[float], list[float]]
"""How much each character of two names agrees, 0 to 1."""
Marked = tuple[tuple[Span, float], ...]
_WORD_ENDS = " "


def by_grams(left: str, right: str, q: int, weights: Mapping[str, float] | None = None) -> Strengths:
    """Characters of q letters in a row that both names have. weights: of each gram, 1 where left out."""
    shared = _grams(left, q).keys() & _grams(right, q).keys()
    most = max((weights.get(gram, 0.0) for gram in shared), default=0.0) if weights else 0.0
    strength = {gram: weights.get(gram, 0.0) / most if weights and most else 1.0 for gram in shared}
    return _covered(left, q, strength), _covered(right, q, strength)


def by_jaro(left: str, right: str) -> Strengths:
    """Characters that Jaro matches."""
    mine, theirs = matching(left, right) if left and right else ([], [])
    return _at(left, mine), _at(right, theirs)


def by_edits(left: str, right: str) -> Strengths:
    """Characters that stay as they are on the shortest way from one name to the other."""
    from rapidfuzz.distance import Levenshtein

    kept = [step for step in Levenshtein.opcodes(left, right) if step.tag == "equal"]
    mine = [place for step in kept for place in range(step.src_start, step.src_end)]
    theirs = [place for step in kept for place in range(step.dest_start, step.dest_end)]
    return _at(left, mine), _at(right, theirs)


def by_words(left: str, right: str) -> Strengths:
    """Words that both names have."""
    shared = set(left.split()) & set(right.split())
    return _at(left, _in_words(left, shared)), _at(right, _in_words(right, shared))


def nothing(left: str, right: str) -> Strengths:
    """No character is pointed at."""
    return [0.0] * len(left), [0.0] * len(right)


AGREEMENT: Mapping[str, Callable[[str, str], Strengths]] = {
    "jaro_winkler": by_jaro,
    "osa": by_edits,
    "token_set": by_words,
    "embedding": nothing,
}


def placed(name: str, normal: Normal, strengths: Sequence[float]) -> Marked:
    """Spans of a name as it is written, from strengths of the characters of the name as it is compared."""
    made, places = origins(name, normal)
    written = np.zeros(len(name))
    for place, strength in zip(places[: len(made)], strengths, strict=False):
        written[place] = max(written[place], strength)
    ends = np.flatnonzero(np.diff(written, prepend=0.0, append=0.0) != 0)
    stretches = zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    return tuple(((start, stop), float(written[start])) for start, stop in stretches if written[start] > 0)


def _grams(text: str, q: int) -> dict[str, list[int]]:
    """Places of each gram; a text shorter than q is one gram."""
    found: dict[str, list[int]] = {}
    for place in range(max(1, len(text) - q + 1) if text else 0):
        found.setdefault(text[place : place + q], []).append(place)
    return found


def _covered(text: str, q: int, strength: Mapping[str, float]) -> list[float]:
    covered = [0.0] * len(text)
    for gram, places in _grams(text, q).items():
        for place in places:
            for at in range(place, min(place + q, len(text))):
                covered[at] = max(covered[at], strength.get(gram, 0.0))
    return covered


def _at(text: str, places: Sequence[int]) -> list[float]:
    marked = [0.0] * len(text)
    for place in places:
        marked[place] = 1.0
    return marked


def _in_words(text: str, words: set[str]) -> list[int]:
    places: list[int] = []
    start = 0
    for word in text.split(_WORD_ENDS):
        if word in words:
            places += range(start, start + len(word))
        start += len(word) + 1
    return places
