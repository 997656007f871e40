"""Pairs of items of which one may be a copy of the other, each with how much the two agree.

Exact copies first: equal bytes of files, equal texts apart from case and spacing, equal vectors. Of these one stands
for all. Pictures that resemble each other, by difference hash or by vector, are then laid over each other; other items
are compared by vector.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.dataset import HASH, PATH, TEXT, Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.half import widen
from explorer.base.progress import Progress
from explorer.index import ExactIndex
from explorer.index.contract import score_pairs
from explorer.io.picture_hash import SmallPictures
from explorer.maps.neighbours import nearest_items
from explorer.search.hash_neighbours import hash_pairs
from explorer.search.outliers import ALL_WITH_ALL
from explorer.search.pairs import distinct, pair_keys, unique_pairs, without
from explorer.search.picture_agreement import picture_agreements

NEAR = 10  # nearest items by vector that are looked at more closely
LIKELY = 0.65  # agreement from which the neighbours of one count as proposals for the other
LEAST = 0.3  # smaller agreements are not kept
ROUNDS, MOST_PROPOSED = 3, 200_000
MOST_LIKELY, MOST_KEPT = 300_000, 2_000_000  # of many items, the pairs that agree best
BLOCK = 2048
PAIRS = 20_000  # whose vectors are read at a time

Scorer = Callable[[Rows, Rows, Callable[[int], None]], Floats]


@dataclass(frozen=True, kw_only=True)
class CopyPairs:
    """What is known of the copies among n items.

    same: (n,) the first row with exactly the same content, its own where it is the first. first, second: (m,) rows of
    such first ones, first < second, each pair once, sorted. scores: (m,) 0.3 to 1, how much the two agree. nearest:
    (r,) best similarity of each item that has a vector to another, for vectors; empty for pictures. measure: "pictures"
    or "vectors", what the scores are. compared: how many pairs were looked at. least: pairs that agree less are not
    kept: 0.3, or more where there would be more than two million.
    """

    same: Rows
    first: Rows
    second: Rows
    scores: Floats
    nearest: Floats
    measure: str
    compared: int
    least: float = LEAST


def copy_pairs(dataset: Dataset, vectors: Embeddings, pictures: SmallPictures | None, progress: Progress) -> CopyPairs:
    """Compare the items; `pictures` are None where no item has an image, then vectors decide."""
    same = same_content(dataset, vectors)
    shown = np.isfinite(pictures.aspect) if pictures is not None else vectors.present
    rows = np.flatnonzero((same == np.arange(len(same))) & shown)
    near = vector_pairs(vectors, rows, progress)
    if pictures is None:
        return _by_vectors(vectors, same, near, progress)
    more = hash_pairs(pictures.grey, rows, progress)
    first, second = (np.concatenate([mine, theirs]) for mine, theirs in zip(near[:2], more, strict=True))
    score: Scorer = partial(picture_agreements, pictures)
    return _scored(score, same, unique_pairs(first, second, len(same)), progress, measure="pictures")


def same_content(dataset: Dataset, vectors: Embeddings) -> Rows:
    """(n,) the first row with the same file, the same text, or the same vector where an item has neither."""
    firsts: dict[tuple[str, object], int] = {}
    columns = (dataset.table.column(name).to_pylist() for name in (PATH, TEXT, HASH))
    same = np.empty(len(dataset), dtype=np.int64)
    for row, (path, text, content) in enumerate(zip(*columns, strict=True)):
        key: tuple[str, object] = ("nothing", row)
        if path:
            key = ("file", content)
        elif plain := plain_text(text):
            key = ("text", plain)
        elif vectors.present[row]:
            key = ("vector", vectors.vectors[row].tobytes())
        same[row] = firsts.setdefault(key, row)
    return same


def plain_text(text: str) -> str:
    """The text without case, accents of width, punctuation at the ends of words, and spacing."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", folded)) or folded.strip()


def vector_pairs(vectors: Embeddings, rows: Rows, progress: Progress) -> tuple[Rows, Rows, Floats]:
    """Each item of `rows` that has a vector with its ten nearest among them; pairs and their cosines.

    Found exactly among up to 50,000; of more, nearly all are found, and of copies hardly one is missed.
    """
    rows = rows[vectors.present[rows]]
    if len(rows) > ALL_WITH_ALL:
        near, similarities = nearest_items(vectors.vectors[rows], np.arange(len(rows)), NEAR, progress=progress)
        return np.repeat(rows, NEAR), rows[near.ravel()], similarities.ravel()
    index = ExactIndex(vectors.vectors, np.isin(np.arange(len(vectors)), rows))
    progress.start("Comparing vectors", len(rows))
    firsts, seconds, cosines = [], [], []
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        found = index.query(widen(vectors.vectors[block]), NEAR + 1)
        which, column = np.nonzero((found.rows >= 0) & (found.rows != block[:, None]))
        firsts.append(block[which])
        seconds.append(found.rows[which, column])
        cosines.append(found.similarities[which, column])
        progress.advance(start + len(block))
    progress.finish()
    if not firsts:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(cosines)


