"""Names for clusters, from texts, from a list of words in the images' space, or from attributes; never two alike."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.columns import Codes, codes_of

TEXTS_PER_CLUSTER = 3_000
"""So many texts of a cluster, evenly spread, are read to name it."""
_TERMS, _WORDS, _LONGEST = 3, 2, 32


def plain_names(count: int) -> list[str]:
    """Names that say nothing: "cluster 1" and so on."""
    return [f"cluster {number + 1}" for number in range(count)]


def name_clusters_from_texts(texts: Sequence[str], labels: Rows) -> list[str]:
    """Name each cluster by the terms that set it apart; `texts` (n,) go with `labels` (n,), -1 is no cluster.

    Class-based TF-IDF (Grootendorst 2022, BERTopic): the share of term t in the words of cluster c times
    log(1 + A / f), A the mean number of words a cluster and f the number of times t occurs. One and two-word terms.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    count = int(labels.max(initial=-1)) + 1
    rows = _some_of_each(labels, count)
    counter = CountVectorizer(
        ngram_range=(1, 2), stop_words="english", min_df=2, max_features=50_000, token_pattern=r"(?u)\b[^\W\d_]\w+\b"
    )
    try:
        counts = counter.fit_transform([texts[row] for row in rows])
    except ValueError:  # no word is left
        return plain_names(count)
    member = np.eye(count, dtype=np.float32)[:, labels[rows]] if count else np.empty((0, len(rows)), dtype=np.float32)
    totals = np.asarray((counts.T @ member.T).T, dtype=np.float64)
    shares = totals / np.maximum(totals.sum(axis=1, keepdims=True), 1)
    scores = shares * np.log1p(totals.sum() / max(count, 1) / np.maximum(totals.sum(axis=0), 1))
    return _distinct(_join_terms(row, counter.get_feature_names_out()) for row in scores)


def name_clusters_from_images(
    vectors: NDArray[Any], labels: Rows, word_vectors: NDArray[Any], words: Sequence[str]
) -> list[str]:
    """Name each cluster of the (n, d) `vectors` by the two nearest of the (w,) `words` with (w, d) `word_vectors`.

    Score of word w for cluster c: cosine of (mean of c's vectors - mean over clusters) and (w - mean of the words).
    Taking off both means closes the gap between images and texts (Liang et al. 2022); what sets c apart is left.
    No two clusters share a first word: they are given out one to one so that the sum of the scores is largest.
    """
    count = int(labels.max(initial=-1)) + 1
    if count < 2:
        return plain_names(count)
    means = _means(vectors, labels, count)
    scores = _directions(means) @ _directions(unit_rows(word_vectors)).T
    first = _assign(scores)
    return _distinct(_join_words(row, words, start) for row, start in zip(scores, first, strict=True))


def name_clusters_from_attributes(frame: pd.DataFrame, labels: Rows) -> list[str]:
    """Name each cluster by the attribute value with the highest lift: its share in the cluster over its share in all.

    Only values that at least 30% of the cluster have, with a lift above 1.2, count; a cluster without one has a number.
    """
    count = int(labels.max(initial=-1)) + 1
    best, names = np.full(count, 1.2), plain_names(count)
    for column in frame.columns:
        texts = frame[column].astype(str).where(frame[column].notna())
        values = codes_of(pa.array(texts, pa.string(), from_pandas=True))
        if not 2 <= len(values) <= 1_000:
            continue
        lift = _lift(values, labels, count)
        top = lift.argmax(axis=1)
        for number in np.flatnonzero(lift.max(axis=1) > best):
            best[number], names[number] = lift[number, top[number]], f"{column}: {values.names[top[number]]}"[:_LONGEST]
    return _distinct(names)


def _lift(values: Codes, labels: Rows, count: int) -> NDArray[np.float64]:
    """(count, values) lift of each value in each cluster; 0 where fewer than 30% have it."""
    codes, width = values.codes, len(values)
    inside = (labels >= 0) & (codes >= 0)
    table = np.bincount(labels[inside] * width + codes[inside], minlength=count * width).reshape(count, width)
    sizes = np.bincount(labels[labels >= 0], minlength=count)[:, None]
    share = table / np.maximum(sizes, 1)
    overall = values.counts / len(codes)
    return np.where(share >= 0.3, share / overall, 0)


def _some_of_each(labels: Rows, count: int) -> Rows:
    parts = [np.flatnonzero(labels == number) for number in range(count)]
    spread = [part[:: max(1, len(part) // TEXTS_PER_CLUSTER)] for part in parts]
    return np.concatenate([*spread, np.empty(0, dtype=np.int64)])


def _join_terms(scores: NDArray[Any], terms: NDArray[Any]) -> str:
    """The best terms of a cluster; one whose words were all said is left out."""
    said: set[str] = set()
    chosen: list[str] = []
    for place in np.argsort(-scores, kind="stable")[:30]:
        if scores[place] > 0 and len(chosen) < _TERMS and not set(terms[place].split()) <= said:
            fresh = [word for word in terms[place].split() if word not in said]
            said.update(fresh)
            chosen.append(" ".join(fresh))
    return ", ".join(chosen)


def _join_words(scores: NDArray[Any], words: Sequence[str], start: int) -> str:
    others = [words[place] for place in np.argsort(-scores, kind="stable")[: _WORDS + 3]]
    fresh = [word for word in others if not _alike(word, words[start])]
    return ", ".join([words[start], *fresh[: _WORDS - 1]])


def _alike(left: str, right: str) -> bool:
    """True for a word and its plural or compound."""
    return left in right or right in left


def _means(vectors: NDArray[Any], labels: Rows, count: int) -> Floats:
    parts = (np.flatnonzero(labels == number)[:20_000] for number in range(count))
    return np.stack([unit_rows(vectors[part]).mean(axis=0) for part in parts])


def _directions(vectors: Floats) -> Floats:
    centred = vectors - vectors.mean(axis=0)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _assign(scores: Floats) -> list[int]:
    """A word for each cluster, none twice while there are enough: the one-to-one choice with the largest sum."""
    from scipy.optimize import linear_sum_assignment

    if scores.shape[1] < len(scores):
        return [int(place) for place in scores.argmax(axis=1)]
    return [int(place) for place in linear_sum_assignment(-scores)[1]]


def _distinct(names: Iterable[str]) -> list[str]:
    """Replace an empty name by its number, and number repeated ones."""
    seen: dict[str, int] = {}
    result = []
    for number, name in enumerate(names):
        name = name or f"cluster {number + 1}"
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
