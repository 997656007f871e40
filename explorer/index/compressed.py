"""Search in compressed vectors, re-ranked on the rows themselves (LeanVec; Tepper et al. 2024, section 3)."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_choice
from explorer.base.blas import single_threaded
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.sampling import at_most
from explorer.index.best import best_places
from explorer.index.clusters import k_means
from explorer.index.contract import allowed_rows
from explorer.index.graph_contract import HnswSettings
from explorer.index.graph_index import GraphIndex
from explorer.index.lists import SINGLE, Lists
from explorer.index.projections import (
    LABELS,
    PROJECTINGS,
    Projecting,
    Projection,
    frank_wolfe,
    mean_of,
    principal,
    products,
)

SAMPLE = 50_000  # items that the projection and the lists are learnt from
A_LIST = 32  # of these for each list
SPARE = 6  # candidates beyond k that are scored in the order that decides ties
NUMBERS = 400_000  # numbers widened at a time, so that they stay in the cache
ALL_BITS = (SINGLE, 8, 4)


@dataclass(frozen=True)
class Compression:
    """How vectors are made small. dims: numbers of a vector; bits: of a number, 0 for single precision."""

    dims: int = 128
    bits: int = SINGLE
    projecting: Projecting = "leanvec-ood"

    def __post_init__(self) -> None:
        """Raise InputError for what there is not."""
        check_choice(self.projecting, PROJECTINGS, "projection")
        if self.dims < 1:
            raise InputError(f"Dimensions of compressed vectors: expected 1 or more, got {self.dims}.")
        if self.bits not in ALL_BITS:
            raise InputError(f"Bits of a compressed number: expected 4, 8, or 0 for 32, got {self.bits}.")

    @property
    def words(self) -> str:
        """In a few words, as people read it."""
        return f"{LABELS[self.projecting]}, {self.dims} numbers of {self.bits or 32} bits"


def learn_projection(
    vectors: NDArray[Any],
    compression: Compression,
    queries: Floats | None = None,
    advance: Callable[[int], None] | None = None,
) -> Projection:
    """Learn the maps for queries and items from (n, D) unit rows and, for LeanVec-OOD, (q, D) learning queries.

    The learning queries must not be those that recall is measured with. LeanVec-OOD minds items as queries as much as
    the learning queries; without any it is LeanVec-ID, which minds items alone.
    """
    dims = min(compression.dims, vectors.shape[1])
    centre = mean_of(vectors)
    plain = compression.projecting == "leanvec-id" or queries is None and compression.projecting == "leanvec-ood"
    k_items = products(vectors, None if plain else centre)
    if compression.projecting == "leanvec-ood" and queries is not None and len(queries) and len(vectors):
        a, b = frank_wolfe(_share(products(queries)) + _share(products(vectors)), k_items, dims, advance)
        return Projection(a.astype(np.float32), b.astype(np.float32), centre)
    axes = principal(k_items, dims).astype(np.float32)
    return Projection(axes, axes, np.zeros_like(centre) if plain else centre)


class CompressedIndex(GraphIndex):
    """Nearest neighbours by compressed vectors in lists, re-ranked on the rows; see `GraphIndex` and `Lists`."""

    name = "compressed"
    graph: Lists

    @staticmethod
    def new_graph(dim: int, settings: HnswSettings, items: int) -> Lists:
        """Lists that have learnt nothing: `build` makes those that have."""
        axes = np.eye(dim, dtype=np.float32)
        return Lists(Projection(axes, axes, np.zeros(dim, dtype=np.float32)), np.zeros((1, dim), np.float32), SINGLE)

    @staticmethod
    def read_graph(path: Path, dim: int, settings: HnswSettings) -> Lists:
        """Read what `Lists.save` wrote."""
        return Lists.read(path)

    @classmethod
    def build(
        cls,
        vectors: NDArray[Any],
        rows: Rows | Mask | None = None,
        settings: HnswSettings | None = None,
        threads: int = -1,
        advance: Callable[[int], None] | None = None,
        *,
        compression: Compression | None = None,
        queries: Floats | None = None,
    ) -> "CompressedIndex":
        """Learn from some of the `rows` (and learning queries, (q, D), see `learn_projection`), then put in all."""
        settings, compression = settings or HnswSettings(), compression or Compression()
        chosen = np.arange(len(vectors)) if rows is None else allowed_rows(rows, len(vectors))
        with single_threaded():
            graph = cls._learnt(vectors, chosen, compression, queries, default_rng(settings.seed))
            index = cls(vectors, settings, graph, np.full(len(vectors), -1))
            index.add(chosen, threads, advance)
        return index

    @staticmethod
    def _learnt(
        vectors: NDArray[Any], chosen: Rows, compression: Compression, queries: Floats | None, generator: Generator
    ) -> Lists:
        """Empty lists, with the projection and the centres of a sample of the chosen rows."""
        sample = widen(vectors[at_most(chosen, SAMPLE, generator)])
        projection = learn_projection(sample, compression, queries)
        lists = isqrt(len(chosen))
        some = projection.of_items(sample[at_most(np.arange(len(sample)), A_LIST * lists, generator)])
        centres = k_means(some, lists, generator) if len(some) else np.zeros((1, projection.dims), np.float32)
        return Lists(projection, centres, compression.bits)

    def _search(self, queries: Floats, k: int, ef: int) -> Rows:
        """(q, m) labels, the best on the rows themselves among `ef` candidates, and a few more than k of them."""
        labels = super()._search(queries, k, ef)
        return labels if labels.shape[1] <= k + SPARE else self._reranked(queries, labels, k + SPARE)

    def _reranked(self, queries: Floats, labels: Rows, most: int) -> Rows:
        rows = self._nodes.first_of(labels)
        step = max(1, NUMBERS // (labels.shape[1] * self.vectors.shape[1]))
        best = [
            self._best_of(queries[start : start + step], rows[start : start + step], most)
            for start in range(0, len(rows), step)
        ]
        return np.take_along_axis(labels, np.concatenate(best), axis=1)

    def _best_of(self, queries: Floats, rows: Rows, most: int) -> Rows:
        """(q, most) places among the (q, w) rows; those that are -1 come last."""
        items = widen(self.vectors[rows])
        scores = np.matmul(items, queries[:, :, None])[..., 0]
        return best_places(np.where(rows >= 0, scores, -np.inf), most)


def _share(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    total = float(np.trace(sums))
    return np.asarray(sums / total if total > 0 else sums)
