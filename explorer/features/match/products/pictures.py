"""How alike two pictures of products are: by the vectors of a model, or by their perceptual hash."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.features.match.side import Side
from explorer.io.images import read_image

HASH_SIDE, DRAWN_SIDE = 8, 32
AUTO, VECTORS, HASH, OFF = "auto", "vectors", "hash", "off"
WAYS = (AUTO, VECTORS, HASH, OFF)


def perceptual_hash(grey: Floats) -> Mask:
    """(64,) bits of a (32, 32) grey picture: which of its 8 x 8 lowest cosine waves are above their median.

    Zauner 2010, Implementation and benchmarking of perceptual image hash functions, as pHash and imagehash do it.
    """
    from scipy.fft import dctn

    low = dctn(np.asarray(grey, np.float64))[:HASH_SIDE, :HASH_SIDE]
    return np.asarray(low > np.median(low)).ravel()


def bit_similarity(first: Mask, second: Mask) -> float:
    """Share of equal bits. Nothing is filtered: the authors drop pairs above 0.9, the most alike, by mistake."""
    return float((first == second).mean())


@lru_cache(maxsize=4096)
def _hash_of(path: str) -> Mask | None:
    try:
        picture = read_image(Path(path), min_side=DRAWN_SIDE)
    except InputError:
        return None
    return perceptual_hash(np.asarray(picture.convert("L").resize((DRAWN_SIDE, DRAWN_SIDE)), np.float32))


def hash_similarities(left: Side, right: Side, rows: Rows, columns: Rows) -> Floats:
    """(p,) share of equal bits of the pictures of pairs, NaN where one is missing or cannot be read."""
    first = {row: _path_hash(left, row) for row in np.unique(rows).tolist()}
    second = {row: _path_hash(right, row) for row in np.unique(columns).tolist()}
    found = [_similar(first[a], second[b]) for a, b in zip(rows.tolist(), columns.tolist(), strict=True)]
    return np.array(found, np.float32)


def vector_similarities(left: Side, right: Side, rows: Rows, columns: Rows) -> Floats:
    """(p,) cosines of the vectors of pairs; InputError unless both sides have vectors of the same model."""
    if not _share_vectors(left, right) or left.vectors is None or right.vectors is None:
        raise InputError(f"{left.name} and {right.name}: expected vectors of the same model on both sides.")
    return np.asarray((left.vectors[rows] * right.vectors[columns]).sum(1), np.float32)


def way_of(left: Side, right: Side, asked: str) -> str:
    """How pictures are compared: as asked; on its own, by vectors where both sides have them, else by hash."""
    if asked != AUTO:
        if asked == HASH and not (any(left.pictures) and any(right.pictures)):
            raise InputError(f"{left.name} and {right.name}: expected pictures on both sides to compare their hashes.")
        return asked
    if _share_vectors(left, right):
        return VECTORS
    return HASH if any(left.pictures) and any(right.pictures) else OFF


def _share_vectors(left: Side, right: Side) -> bool:
    return left.vectors is not None and right.vectors is not None and left.encoder == right.encoder


def _path_hash(side: Side, row: int) -> Mask | None:
    return _hash_of(side.pictures[row]) if side.pictures and side.pictures[row] else None


def _similar(first: Mask | None, second: Mask | None) -> float:
    return float("nan") if first is None or second is None else bit_similarity(first, second)
