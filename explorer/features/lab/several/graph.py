"""Candidates by a graph over fixed encodings, in the place of a product with all of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.features.lab.several.search import FdeIndex, reranked
from explorer.index.hnsw import HnswIndex

EF = 64


@dataclass(frozen=True)
class FdeGraph:
    """An HNSW graph over the encodings of an `FdeIndex`, made unit rows of equal order (see `for_inner_products`)."""

    fde: FdeIndex
    graph: HnswIndex

    @classmethod
    def build(cls, fde: FdeIndex, ef: int = EF) -> "FdeGraph":
        """Insert the items that have vectors."""
        graph = HnswIndex.build(for_inner_products(fde.encodings), np.flatnonzero(fde.sets.counts))
        graph.efs = {"composed": ef}
        return cls(fde, graph)

    def candidates(self, query: NDArray[Any], count: int) -> Rows:
        """(c,) rows that the graph finds for a (q, d) question."""
        vector = np.append(self.fde.encoded(query), np.float32(0))
        length = float(np.linalg.norm(vector))
        return self.graph.query(vector[None] / max(length, 1e-12), count).of(0)[0]

    def search(self, query: NDArray[Any], k: int, candidates: int) -> tuple[Rows, Floats]:
        """(k,) rows and exact Chamfer similarities, best first, among the candidates of the graph."""
        return reranked(query, self.fde.sets, self.candidates(query, max(k, candidates)), k)


def for_inner_products(vectors: NDArray[Any]) -> Floats:
    """(n, D + 1) unit rows whose products with (query, 0) have the order of the (n, D) `vectors`' inner products.

    Bachrach et al. 2014: one number more brings all rows to the length of the longest.
    """
    rows = np.asarray(vectors, dtype=np.float32)
    squares = np.einsum("nd,nd->n", rows, rows)
    most = max(float(squares.max(initial=0)), 1e-12)
    missing = np.sqrt(np.maximum(most - squares, 0))
    return np.asarray(np.column_stack([rows, missing]) / np.sqrt(most), dtype=np.float32)
