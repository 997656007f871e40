"""Which items define a label that is described by keywords, and the vector of the label. Pure.

Source: Schopf, Braun and Matthes, Evaluating unsupervised text classification: zero-shot and similarity-based
approaches, 2022 (Lbl2TransformerVec). Two faults of the published program are not repeated: there `max_num_docs` takes
the first items of the collection before they are ranked, and cleaning the transformer variant averages twice, so that
a label's vector becomes a single number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError

Numbers = NDArray[np.floating]
NEIGHBOURS = 20
"""Of the local outlier factor."""
LEAST_CLEANED = 3
"""Among fewer items none can be told to lie apart."""


@dataclass(frozen=True, kw_only=True)
class WordSettings:
    """How items are chosen that define a label.

    similarity: an item counts when its cosine to the mean of the keywords is above this; None for the highest
    cosine less `offset`. least: so many of the nearest count in any case; most: so many at most, the nearest; None for
    all. clean: leave out those that lie apart from the others.
    """

    similarity: float | None = None
    offset: float = 0.0
    least: int = 1
    most: int | None = None
    clean: bool = False

    def __post_init__(self) -> None:
        """InputError for settings that contradict each other."""
        if not np.isfinite([self.similarity or 0.0, self.offset]).all():
            raise InputError(f"Expected a cosine as a number, got {self.similarity} and {self.offset}.")
        if self.least < 1:
            raise InputError(f"Expected at least 1 item to define a label, got {self.least}.")
        if self.most is not None and self.most < self.least:
            raise InputError(f"Expected at most as many items as {self.least} or more, got {self.most}.")


@dataclass(frozen=True, kw_only=True)
class Defined:
    """One label. rows: (m,) items that were candidates, the nearest first. cosines: (m,) to the mean of the keywords.

    kept: (m,) False for those that lie apart. vector: (d,) mean of the kept ones.
    """

    rows: Rows
    cosines: Numbers
    kept: Mask
    vector: Numbers


def define(items: Numbers, keywords: Numbers, settings: WordSettings) -> Defined:
    """The label of (k, d) vectors of keywords among (n, d) vectors of items; both of any length.

    Of equally near items the earlier comes first. InputError without keywords or items, or when the keywords' mean has
    no direction.
    """
    if not len(keywords) or not len(items):
        missing = "keywords" if not len(keywords) else "items"
        raise InputError(f"Expected at least one of the {missing} of a label, got none.")
    cosines = cosines_to(items, keywords.mean(axis=0, keepdims=True))[:, 0]
    rows = candidates(cosines, settings)
    found = items[rows]
    kept = inliers(found) if settings.clean else np.ones(len(rows), dtype=bool)
    return Defined(rows=rows, cosines=cosines[rows], kept=kept, vector=found[kept].mean(axis=0))


def candidates(cosines: Numbers, settings: WordSettings) -> Rows:
    """(m,) items by falling (n,) cosine: those above the threshold, at least `least`, at most `most`."""
    order = np.argsort(-cosines, kind="stable")
    limit = settings.similarity if settings.similarity is not None else cosines[order[0]] - settings.offset
    count = max(int((cosines > limit).sum()), min(settings.least, len(order)))
    return order[: count if settings.most is None else min(count, settings.most)]


def inliers(found: Numbers) -> Mask:
    """(m,) False where the local outlier factor says that one of the (m, d) vectors lies apart.

    scikit-learn's, of 20 neighbours, or of all where there are fewer; fewer than three vectors are all kept.
    """
    if len(found) < LEAST_CLEANED:
        return np.ones(len(found), dtype=bool)
    from sklearn.neighbors import LocalOutlierFactor

    with np.errstate(all="ignore"):
        told = LocalOutlierFactor(n_neighbors=min(NEIGHBOURS, len(found))).fit_predict(found)
    kept: Mask = told == 1
    return kept if kept.any() else np.ones(len(found), dtype=bool)


def cosines_to(items: Numbers, vectors: Numbers) -> Numbers:
    """(n, c) cosines of (n, d) items to (c, d) vectors, 0 for an item without a direction.

    InputError when one of the vectors has no direction: its keywords cancel each other.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (lengths > 1e-12).all():
        raise InputError("The keywords of a label cancel each other: their mean has no direction. Choose others.")
    of_items = np.linalg.norm(items, axis=1, keepdims=True)
    found: Numbers = (items / np.maximum(of_items, 1e-12)) @ (vectors / lengths).T
    return found
