"""Finding items of several vectors: candidates by fixed encodings or by one vector, then exact Chamfer of these."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.half import widen
from explorer.features.lab.several.chamfer import VectorSets, best_first, chamfer
from explorer.features.lab.several.fde import FdeMatrices, FdeSettings, draw, encode_documents, encode_queries

BLOCK = 512
CLOSE = 32
"""So many items at a time stay in the processor's cache between copying and comparing."""
NUMBERS = 4_000_000
"""Numbers of encodings that are widened at a time."""


@dataclass(frozen=True)
class FdeIndex:
    """Items with their encodings. sets: n items; matrices: as drawn; encodings: (n, D), float16 or float32."""

    sets: VectorSets
    matrices: FdeMatrices
    encodings: NDArray[Any]

    @classmethod
    def build(cls, sets: VectorSets, settings: FdeSettings) -> "FdeIndex":
        """Encode all items."""
        matrices = draw(settings, sets.dim)
        found = encode_documents(sets, matrices, settings.fill)
        return cls(sets, matrices, np.asarray(found, dtype=np.float32))

    def estimates(self, query: NDArray[Any]) -> Floats:
        """(n,) estimates of the Chamfer similarity of a (q, d) question to each item; -inf for one without vectors."""
        vector = np.asarray(self.encoded(query) / self.matrices.repetitions, dtype=np.float32)
        found = products(self.encodings, vector)
        found[self.sets.counts == 0] = -np.inf
        return found

    def encoded(self, query: NDArray[Any]) -> Floats:
        """(D,) encoding of a (q, d) question."""
        asked = VectorSets(np.asarray(query, dtype=np.float32)[None], np.array([len(query)]))
        return np.asarray(encode_queries(asked, self.matrices)[0], dtype=np.float32)

    def search(self, query: NDArray[Any], k: int, candidates: int) -> tuple[Rows, Floats]:
        """(k,) rows and their exact Chamfer similarities, best first, among the `candidates` highest estimates."""
        return reranked(query, self.sets, best_first(self.estimates(query), max(k, candidates)), k)


def reranked(query: NDArray[Any], sets: VectorSets, rows: Rows, k: int) -> tuple[Rows, Floats]:
    """(k,) of `rows` and their exact Chamfer similarities, best first."""
    rows = np.sort(rows)
    blocks = [chamfer(query, sets.take(rows[start : start + CLOSE])) for start in range(0, len(rows), CLOSE)]
    scores = np.concatenate(blocks) if blocks else np.empty(0, dtype=np.float32)
    best = best_first(scores, k)
    return rows[best], scores[best]


def products(vectors: NDArray[Any], query: Floats) -> Floats:
    """(n,) products of (n, D) float16 or float32 vectors with a (D,) query, those of halves block by block."""
    if vectors.dtype == np.float32:
        return np.asarray(vectors @ query)
    found = np.empty(len(vectors), dtype=np.float32)
    step = max(1, NUMBERS // max(1, vectors.shape[1]))
    for start in range(0, len(vectors), step):
        found[start : start + step] = widen(vectors[start : start + step]) @ query
    return found


def mean_vectors(sets: VectorSets) -> Floats:
    """(n, d) unit means of the vectors of each item, zeros for an item without any: the simplest way."""
    sums = np.zeros((len(sets), sets.dim), dtype=np.float32)
    for start in range(0, len(sets), BLOCK):
        block = slice(start, start + BLOCK)
        sums[block] = np.where(sets.real[block, :, None], widen(sets.vectors[block]), 0).sum(axis=1)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-12), dtype=np.float32)
