"""Where the two halves of SimMatch agree: what the classifier says, and what the likenesses to labelled items say."""

import numpy as np

from explorer.base.arrays import Floats, Rows


def agreement(semantic: Floats, instance: Floats, known: Rows) -> Rows:
    """(c, c) counts of the items without a label, by the label of the classifier (row) and of the likenesses (column).

    semantic, instance: (n, c) probabilities. known: (m,) rows with a label; they are not counted.
    """
    count = semantic.shape[1]
    left = np.setdiff1d(np.arange(len(semantic)), known)
    places = semantic[left].argmax(axis=1) * count + instance[left].argmax(axis=1)
    return np.bincount(places, minlength=count * count).reshape(count, count).astype(np.int64)


def share_alike(counts: Rows) -> float:
    """The share of the items on the diagonal of (c, c) counts; NaN without items."""
    total = counts.sum()
    return float(np.trace(counts) / total) if total else float("nan")
