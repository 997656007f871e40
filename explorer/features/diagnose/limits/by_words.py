"""Search by words, without any model: what LIMIT is easy for. Pure.

BM25 is Okapi's with the choices of rank_bm25 (k1 1.5, b 0.75; words that more than half of the documents have, whose
weight would be negative, get a quarter of the mean weight): Robertson & Zaragoza 2009, The Probabilistic Relevance
Framework. TF-IDF is scikit-learn's.
"""

import re
from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Doubles, Mask

K1, B, FLOOR = 1.5, 0.75, 0.25
WORD = re.compile(r"\w+")


def bm25(documents: Sequence[str], queries: Sequence[str]) -> Doubles:
    """(q, n) scores of Okapi BM25; 0 for all documents where a query has none of their words."""
    read = [_words(text) for text in documents]
    known = {word: place for place, word in enumerate(dict.fromkeys(word for text in read for word in text))}
    counts = _counts(read, known)
    within = (counts > 0).sum(axis=0)
    rarity = np.log(len(read) - within + 0.5) - np.log(within + 0.5)
    rarity = np.where(rarity < 0, FLOOR * rarity.mean(), rarity)
    lengths = counts.sum(axis=1, keepdims=True)
    spread = counts + K1 * (1 - B + B * lengths / lengths.mean())
    weights = rarity * counts * (K1 + 1) / spread
    scores: Doubles = _counts([_words(text) for text in queries], known) @ weights.T
    return scores


def tfidf(documents: Sequence[str], queries: Sequence[str]) -> Doubles:
    """(q, n) cosines of TF-IDF vectors."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer()
    known = made.fit_transform(documents)
    scores: Doubles = (made.transform(queries) @ known.T).toarray()
    return scores


def recall_at(scores: Doubles, relevant: Mask, k: int) -> Doubles:
    """(q,) share of the relevant documents (q, n) that are among the k of the highest scores (q, n), ties by place."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    found: Doubles = np.take_along_axis(relevant, best, axis=1).sum(axis=1) / relevant.sum(axis=1)
    return found


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _counts(texts: Sequence[Sequence[str]], known: dict[str, int]) -> Doubles:
    counts = np.zeros((len(texts), len(known)))
    for row, text in enumerate(texts):
        for word in text:
            if word in known:
                counts[row, known[word]] += 1
    return counts
