"""Names for clusters of texts: terms that set a cluster apart, with the share of its items that hold them."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.maps.naming import LEAST_GAIN, NO_NAME, ClusterName, clip, percent, sure_share

TEXTS_PER_CLUSTER = 3_000
"""So many texts of a cluster, evenly spread, are read to name it."""
LEAST_SHARE, LEAST_LIFT = 0.2, 5.0
"""A term names a cluster that it is in this share of the texts of, this many times as often as in all, or that
`LEAST_GAIN` of the way from its share of all to 1."""
_TERMS, _LOOKED_AT = 2, 100
_WORD = re.compile(r"[^\W\d_]\w*")


def name_by_texts(texts: Sequence[str], labels: Rows, beside: Sequence[str] = ()) -> list[ClusterName]:
    """A name for each cluster of `labels` (n,), -1 is none, by one or two terms of its `texts` (n,), "" for no text.

    beside: what each cluster is called already, which its terms do not repeat. Terms of one or two words are ranked by
    class-based TF-IDF (Grootendorst 2022, BERTopic): the share of term t in the words of cluster c times
    log(1 + A / f), A the mean number of words a cluster and f how often t occurs; that times the share of the cluster's
    texts that hold t, since a word said over and over by a few names nothing. Named are terms in enough of the texts
    and far more often than in the texts of all clusters.
    """
    count = int(labels.max(initial=-1)) + 1
    rows = _some_of_each(labels, count)
    counted = _counted([texts[row] for row in rows])
    if counted is None or count < 2:
        return [NO_NAME] * count
    counts, terms = counted
    member = np.eye(count, dtype=np.float32)[:, labels[rows]]
    totals = np.asarray((counts.T @ member.T).T, dtype=np.float64)
    holding = np.asarray(((counts > 0).astype(np.float32).T @ member.T).T, dtype=np.float64)
    sizes = np.maximum(np.bincount(labels[rows], minlength=count), 1).astype(np.float64)
    share, overall = holding / sizes[:, None], _weighted(holding / sizes[:, None], labels, count)
    often = (share >= LEAST_LIFT * overall) & (sure_share(share, sizes[:, None]) >= LEAST_LIFT * overall / 2)
    nearly_all = share - overall >= LEAST_GAIN * np.maximum(1 - overall, 1e-12)
    fits = (share >= LEAST_SHARE) & (often | nearly_all)
    scores = np.where(fits, _class_tf_idf(totals) * share, 0)
    known = [_stems(name) for name in beside] or [set()] * count
    return [_said(*parts, terms) for parts in zip(scores, share, known, strict=True)]


def _counted(texts: list[str]) -> tuple[NDArray[np.int64], NDArray[np.str_]] | None:
    """(n, t) sparse counts of the terms of `texts`, and (t,) the terms; None when no word is left."""
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(
        ngram_range=(1, 2), stop_words="english", min_df=2, max_features=50_000, token_pattern=r"(?u)\b[^\W\d_]\w+\b"
    )
    try:
        counts = counter.fit_transform(texts)
    except ValueError:
        return None
    return counts, counter.get_feature_names_out()


def _class_tf_idf(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """(c, t) scores from (c, t) how often each term occurs in each cluster."""
    shares = totals / np.maximum(totals.sum(axis=1, keepdims=True), 1)
    return np.asarray(shares * np.log1p(totals.sum() / max(len(totals), 1) / np.maximum(totals.sum(axis=0), 1)))


def _weighted(share: NDArray[np.float64], labels: Rows, count: int) -> Floats:
    """(t,) share of all clustered texts with each term, from the (count, t) share of those that were read."""
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    return np.asarray(sizes @ share / max(sizes.sum(), 1))


def _some_of_each(labels: Rows, count: int) -> Rows:
    parts = [np.flatnonzero(labels == number) for number in range(count)]
    spread = [part[:: max(1, len(part) // TEXTS_PER_CLUSTER)] for part in parts]
    return np.concatenate([*spread, np.empty(0, dtype=np.int64)])


def _said(
    scores: NDArray[np.float64], shares: NDArray[np.float64], known: set[str], terms: NDArray[np.str_]
) -> ClusterName:
    """The best terms of a cluster; one that shares a word with those said, or known before, is left out."""
    said = set(known)
    chosen: list[int] = []
    for place in np.argsort(-scores, kind="stable")[:_LOOKED_AT]:
        words = _stems(terms[place])
        if scores[place] > 0 and len(chosen) < _TERMS and not words & said:
            said |= words
            chosen.append(int(place))
    if not chosen:
        return NO_NAME
    told = [f"{clip(str(terms[place]))} {percent(float(shares[place]))}" for place in chosen]
    return ClusterName(told[0], f"{' · '.join(told)} (share of the texts with the word)", "texts")


def _stems(text: str) -> set[str]:
    """The words of a text without plural endings, so that "market" and "markets" are one."""
    return {word[:-1] if len(word) > 3 and word.endswith("s") else word for word in _WORD.findall(text.lower())}
