"""The best texts for some words by BM25, exactly as FTS5 ranks them, from the lists of texts that each stem has.

A text that has a word f times, of D stems, gets idf * f (k1 + 1) / (f + k1 (1 - b + b D / mean D)) for it; idf =
ln((N - n + 0.5) / (n + 0.5)) of a word that n of N texts have, and never below 10⁻⁶. Operations are in the order of
SQLite's fts5_aux.c, so that scores are its own to the last digit and equal ones stay equal. FTS5 itself takes ten times
as long, because it looks up the length of one text after the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.io.sqlite import Connection
from explorer.workspace.keywords import Keywords
from explorer.workspace.postings import Postings

K1, B = 1.2, 0.75
LEAST_IDF = 1e-6
ALONE = "SELECT rowid, rank FROM texts WHERE texts MATCH ?"


@dataclass(frozen=True)
class Word:
    """A word of the query as FTS5 reads it. stems: one, or several that have to follow each other ("f-16")."""

    text: str
    stems: tuple[str, ...]

    @property
    def quoted(self) -> str:
        """As a string of FTS5's query language, in which nothing is an operator."""
        return '"' + self.text.replace('"', '""') + '"'


def best_texts(
    connection: Connection,
    index: Keywords,
    words: Sequence[Word],
    postings: Mapping[str, Postings],
    *,
    count: int,
    allowed: Mask | None = None,
) -> tuple[Rows, Doubles]:
    """(k,) numbers of the `count` texts that rank highest, and their BM25, best first; equal ones by number.

    postings: of every stem. allowed: (n,) by row of the items. A text needs any of the words; a word that is given
    twice counts twice.
    """
    held = {word: min(len(postings[stem].numbers) for stem in word.stems) for word in words}
    scores: Doubles = np.zeros(len(index.lengths))
    for word in sorted(filter(held.__getitem__, words), key=lambda one: (held[one], len(one.stems) == 1, one.quoted)):
        numbers, shares = _phrase(connection, word) if len(word.stems) > 1 else _single(index, postings[word.stems[0]])
        scores[numbers] += shares
    numbers = np.flatnonzero(scores)
    if allowed is not None:
        numbers = numbers[allowed[index.rows[numbers]]]
    found = scores[numbers]
    if len(numbers) > count:
        last = np.partition(found, -count)[-count]
        numbers, found = numbers[found >= last], found[found >= last]
    order = np.lexsort((numbers, -found))[:count]
    return numbers[order], found[order]


def _single(index: Keywords, one: Postings) -> tuple[Rows, Doubles]:
    """Numbers of the texts that have a stem, and what each gets for it."""
    holding = len(one.numbers)
    idf = log((index.texts - holding + 0.5) / (holding + 0.5))
    times = one.counts.astype(np.float64)
    damped = times + K1 * (1 - B + B * index.lengths[one.numbers] / index.mean_length)
    return one.numbers, max(idf, LEAST_IDF) * ((times * (K1 + 1)) / damped)


def _phrase(connection: Connection, word: Word) -> tuple[Rows, Doubles]:
    """The same for stems that have to follow each other, as FTS5 finds and scores them."""
    found = np.array([tuple(row) for row in connection.execute(ALONE, (word.quoted,))], dtype=np.float64)
    numbers, ranks = found.reshape(-1, 2).T
    return numbers.astype(np.int64), -ranks
