"""The rule that needs no model: texts that share enough characters in a row. Pure.

Source: the baseline of NEWS-COPY (Silcock, D'Amico-Wong, Yang and Dell 2023): Jaccard of sets of characters in a row.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.features.match.grams import Sparse, as_sets, gram_counts, row_sums

LETTERS, LEAST = 15, 0.4
"""As published for articles of newspapers; for titles fewer characters fit better."""
BLOCK = 1_000


def rule_links(texts: Sequence[str], *, letters: int = LETTERS, least: float = LEAST) -> tuple[Rows, Rows, Floats]:
    """Rows (first < second) and similarities of all pairs of texts with at least `least`, above 0, in order of rows."""
    found = list(_links(_sets(texts, letters), least))
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    first, second, values = (np.concatenate([one[place] for one in found]) for place in range(3))
    order = np.lexsort((second, first))
    return first[order], second[order], values[order]


def _sets(texts: Sequence[str], letters: int) -> Sparse:
    return as_sets(gram_counts([["".join(text.split()) for text in texts]], letters)[0])


def _links(sets: Sparse, least: float) -> Iterator[tuple[Rows, Rows, Floats]]:
    sizes, across = row_sums(sets), sets.T.tocsr()
    for start in range(0, sets.shape[0], BLOCK):
        shared = (sets[start : start + BLOCK] @ across).tocoo()
        first, second = shared.coords[0].astype(np.int64) + start, shared.coords[1].astype(np.int64)
        once = first < second
        first, second = first[once], second[once]
        values = _jaccard(shared.data[once].astype(np.float64), sizes, first, second)
        kept = values >= np.float32(least)
        yield first[kept], second[kept], values[kept]


def _jaccard(shared: Doubles, sizes: Doubles, first: Rows, second: Rows) -> Floats:
    union = sizes[first] + sizes[second] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0).astype(np.float32)
