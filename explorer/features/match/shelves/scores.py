"""How alike the line of a spine and a line of a catalogue are: by characters, words and a fuzzy ratio. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.features.match.best import Scored, best_pairs
from explorer.features.match.blocking import LONG, Blocking, gram_pairs
from explorer.features.match.grams import row_dots
from explorer.features.match.shelves.spines import words_alone

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

ALL_PAIRS = 50_000_000
"""Up to so many pairs all are scored; of more only those that share rare letters in a row."""


@dataclass(frozen=True)
class Lines:
    """Two lists of lines as sparse TF-IDF rows of length 1 over the grams or words of the second, all zero for "".

    left: (n, v). right: (m, v). Both are scipy CSR arrays.
    """

    left: Any
    right: Any

    def cosines(self, first: Rows, second: Rows) -> Floats:
        """(p,) cosines of pairs of rows."""
        return row_dots(self.left, self.right, first, second).astype(np.float32)


def by_characters(left: Sequence[str], right: Sequence[str]) -> Lines:
    """TF-IDF of 2 to 4 characters in a row within words; counts by their logarithm."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return _lines(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True), left, right)


def by_words(left: Sequence[str], right: Sequence[str]) -> Lines:
    """TF-IDF of what stands between spaces."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return _lines(TfidfVectorizer(token_pattern=r"\S+"), left, right)


def token_set(left: Sequence[str], right: Sequence[str], first: Rows, second: Rows) -> Floats:
    """(p,) 0 to 1: token set ratio of the words of pairs (rapidfuzz): words that both have, against the rest of each.

    0 where a line has no words.
    """
    from rapidfuzz import fuzz

    mine, theirs = [words_alone(one) for one in left], [words_alone(one) for one in right]
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    return np.array([fuzz.token_set_ratio(mine[a], theirs[b]) / 100 for a, b in pairs], np.float32)


def likely_pairs(
    left: Sequence[str], right: Sequence[str], keep: int, *, same: bool, progress: Progress
) -> tuple[Rows, Rows, Floats]:
    """Rows and cosines of characters of the best `keep` right lines of each left one, above 0.

    same: one list; a line does not meet itself, each pair stands once, left below right.
    """
    lines = by_characters(left, right)
    if len(left) * len(right) > ALL_PAIRS:
        blocking = Blocking(letters=LONG.letters, share=LONG.share, reach=LONG.reach, keep=keep)
        first, second = gram_pairs(left, right, blocking, same=same, progress=progress)
        cosines = lines.cosines(first, second)
        return first[cosines > 0], second[cosines > 0], cosines[cosines > 0]
    across = lines.right.T.tocsr()

    def score(rows: Rows) -> Scored:
        return Scored((lines.left[rows] @ across).toarray().astype(np.float32), {})

    sizes = (len(left), len(right))
    best = best_pairs(sizes, score, keep=keep, least=0, same=same, progress=progress, what="Comparing the lines")
    return best.left, best.right, best.scores


def _lines(vectorizer: "TfidfVectorizer", left: Sequence[str], right: Sequence[str]) -> Lines:
    from scipy.sparse import csr_array

    vectorizer.fit(right)
    mine, theirs = (csr_array(vectorizer.transform(one)) for one in (left, right))
    return Lines(mine, theirs)
