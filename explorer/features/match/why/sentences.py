"""The pieces of a text that are shaded: its sentences, or the clauses of a text that is one sentence."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows, check_choice

END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=\S)|\n+")
CLAUSE = re.compile(r"[,;:]\s+|\s+and\s+")
LEAST = 5
"""A piece with fewer letters belongs to the one before, so that “Dr.” or “e.g.” is no sentence."""
BY = ("mean", "sum")
Span = tuple[int, int]


def sentences_of(text: str) -> tuple[Span, ...]:
    """First letter and the one behind the last of each sentence, in order, without spaces around; () for no words.

    A text of one sentence is cut at commas, semicolons, colons and “and” instead.
    """
    found = _cut(text, END, LEAST)
    return found if len(found) != 1 else _cut(text, CLAUSE, 1)


def _cut(text: str, at: re.Pattern[str], least: int) -> tuple[Span, ...]:
    ends = [(match.start(), match.end()) for match in at.finditer(text)]
    starts, stops = [0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)]
    pieces: list[Span] = []
    for start, stop in zip(starts, stops, strict=True):
        inside = text[start:stop]
        start, stop = start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())
        if not any(letter.isalnum() for letter in text[start:stop]):
            continue
        if pieces and (stop - start < least or pieces[-1][1] - pieces[-1][0] < least) and least > 1:
            pieces[-1] = (pieces[-1][0], stop)
        else:
            pieces.append((start, stop))
    return tuple(pieces)


def sentence_of_token(spans: Rows, sentences: Sequence[Span]) -> NDArray[np.int64]:
    """(t, 2) spans of tokens -> (t,) number of the sentence each begins in, -1 for one between sentences."""
    found = np.full(len(spans), -1, np.int64)
    for number, (start, stop) in enumerate(sentences):
        found[(spans[:, 0] >= start) & (spans[:, 0] < stop)] = number
    return found


def sentence_scores(
    attention: NDArray[np.floating], owners: NDArray[np.int64], count: int, by: str = "mean"
) -> Doubles:
    """(t,) attention of each token of a text, (t,) its sentence -> (count,) score of each sentence.

    by: the mean over its tokens, or their sum, which favours long sentences; the two can rank differently. A sentence
    without a token (behind what the model reads) has 0.
    """
    check_choice(by, BY, "by")
    inside = owners >= 0
    sums = np.bincount(owners[inside], np.asarray(attention, float)[inside], minlength=count)
    sizes = np.bincount(owners[inside], minlength=count)
    return np.asarray(sums if by == "sum" else sums / np.maximum(sizes, 1), np.float64)
