"""Linear maps to fewer dimensions that keep dot products of queries with items: PCA, LeanVec-ID and LeanVec-OOD.

Tepper, Bhati, Aguerrebere, Hildebrand & Willke 2024, "LeanVec: Searching vectors faster by making them fit". With A for
queries and B for items, both (D, d), q·x becomes (q A)·(x B); they lose ||Q A B' X' - Q X'||_F^2. The loss needs
the items and queries only through their (D, D) products, so a million items cost no more than a thousand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.half import widen

Doubles = NDArray[np.float64]
Projecting = Literal["pca", "leanvec-id", "leanvec-ood"]
PROJECTINGS: tuple[Projecting, ...] = get_args(Projecting)
LABELS: dict[Projecting, str] = {"pca": "PCA", "leanvec-id": "LeanVec-ID", "leanvec-ood": "LeanVec-OOD"}
STEPS = 500  # most steps of Frank-Wolfe
SETTLED = 1e-3  # a relative change of the loss below which it stops
NEGLIGIBLE = 1e-6  # a share of the whole below which a loss need not fall
SLOWING = 0.999  # step t moves by 1 / (t + 1) ** SLOWING
BLOCK = 16_384


@dataclass(frozen=True)
class Projection:
    """What maps queries and items to d numbers each.

    queries, items: (D, d) float32 matrices, the same one where only items were learnt from.
    centre: (D,) float32, taken from items before they are mapped: q·c is the same for all items, so that no order
    changes.
    """

    queries: Floats
    items: Floats
    centre: Floats

    @property
    def dims(self) -> int:
        """Numbers of a mapped vector."""
        return int(self.items.shape[1])

    def of_queries(self, vectors: NDArray[Any]) -> Floats:
        """(q, d) float32 of (q, D) query vectors."""
        return np.asarray(widen(vectors) @ self.queries)

    def of_items(self, vectors: NDArray[Any]) -> Floats:
        """(n, d) float32 of (n, D) vectors of items."""
        return np.asarray((widen(vectors) - self.centre) @ self.items)


def products(vectors: NDArray[Any], centre: Floats | None = None) -> Doubles:
    """(D, D) sum of the outer products of the (n, D) rows, `centre` taken off, read block by block."""
    total = np.zeros((vectors.shape[1],) * 2)
    for start in range(0, len(vectors), BLOCK):
        rows = widen(vectors[start : start + BLOCK]).astype(np.float64)
        rows = rows if centre is None else rows - centre
        total += rows.T @ rows
    return total


def mean_of(vectors: NDArray[Any]) -> Floats:
    """(D,) float32 mean of the (n, D) rows, read block by block."""
    total = np.zeros(vectors.shape[1])
    for start in range(0, len(vectors), BLOCK):
        total += widen(vectors[start : start + BLOCK]).sum(axis=0, dtype=np.float64)
    return np.asarray(total / max(1, len(vectors)), dtype=np.float32)


def loss(of_queries: Doubles, of_items: Doubles, k_queries: Doubles, k_items: Doubles) -> float:
    """||Q A B' X' - Q X'||_F^2 from A, B (D, d) and the products Q'Q, X'X (D, D)."""
    return _loss(k_queries @ of_queries, k_items @ of_items, of_queries, of_items, whole_of(k_queries, k_items))


def whole_of(k_queries: Doubles, k_items: Doubles) -> float:
    """||Q X'||_F^2: what maps to nothing lose."""
    return float((k_queries * k_items).sum())


def _loss(kq_a: Doubles, kx_b: Doubles, a: Doubles, b: Doubles, whole: float) -> float:
    """The loss from Q'Q A and X'X B, without a product of two (D, D) matrices."""
    return float(((a.T @ kq_a) * (b.T @ kx_b)).sum() - 2 * (kq_a * kx_b).sum() + whole)


def principal(k_items: Doubles, dims: int) -> Doubles:
    """(D, d) eigenvectors of the products with the largest eigenvalues: LeanVec-ID, A = B."""
    return np.asarray(np.linalg.eigh(k_items)[1][:, ::-1][:, :dims])


def frank_wolfe(
    k_queries: Doubles, k_items: Doubles, dims: int, advance: Callable[[int], None] | None = None
) -> tuple[Doubles, Doubles]:
    """A and B (D, d) of LeanVec-OOD: block-coordinate Frank-Wolfe over matrices with singular values of at most 1.

    The gradients of the loss are 2 Kq (A B' - I) Kx B for A and 2 Kx (B A' - I) Kq A for B. Both matrices start at 0,
    where the gradient is 0 too, so that the first step goes to the singular vectors of a matrix of zeros.
    """
    size = len(k_items)
    a, b = np.zeros((size, dims)), np.zeros((size, dims))
    kq_a, kx_b = a.copy(), b.copy()
    before = whole = whole_of(k_queries, k_items)
    for step in range(STEPS):
        share = 1 / (step + 1) ** SLOWING
        a += share * (_farthest(kq_a @ (b.T @ kx_b) - k_queries @ kx_b) - a)
        kq_a = k_queries @ a
        b += share * (_farthest(kx_b @ (a.T @ kq_a) - k_items @ kq_a) - b)
        kx_b = k_items @ b
        now = _loss(kq_a, kx_b, a, b, whole)
        if advance:
            advance(step + 1)
        if abs(before - now) <= SETTLED * max(before, NEGLIGIBLE * whole):
            break
        before = now
    return a, b


def _farthest(gradient: Doubles) -> Doubles:
    """The matrix of spectral norm 1 that goes farthest against the (D, d) gradient."""
    left, _, right = np.linalg.svd(-gradient, full_matrices=False)
    return np.asarray(left @ right)
