"""Which labels may be found, as an expression of Milvus: short, or not at all."""

import numpy as np

from explorer.base.arrays import Mask, Rows

FIELD = "label"
MOST_RUNS = 64  # ranges of an expression: it is parsed again for every search
MOST_SINGLE = 512  # labels that are listed one by one
SHORT = 3  # a run of fewer labels is listed


def expression_of(allowed: Mask, there: Mask) -> str:
    """An expression that holds for the labels in the (labels,) mask `allowed`, of those that are `there`.

    Runs of labels are ranges, and what is between two allowed ones but not there does not end a run, so that a filter
    on what the items are sorted by is a few ranges. "" when neither what is allowed nor what is not is said in a few.
    """
    labels = np.flatnonzero(there)
    inside = allowed[labels]
    found = _terms(labels, inside)
    if found is not None:
        return found or f"{FIELD} < 0"
    outside = _terms(labels, ~inside)
    return f"not ({outside})" if outside else ""


def _terms(labels: Rows, inside: Mask) -> str | None:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    first, last = edges[::2], edges[1::2] - 1
    lengths = last - first + 1
    long = lengths >= SHORT
    if np.count_nonzero(long) > MOST_RUNS or lengths[~long].sum() > MOST_SINGLE:
        return None
    ranges = [
        f"({FIELD} >= {labels[low]} and {FIELD} <= {labels[high]})"
        for low, high in zip(first[long], last[long], strict=True)
    ]
    single = [
        int(labels[place])
        for low, high in zip(first[~long], last[~long], strict=True)
        for place in range(low, high + 1)
    ]
    return " or ".join([*ranges, *([f"{FIELD} in {single}"] if single else [])])