def _by_vectors(vectors: Embeddings, same: Rows, near: tuple[Rows, Rows, Floats], progress: Progress) -> CopyPairs:
    first, second, cosines = near
    nearest = np.full(len(same), -1, dtype=np.float32)
    np.maximum.at(nearest, first, cosines)

    def score(a: Rows, b: Rows, advance: Callable[[int], None]) -> Floats:
        cosines = np.empty(len(a), dtype=np.float32)
        for start in range(0, len(a), PAIRS):
            part = slice(start, start + PAIRS)
            mine = widen(vectors.vectors[a[part]])
            cosines[part] = score_pairs(mine, vectors.vectors, np.arange(len(mine)), b[part])
            advance(start + len(mine))
        return np.clip(cosines, 0, 1)

    chosen = _best(cosines, LEAST, 2 * MOST_KEPT)  # most pairs are there in both directions
    least = float(cosines[chosen].min()) if chosen.sum() < (cosines >= LEAST).sum() else LEAST
    pairs = unique_pairs(first[chosen], second[chosen], len(same))
    return _scored(score, same, pairs, progress, measure="vectors", nearest=nearest[nearest > -1], least=least)


def _scored(
    score: Scorer,
    same: Rows,
    pairs: tuple[Rows, Rows],
    progress: Progress,
    *,
    measure: str,
    nearest: Floats | None = None,
    least: float = LEAST,
) -> CopyPairs:
    """Score the pairs, then those that a likely copy has in common with a likely copy, until nothing new comes."""
    first, second = pairs
    scores = _told(score, first, second, "Comparing likely copies", progress)
    for _ in range(ROUNDS):
        more = _in_common(first, second, _best(scores, LIKELY, MOST_LIKELY), len(same))
        if not len(more[0]):
            break
        found = _told(score, *more, "Comparing copies of copies", progress)
        first, second = np.concatenate([first, more[0]]), np.concatenate([second, more[1]])
        scores = np.concatenate([scores, found])
    kept = _best(scores, LEAST, MOST_KEPT)
    order = np.argsort(pair_keys(first[kept], second[kept], len(same)))
    return CopyPairs(
        same=same,
        first=first[kept][order],
        second=second[kept][order],
        scores=scores[kept][order],
        nearest=np.empty(0, dtype=np.float32) if nearest is None else nearest,
        measure=measure,
        compared=len(scores),
        least=least if kept.sum() == (scores >= LEAST).sum() else max(least, float(scores[kept].min())),
    )


def _best(scores: Floats, least: float, most: int) -> Mask:
    """(m,) which scores are at least `least`, and among the `most` best.

    Equal ones stay out together where there is no room for all, unless they are the best of all.
    """
    chosen = np.asarray(scores >= least)
    if chosen.sum() > most:
        last = np.partition(scores, len(scores) - most - 1)[len(scores) - most - 1]
        chosen = np.asarray(scores > last if last < scores.max() else scores == last)
    return chosen


def _told(score: Scorer, first: Rows, second: Rows, what: str, progress: Progress) -> Floats:
    progress.start(what, len(first))
    found = score(first, second, progress.advance)
    progress.finish()
    return found


def _in_common(first: Rows, second: Rows, likely: Mask, count: int) -> tuple[Rows, Rows]:
    """Pairs two likely steps apart that were not compared yet, at most 200,000."""
    from scipy.sparse import csr_array

    a, b = first[likely], second[likely]
    if not len(a):
        return a, b
    steps = csr_array((np.ones(2 * len(a), np.int32), (np.r_[a, b], np.r_[b, a])), shape=(count, count))
    two = (steps @ steps).tocoo()
    known = pair_keys(first, second, count)
    upper = two.row < two.col
    keys = distinct(pair_keys(two.row[upper].astype(np.int64), two.col[upper].astype(np.int64), count))
    keys = without(keys, known)
    return keys[:MOST_PROPOSED] // count, keys[:MOST_PROPOSED] % count
