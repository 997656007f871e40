"""How alike pairs of names are, by measures of their characters and words, 1 for equal ones. Pure.

Sources: q-gram Jaccard and cosine, OSA and Jaro-Winkler as stringdist has them (van der Loo 2014); token set as
rapidfuzz has it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.features.match.grams import Sparse, as_sets, gram_counts, row_dots, row_sums
from explorer.features.match.strings.jaro import jaro_winkler
from explorer.features.match.strings.tfidf import tfidf_rows

PAIRS = 500_000  # pairs whose names are written out at a time


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """(p,) pairs of two lists of names, by the place of each in its list. q: letters in a row of Jaccard and cosine.

    prefix: what a common first character adds to Jaro.
    """

    left: Sequence[str]
    right: Sequence[str]
    first: Rows
    second: Rows
    q: int = 2
    prefix: float = 0.1

    def __len__(self) -> int:
        return len(self.first)


Measure = Callable[[Pairs], Doubles]


def jaccard(pairs: Pairs) -> Doubles:
    """(p,) shared q-grams among those of either name, on sets: a gram that stands twice counts once."""
    left, right = (as_sets(one) for one in gram_counts([pairs.left, pairs.right], pairs.q))
    shared = row_dots(left, right, pairs.first, pairs.second)
    either = row_sums(left)[pairs.first] + row_sums(right)[pairs.second] - shared
    return np.where(either > 0, shared / np.maximum(either, 1), 1.0)


def cosine(pairs: Pairs) -> Doubles:
    """(p,) cosines of the counts of q-grams."""
    left, right = gram_counts([pairs.left, pairs.right], pairs.q)
    return _cosines(left, right, pairs)


def tfidf(pairs: Pairs) -> Doubles:
    """(p,) cosines of TF-IDF over two and three letters in a row, with the ends of a name; weights from both lists."""
    left, right = tfidf_rows(pairs.left, pairs.right)
    return _cosines(left, right, pairs)


def jaro(pairs: Pairs) -> Doubles:
    """(p,) Jaro-Winkler similarities; see `jaro`."""
    return _written_out(pairs, lambda left, right: jaro_winkler(left, right, pairs.prefix))


def osa(pairs: Pairs) -> Doubles:
    """(p,) 1 - edits / longer length, edits with swaps of neighbours (optimal string alignment)."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    return _written_out(
        pairs, lambda left, right: np.asarray(cpdist(left, right, scorer=OSA.normalized_similarity, dtype=np.float64))
    )


def token_set(pairs: Pairs) -> Doubles:
    """(p,) how alike the words are as sets, in any order; 1 where all words of one name are in the other."""
    from rapidfuzz.fuzz import token_set_ratio
    from rapidfuzz.process import cpdist

    return _written_out(
        pairs, lambda left, right: np.asarray(cpdist(left, right, scorer=token_set_ratio, dtype=np.float64)) / 100
    )


MEASURES: Mapping[str, Measure] = {
    "jaccard": jaccard,
    "jaro_winkler": jaro,
    "osa": osa,
    "token_set": token_set,
    "tfidf": tfidf,
    "cosine": cosine,
}


def _cosines(left: Sparse, right: Sparse, pairs: Pairs) -> Doubles:
    lengths = [np.sqrt(row_sums(one.power(2))) for one in (left, right)]
    product = lengths[0][pairs.first] * lengths[1][pairs.second]
    dots = row_dots(left, right, pairs.first, pairs.second)
    cosines = np.divide(dots, product, out=np.zeros_like(dots), where=product > 0)
    return np.asarray(np.clip(cosines, 0.0, 1.0), np.float64)


def _written_out(pairs: Pairs, measure: Callable[[list[str], list[str]], Doubles]) -> Doubles:
    """(p,) a measure of two lists of names of equal length, over all pairs in bounded memory."""
    found = np.empty(len(pairs))
    for start in range(0, len(pairs), PAIRS):
        part = slice(start, start + PAIRS)
        left = [pairs.left[place] for place in pairs.first[part].tolist()]
        right = [pairs.right[place] for place in pairs.second[part].tolist()]
        found[part] = measure(left, right)
    return found
