"""How alike two items are, as a function of their rows; NaN where nothing is known about one of them."""

from collections.abc import Callable

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows, Vectors
from explorer.base.columns import codes_of
from explorer.base.dataset import Dataset
from explorer.features.judgments.agreement.columns import column_kind

Similarity = Callable[[Rows, Rows], Doubles]
"""(m,) first and (m,) second rows to (m,) similarities."""


def vectors_similarity(vectors: Vectors, present: Mask | None = None) -> Similarity:
    """Cosine of the (n, d) unit `vectors`; NaN for items that are not `present`."""

    def similarity(first: Rows, second: Rows) -> Doubles:
        a, b = (np.asarray(vectors[rows], dtype=np.float64) for rows in (first, second))
        found = np.einsum("id,id->i", a, b)
        if present is not None:
            found[~(present[first] & present[second])] = np.nan
        return np.asarray(found)

    return similarity


def distance_similarity(places: Vectors, rows: Rows, count: int) -> Similarity:
    """Minus the Euclidean distance of (m, d) `places`, of the items in (m,) `rows`; NaN for others of the `count`."""
    number = np.full(count, -1)
    number[rows] = np.arange(len(rows))

    def similarity(first: Rows, second: Rows) -> Doubles:
        a, b = number[first], number[second]
        found = -np.linalg.norm(places[a] - places[b], axis=1)
        found[(a < 0) | (b < 0)] = np.nan
        return np.asarray(found)

    return similarity


def column_similarity(dataset: Dataset, name: str) -> Similarity:
    """1 for equal values and 0 for others; of numbers minus the absolute difference; NaN where a value is missing."""
    if column_kind(dataset, name) == "numbers":
        numbers = dataset.column(name).to_numpy(dtype=np.float64, na_value=np.nan)
        return lambda first, second: np.asarray(-np.abs(numbers[first] - numbers[second]))
    codes = codes_of(dataset.table.column(name)).codes

    def same(first: Rows, second: Rows) -> Doubles:
        found = (codes[first] == codes[second]).astype(np.float64)
        found[(codes[first] < 0) | (codes[second] < 0)] = np.nan
        return np.asarray(found)

    return same


def triple_similarities(similarity: Similarity, items: Rows) -> Doubles:
    """(q, 3) similarities of the pairs opposite to each position: of items 1 and 2, of 0 and 2, of 0 and 1."""
    a, b, c = items.T
    return np.stack([similarity(b, c), similarity(a, c), similarity(a, b)], 1).astype(np.float64)
