"""Neighbours under a lens: the score of every candidate, and which items are candidates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.blas import single_threaded
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.features.conditional.method import TINY, Lens, Transform
from explorer.index.contract import Index

Stored = NDArray[np.floating]
NEAR, FITTING = 200, 3_000
"""Candidates: so many nearest by the part in the items' own space, and so many that fit the aspect best."""
BLOCK = 8_192


@dataclass(frozen=True)
class Found:
    """Answer to a conditional question, best first.

    rows, scores: (k,); score = (1 - strength) x `item` + strength x `condition`. item: (k,) cosine with the picked
    item. condition: (k,) score under the condition alone.
    """

    rows: Rows
    scores: Floats
    item: Floats
    condition: Floats


def see(transform: Transform, vectors: Stored, present: Mask) -> Floats:
    """(e, n) items seen through a lens, one row a number, so that a query reads them in order; zeros where absent."""
    parts = []
    with single_threaded():
        for start in range(0, len(vectors), BLOCK):
            part = slice(start, start + BLOCK)
            seen = transform(widen(vectors[part]))
            seen[~present[part]] = 0
            parts.append(seen.T)
    return np.ascontiguousarray(np.concatenate(parts, axis=1))


def find(
    index: Index,
    vectors: Stored,
    lens: Lens,
    seen: Floats | None,
    *,
    present: Mask,
    reference: Floats,
    strength: float,
    count: int,
    without: int = -1,
) -> Found:
    """The `count` items with the highest score; the row `without` (the picked item) is never among them.

    vectors: (n, d) rows of the index; present: (n,) True where there is one. seen: (e, n) of `see` for a lens with a
    transform. Without a transform the index answers. With one, candidates are the `NEAR` nearest by the part of the
    score in the items' own space and the `FITTING` best by the aspect; they are scored exactly, so that small sets are
    answered exactly.
    Raises InputError when the strength lies outside 0 to 1.
    """
    check_strength(strength)
    if lens.transform is None or seen is None or strength == 0:
        direct = reference if lens.transform else (1 - strength) * reference + strength * lens.query
        rows = _by_index(index, direct, count + 1)
        fit = np.zeros(0, dtype=np.float32) if seen is None else fitting(lens, seen)
    else:
        fit = fitting(lens, seen)
        rows = _candidates(index, lens, fit, (1 - strength) * reference, strength=strength, count=count + 1)
    rows = rows[(rows != without) & present[rows]]
    item, condition = measure(vectors, lens, fit, reference, rows)
    scores = (1 - strength) * item + strength * condition
    best = np.lexsort((rows, -scores))[:count]
    return Found(rows[best], scores[best], item[best], condition[best])


def measure(vectors: Stored, lens: Lens, fit: Floats, reference: Floats, rows: Rows) -> tuple[Floats, Floats]:
    """(k,) cosine with the picked item and (k,) score under the condition of `rows`; fit: (n,) cosines seen through."""
    own = widen(vectors[rows])
    item = _products(own, reference)
    if lens.transform is None:
        return item, _products(own, lens.query)
    if lens.beside is None:
        return item, fit[rows]
    return item, np.asarray((fit[rows] + _products(own, lens.beside)) / 2, dtype=np.float32)


def fitting(lens: Lens, seen: Floats) -> Floats:
    """(n,) cosine of the lens's query and each item seen through it; sums of whole rows, which need no threads."""
    total = np.zeros(seen.shape[1], dtype=np.float32)
    for weight, row in zip(lens.query, seen, strict=True):
        if weight:
            total += weight * row
    return total


def check_strength(strength: float) -> float:
    """Return `strength`; InputError when it lies outside 0 to 1."""
    if not 0 <= strength <= 1:
        raise InputError(f"Strength of the condition: expected a number from 0 to 1, got {strength}.")
    return strength


def _candidates(index: Index, lens: Lens, fit: Floats, direct: Floats, *, strength: float, count: int) -> Rows:
    """Rows that may be among the `count` best; fit: (n,) cosines seen through, direct: (d,) the item's own part."""
    wide = max(FITTING, count) if strength < 1 or lens.beside is not None else count + 1
    best = np.argpartition(-fit, wide)[:wide] if wide < len(fit) else np.arange(len(fit))
    if lens.beside is not None:
        direct = direct + strength / 2 * lens.beside
    if np.linalg.norm(direct) < TINY:
        return best
    return np.union1d(best, _by_index(index, direct, max(NEAR, count)))


def _by_index(index: Index, direction: Floats, count: int) -> Rows:
    length = np.linalg.norm(direction)
    if length < TINY:
        raise InputError("The item and the condition cancel each other out: change the condition or the strength.")
    return index.query((direction / length)[None].astype(np.float32), min(count, max(1, len(index)))).of(0)[0]


def _products(rows: Floats, vector: Floats) -> Floats:
    """(k,) products; without BLAS, whose threads cost more than so small a product when the machine is busy."""
    found: Floats = np.einsum("kd,d->k", rows, vector)
    return found
