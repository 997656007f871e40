"""Pairs of a query and a text to learn from: given ones, or made from the words of a sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.features.match.why.sentences import sentences_of

KEPT, WHOLE = 0.6, 0.3
"""How likely a word of the sentence stays in the query; how often the query is all of it."""
WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True)
class Pair:
    """query: what is asked. text: number of the text that answers it. sentence: of it that does, -1 where unknown."""

    query: str
    text: int
    sentence: int = -1


def made_pair(text: str, number: int, rng: np.random.Generator) -> Pair:
    """A query of some words of one sentence of a text; words that say nothing are left out where others are left.

    Which sentence it was is known, since the query was made from it. A text without words gives an empty query.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    spans = sentences_of(text)
    if not spans:
        return Pair("", number)
    place = int(rng.integers(len(spans)))
    sentence = text[slice(*spans[place])]
    words = WORD.findall(sentence)
    telling = [word for word in words if word.casefold() not in ENGLISH_STOP_WORDS] or words
    kept = telling if rng.random() < WHOLE else [word for word in telling if rng.random() < KEPT]
    return Pair(" ".join(kept or [telling[int(rng.integers(len(telling)))]]), number, place)


def pairs_of_batch(
    texts: Sequence[str], numbers: Sequence[int], given: dict[int, list[str]], rng: np.random.Generator
) -> list[Pair]:
    """A pair for each of the texts: half of the time a given query where the text has some, else a made one."""
    pairs = []
    for number in numbers:
        known = given.get(number, [])
        if known and rng.random() < 0.5:
            pairs.append(Pair(known[int(rng.integers(len(known)))], number))
        else:
            pairs.append(made_pair(texts[number], number, rng))
    return pairs
