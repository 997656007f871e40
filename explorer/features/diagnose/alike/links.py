"""All pairs of items of which the cosine reaches a threshold: the links of a graph. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.half import widen

BLOCK = 512


@dataclass(frozen=True, kw_only=True)
class Links:
    """Pairs among (r,) `rows` of a collection.

    first, second: (m,) rows of the collection, first < second, sorted. cosines: (m,). floor: every pair with at least
    this cosine is there. nearest: (r,) cosine of each of the items to the nearest other one.
    """

    rows: Rows
    first: Rows
    second: Rows
    cosines: Floats
    floor: float
    nearest: Floats

    def from_cosine(self, cosine: float) -> "Links":
        """The pairs of at least this cosine."""
        return self.only(self.cosines >= cosine - 1e-6, max(cosine, self.floor))

    def only(self, kept: Mask, floor: float | None = None) -> "Links":
        """The pairs for which the (m,) `kept` is True."""
        return Links(
            rows=self.rows,
            first=self.first[kept],
            second=self.second[kept],
            cosines=self.cosines[kept],
            floor=self.floor if floor is None else floor,
            nearest=self.nearest,
        )


def links(
    vectors: NDArray[Any], rows: Rows, *, floor: float, most: int, advance: Callable[[int], None] = lambda _: None
) -> Links:
    """All pairs with a cosine of at least `floor` among the items `rows` (r,) of (n, d) unit vectors, found exactly.

    Where there are more than `most`, those of the highest cosine; the floor then lies as high as it has to.
    """
    all_rows = widen(vectors[rows])
    nearest = np.full(len(rows), -1, dtype=np.float32)
    found: list[tuple[Rows, Rows, Floats]] = []
    count = 0
    for start in range(0, len(rows), BLOCK):
        scores = all_rows[start : start + BLOCK] @ all_rows[start:].T
        scores[np.tri(*scores.shape, dtype=np.bool_)] = -2  # each pair once
        part = slice(start, start + len(scores))
        nearest[part] = np.maximum(nearest[part], scores.max(axis=1))
        nearest[start:] = np.maximum(nearest[start:], scores.max(axis=0))
        a, b = np.nonzero(scores >= floor)
        found.append((a + start, b + start, scores[a, b]))
        count += len(a)
        if count > 2 * most:
            found = [_highest(found, most)]
            count, floor = len(found[0][2]), float(found[0][2].min(initial=1))
        advance(start + len(scores))
    first, second, cosines = _highest(found, most)
    if len(cosines) < count:
        floor = float(cosines.min(initial=1))
    order = np.lexsort((second, first))
    return Links(
        rows=rows,
        first=rows[first[order]],
        second=rows[second[order]],
        cosines=cosines[order],
        floor=floor,
        nearest=nearest,
    )


def _highest(found: list[tuple[Rows, Rows, Floats]], most: int) -> tuple[Rows, Rows, Floats]:
    """The pairs of the highest cosines, at most `most`, and no part of those that are equal."""
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    first, second, cosines = (np.concatenate(parts) for parts in zip(*found, strict=True))
    if len(cosines) <= most:
        return first, second, cosines
    kept = cosines > np.partition(cosines, len(cosines) - most - 1)[len(cosines) - most - 1]
    return first[kept], second[kept], cosines[kept]
