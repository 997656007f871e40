"""Small vectors, all of which are compared with a query: what compression alone loses and costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.half import widen
from explorer.index.best import best_places
from explorer.index.contract import Neighbours, ranked
from explorer.index.projections import Projection
from explorer.index.quantise import Quantised, quantise

CANDIDATES = 50
BLOCK = 4096


@dataclass(frozen=True)
class Small:
    """The (n, D) `rows` as small vectors. projection: None where they have all dimensions; parts: blocks of them."""

    rows: NDArray[Any]
    projection: Projection | None
    parts: tuple[Floats | Quantised, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of the small vectors and of the maps."""
        maps = (self.projection.queries, self.projection.items) if self.projection else ()
        return sum(part.nbytes for part in (*self.parts, *maps))

    def candidates(self, queries: Floats, wide: int) -> Rows:
        """(q, wide) rows whose small vectors are most similar to the (q, D) queries, best first."""
        mapped = self.projection.of_queries(queries) if self.projection else queries
        scores = np.concatenate([_scores(part, mapped) for part in self.parts], axis=1)
        return best_places(scores, min(wide, len(self.rows)))

    def answer(self, queries: Floats, k: int, re_ranked: bool) -> Neighbours:
        """The k nearest by the small vectors, or by the rows themselves among 50 candidates; scored by the rows."""
        found = self.candidates(queries, max(k, CANDIDATES) if re_ranked else k)
        which = np.repeat(np.arange(len(queries)), found.shape[1])
        return ranked(queries, self.rows, which, found.ravel(), k)


def small(rows: NDArray[Any], projection: Projection | None, bits: int) -> Small:
    """Make (n, D) rows small; bits: of a number, 0 for single precision."""
    return Small(rows, projection, tuple(_parts(rows, projection, bits)))


def _parts(rows: NDArray[Any], projection: Projection | None, bits: int) -> Iterator[Floats | Quantised]:
    centre = projection.centre if projection else widen(rows).mean(axis=0)
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        mapped = projection.of_items(part) if projection else widen(part) - centre
        yield quantise(mapped, bits) if bits else mapped


def _scores(part: Floats | Quantised, mapped: Floats) -> Floats:
    return part.scores(mapped) if isinstance(part, Quantised) else np.asarray(mapped @ part.T)
