"""What a fix does: to hubness, to the mean cosine, to the gap, and to how well neighbours have the same label. Pure.

Label recall@k of a query: how many of its k nearest have its label, as a share of min(k, items that could); for items
without themselves. Words are answered as Explore answers them: by cosine less half of an item's mean cosine to its ten
nearest texts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Mask, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score, mean_score
from explorer.features.diagnose.fixes.contract import Means, Shift
from explorer.features.diagnose.gap import gap
from explorer.features.diagnose.hubness import hubness
from explorer.features.diagnose.spread import spread
from explorer.workspace.backdrop import measure

K, BLOCK = 10, 1024
NOTHING_LEFT = 1e-3  # a shifted vector shorter than this has no direction but rounding


@dataclass(frozen=True, kw_only=True)
class Material:
    """What fixes are measured on.

    vectors: (m, d) unit rows of items. texts: (m,) which of them are vectors of texts. labels: (m,) codes, -1 for none.
    words: (t, d) everyday texts, and background: (b, d) texts that answers to words are corrected with; no rows where
    the model does not read both pictures and texts. asked: (a, d) names of labels as queries, asked_labels: (a,) which.
    """

    vectors: Floats
    texts: Mask
    labels: Rows
    words: Floats
    background: Floats
    asked: Floats
    asked_labels: Rows

    def means(self) -> Means:
        """Of these items and the everyday texts."""
        both = len(self.words) > 0 and not self.texts.all()
        items = self.vectors.mean(axis=0)
        if not both:
            return Means(items)
        return Means(items, self.vectors[~self.texts].mean(axis=0), self.words.mean(axis=0))


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Numbers under one fix; "" is the model as it is.

    hubness: skewness of N_10, never: share of items that are nobody's neighbour. gap: None without one. items, words:
    label recall@10 of queries of items and of names of labels, None where there is nothing to ask; changes: their
    differences to the model as it is, query by query.
    """

    fix: str
    hubness: float
    never: float
    mean_cosine: float
    gap: float | None
    items: Score | None
    items_change: Score | None
    words: Score | None
    words_change: Score | None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The numbers of one state before they are compared. items, words: (q,) label recall of each query."""

    hubness: float
    never: float
    mean_cosine: float
    gap: float | None
    items: Doubles
    words: Doubles

    def against(self, before: "Seen", fix: str) -> Effect:
        """The effect of a fix."""
        return Effect(
            fix=fix,
            hubness=self.hubness,
            never=self.never,
            mean_cosine=self.mean_cosine,
            gap=self.gap,
            items=_score(self.items),
            items_change=_score(self.items - before.items),
            words=_score(self.words),
            words_change=_score(self.words - before.words),
        )


def shifted(material: Material, shift: Shift) -> Material:
    """The material in the space that the shift makes; InputError where a vector has no direction left.

    The vectors of the items are the same array where they do not move.
    """

    def moved(vectors: Floats, texts: Mask | bool) -> Floats:
        return moved_rows(vectors, shift, texts)

    still = not shift.pictures.any() and not material.texts.any()
    return Material(
        vectors=material.vectors if still else moved(material.vectors, material.texts),
        texts=material.texts,
        labels=material.labels,
        words=moved(material.words, True),
        background=moved(material.background, True),
        asked=moved(material.asked, True),
        asked_labels=material.asked_labels,
    )


def moved_rows(vectors: Floats, shift: Shift, texts: Mask | bool) -> Floats:
    """(n, d) unit rows after the shift; InputError where a vector has no direction left."""
    found = vectors + np.where(np.reshape(texts, (-1, 1)), shift.texts, shift.pictures)
    short = int((np.linalg.norm(found, axis=1) < NOTHING_LEFT).sum())
    if short:
        raise InputError(
            f"{short:,} of {len(vectors):,} vectors lie where the shift leads to 0, so that nothing is left of them: "
            "expected items that differ. This fix does not fit these vectors."
        )
    return unit_rows(found, "Shifted vectors")


def look(material: Material, near: Rows) -> Seen:
    """Measure one state, in which search finds the (m, 10) rows `near` to the items."""
    vectors, rows = material.vectors, np.arange(len(material.vectors))
    hubs = hubness(near, rows, len(rows))
    pictures = vectors[~material.texts]
    both = len(material.words) > 1 and len(pictures) > 1
    return Seen(
        hubness=hubs.skewness,
        never=hubs.never,
        mean_cosine=spread(vectors, rows).mean_cosine,
        gap=gap(pictures, material.words).distance if both else None,
        items=label_recall(near, material.labels),
        words=_recall_of_words(material),
    )


def nearest_others(
    vectors: Floats, k: int, advance: Callable[[int], None], taken_off: Floats | None = None
) -> tuple[Rows, Floats]:
    """((m, k) rows, (m, k) cosines) of the others of the highest cosine less `taken_off` (m,), best first, exactly."""
    taken_off = np.zeros(len(vectors), dtype=np.float32) if taken_off is None else taken_off
    k = min(k, len(vectors) - 1)
    rows, cosines = np.empty((len(vectors), k), dtype=np.int64), np.empty((len(vectors), k), dtype=np.float32)
    for start in range(0, len(vectors), BLOCK):
        part = slice(start, start + BLOCK)
        scores = vectors[part] @ vectors.T - taken_off
        places = np.arange(len(scores))
        scores[places, start + places] = -np.inf
        best = _best(scores, k)
        rows[part] = best
        cosines[part] = np.take_along_axis(scores, best, axis=1) + taken_off[best]
        advance(start + len(scores))
    return rows, cosines


def label_recall(near: Rows, labels: Rows) -> Doubles:
    """(q,) label recall@k of the items that have a label which another one has, by the (m, k) rows nearest to each."""
    counts = np.bincount(labels[labels >= 0], minlength=1)
    others = np.where(labels >= 0, counts[np.maximum(labels, 0)] - 1, 0)
    hits = (labels[near] == labels[:, None]).sum(axis=1)
    asked = others > 0
    found: Doubles = hits[asked] / np.minimum(others[asked], near.shape[1])
    return found


def _recall_of_words(material: Material) -> Doubles:
    if not len(material.asked):
        return np.empty(0)
    vectors = material.vectors
    near = measure(vectors, np.ones(len(vectors), dtype=np.bool_), material.background).near
    best = _best(material.asked @ vectors.T - near / np.float32(2), min(K, len(vectors)))
    counts = np.bincount(material.labels[material.labels >= 0], minlength=int(material.asked_labels.max()) + 1)
    hits = (material.labels[best] == material.asked_labels[:, None]).sum(axis=1)
    found: Doubles = hits / np.minimum(counts[material.asked_labels], best.shape[1])
    return found


def _best(scores: Floats, k: int) -> Rows:
    """(q, k) columns of the highest scores of each row, best first, ties by column."""
    best = np.sort(np.argpartition(-scores, k - 1, axis=1)[:, :k], axis=1)
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1).astype(np.int64)


def _score(values: Doubles) -> Score | None:
    return mean_score(values) if len(values) else None
