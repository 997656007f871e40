"""MUVERA's fixed dimensional encodings: one vector for a set of vectors, whose product estimates Chamfer similarity.

Dhulipala et al. 2024, sections 2.1 and 2.2, as the official encoder has it (google/graph-mining): in each of R
repetitions random hyperplanes cut the space into 2^k cells; a question has in each cell the sum of its vectors, an
item their mean, and an item's empty cell takes the vector whose cell differs in the fewest bits. Then
<question, item> / R estimates Chamfer(question, item).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.features.lab.several.chamfer import VectorSets

MOST_BITS, MOST_DIMENSIONS = 10, 100_000
BLOCK = 8_000_000
"""Numbers of encodings that are worked on at a time."""


@dataclass(frozen=True, kw_only=True)
class FdeSettings:
    """repetitions R, bits k (2^k cells each), projected: numbers a vector keeps in each cell (0: all), final: numbers
    of the whole encoding (0: all). fill: an item's empty cell takes its nearest vector, as the paper has it.

    The paper takes 20 to 40 repetitions, 3 to 6 bits and 8 to 16 numbers; of patches of photos, as many numbers in all
    found more in fewer, larger cells, which are the usual here.
    """

    repetitions: int = 10
    bits: int = 2
    projected: int = 32
    final: int = 0
    fill: bool = True
    seed: int = 1

    def __post_init__(self) -> None:
        for name, least, most in (
            ("repetitions", 1, 1_000),
            ("bits", 0, MOST_BITS),
            ("projected", 0, 10_000),
            ("final", 0, MOST_DIMENSIONS),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                raise InputError(f"{name}: expected {least} to {most:,}, got {value:,}.")

    def length(self, dim: int) -> int:
        """How many numbers an encoding of `dim`-dimensional vectors has; InputError for more than 100,000."""
        whole = self.repetitions * 2**self.bits * (self.projected or dim)
        if (self.final or whole) > MOST_DIMENSIONS:
            raise InputError(
                f"Encodings of {whole:,} numbers are longer than {MOST_DIMENSIONS:,}: take fewer repetitions or bits, "
                "or keep fewer numbers a cell."
            )
        return self.final or whole


@dataclass(frozen=True)
class FdeMatrices:
    """What is drawn by chance, the same for questions and items. planes: (R, d, k); projection: (R, d, p), one +-1 a
    row, or None; place, sign: (R 2^k p,) of the count-sketch, or None; final: its length, 0 for none.
    """

    planes: NDArray[Any]
    projection: NDArray[Any] | None = None
    place: Rows | None = None
    sign: NDArray[Any] | None = None
    final: int = 0

    @property
    def repetitions(self) -> int:
        """R."""
        return len(self.planes)


def draw(settings: FdeSettings, dim: int) -> FdeMatrices:
    """The matrices of `settings` for vectors of length `dim`; repetition r depends on seed + r alone.

    The projection is the official encoder's: every input is added to one output with a random sign, so that products
    are right on average without a factor; the paper has a dense matrix of signs over sqrt(p) in its place.
    """
    settings.length(dim)
    generators = [np.random.default_rng(settings.seed + r) for r in range(settings.repetitions)]
    planes = np.stack([one.standard_normal((dim, settings.bits), dtype=np.float32) for one in generators])
    projection = np.stack([_signed(one, dim, settings.projected) for one in generators]) if settings.projected else None
    if not settings.final:
        return FdeMatrices(planes, projection)
    whole = settings.repetitions * 2**settings.bits * (settings.projected or dim)
    generator = np.random.default_rng((settings.seed, settings.final))
    place = generator.integers(0, settings.final, whole)
    return FdeMatrices(planes, projection, place, _signs(generator, whole), settings.final)


def cells(vectors: NDArray[Any], planes: NDArray[Any]) -> Rows:
    """(..., R) cell of each of the (..., d) vectors in each repetition: the Gray code of the signs (> 0)."""
    flat = np.tensordot(vectors, planes, axes=([-1], [1]))  # (..., R, k)
    code = np.zeros(flat.shape[:-1], dtype=np.int64)
    for bit in range(flat.shape[-1]):
        code = (code << 1) + ((flat[..., bit] > 0) ^ (code & 1))
    return code


def cell_distances(bits: int) -> NDArray[np.int8]:
    """(2^k, 2^k) in how many signs two cells differ. Cells are Gray codes, so they are turned into signs first."""
    codes = np.arange(2**bits)
    signs = codes ^ (codes >> 1)
    different = signs[:, None] ^ signs[None]
    counted = sum(((different >> bit) & 1) for bit in range(bits)) if bits else np.zeros_like(different)
    return np.asarray(counted, dtype=np.int8)


def encode_queries(sets: VectorSets, matrices: FdeMatrices) -> NDArray[Any]:
    """(n, D) encodings of questions: the sum of the vectors in each cell, 0 in an empty one."""
    return _blocks(sets, matrices, documents=False, fill=False)


def encode_documents(sets: VectorSets, matrices: FdeMatrices, fill: bool = True) -> NDArray[Any]:
    """(n, D) encodings of items: the mean of the vectors in each cell; `fill`: the nearest vector in an empty one."""
    return _blocks(sets, matrices, documents=True, fill=fill)


def estimates(queries: NDArray[Any], documents: NDArray[Any], repetitions: int) -> NDArray[Any]:
    """(q, n) estimates of Chamfer similarity: products of encodings, divided by the number of repetitions."""
    return np.asarray((queries @ documents.T) / repetitions)


def _blocks(sets: VectorSets, matrices: FdeMatrices, *, documents: bool, fill: bool) -> NDArray[Any]:
    repetitions, dim, bits = matrices.planes.shape
    width = dim if matrices.projection is None else matrices.projection.shape[2]
    step = max(1, BLOCK // max(1, repetitions * (2**bits * (width + sets.most) + sets.most * width)))
    if sets.dim != dim:
        raise InputError(f"vectors: expected vectors of length {dim} as the encoding was drawn for, got {sets.dim}.")
    parts = []
    for start in range(0, len(sets), step):
        rows = slice(start, start + step)
        vectors = np.asarray(sets.vectors[rows], dtype=np.result_type(np.float32, matrices.planes))
        weights = _weights(cells(vectors, matrices.planes), sets.real[rows], bits, documents=documents, fill=fill)
        found = weights @ _projected(vectors, matrices)  # (b, R, cells, p)
        parts.append(_sketched(found.reshape(len(vectors), -1), matrices))
    empty = np.empty((0, matrices.final or repetitions * 2**bits * width), dtype=np.float32)
    return np.concatenate(parts) if parts else empty


def _projected(vectors: NDArray[Any], matrices: FdeMatrices) -> NDArray[Any]:
    """(b, R, m, p) what each of the (b, m, d) vectors adds to its cell in each repetition."""
    if matrices.projection is None:
        return vectors[:, None]
    return np.tensordot(vectors, matrices.projection, axes=([-1], [1])).transpose(0, 2, 1, 3)


def _weights(where: Rows, real: NDArray[np.bool_], bits: int, *, documents: bool, fill: bool) -> NDArray[np.float32]:
    """(b, R, 2^k, m) how much of each vector goes into each cell, for (b, m, R) cells of (b, m) real vectors."""
    place = where.transpose(0, 2, 1)[:, :, None]  # (b, R, 1, m)
    inside = (place == np.arange(2**bits)[:, None]) & real[:, None, None]
    weights: NDArray[np.float32] = inside.astype(np.float32)
    if not documents:
        return weights
    counts = weights.sum(axis=3, keepdims=True)
    weights /= np.maximum(counts, 1)
    if fill:
        far = np.where(real[:, None, None], cell_distances(bits)[:, where].transpose(1, 3, 0, 2), np.int8(127))
        nearest = far.argmin(axis=3)[..., None]  # the first among equals
        empty = (counts == 0) & np.asarray(real.any(axis=1))[:, None, None, None]
        filled = np.take_along_axis(weights, nearest, axis=3) + empty
        np.put_along_axis(weights, nearest, filled, axis=3)
    return weights


def _sketched(encoded: NDArray[Any], matrices: FdeMatrices) -> NDArray[Any]:
    """(b, final) count-sketch of (b, D) encodings: each number is added, with its sign, to one place."""
    if matrices.place is None or matrices.sign is None:
        return encoded
    from scipy.sparse import csr_matrix

    each = np.arange(len(matrices.place))
    spread = csr_matrix((matrices.sign.astype(encoded.dtype), (matrices.place, each)), (matrices.final, len(each)))
    return np.ascontiguousarray((spread @ encoded.T).T)


def _signs(generator: np.random.Generator, count: int) -> Floats:
    return np.asarray(generator.integers(0, 2, count) * 2 - 1, dtype=np.float32)


def _signed(generator: np.random.Generator, dim: int, width: int) -> Floats:
    """(d, p) with one +-1 in each row."""
    matrix = np.zeros((dim, width), dtype=np.float32)
    matrix[np.arange(dim), generator.integers(0, width, dim)] = _signs(generator, dim)
    return matrix
