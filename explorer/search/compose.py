"""One query of texts, images and items with weights; the similarity splits exactly into the parts' shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, check_choice, unit_rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.search.query import PART_KINDS

WITH_VECTORS = (*PART_KINDS, "vector")
CANCELLED = 1e-4  # a sum this short, against the sum of the weights, has no direction left


@dataclass(frozen=True)
class Part:
    """A part of a query.

    kind: "text", "item", "image" or "vector"; value: the text, item id or file name, for people.
    weight: its share, negative for "less like this"; vector: (d,) of any length above 0.
    """

    kind: str
    value: str
    weight: float
    vector: Floats


@dataclass(frozen=True)
class Query:
    """vector: (d,) float32 unit vector; parts: those it is made of, without any of weight 0.

    loadings: (parts, d) float32 that sum to `vector`.
    """

    vector: Floats
    parts: tuple[Part, ...]
    loadings: Floats

    @property
    def shares(self) -> NDArray[np.float64]:
        """(parts,) signed length of each loading: what the cosine of a part counts in the similarity."""
        signs = np.sign([part.weight for part in self.parts])
        found: NDArray[np.float64] = signs * np.linalg.norm(self.loadings.astype(np.float64), axis=1)
        return found


def compose(parts: Sequence[Part]) -> Query:
    """Return the direction of the weighted sum of the parts' unit vectors.

    Raises InputError when no part has a weight, a weight is not finite, kinds or lengths of vectors do not fit, or the
    parts cancel each other out.
    """
    used = tuple(part for part in parts if part.weight != 0)
    if not used:
        raise InputError("Query: expected at least one part with a weight other than 0, got none.")
    for part in used:
        check_choice(part.kind, WITH_VECTORS, "Part of the query")
    weights = np.array([part.weight for part in used], dtype=np.float64)
    if not np.isfinite(weights).all():
        raise InputError(f"Query: expected finite weights, got {', '.join(map(str, weights))}.")
    weighted = weights[:, None] * _vectors(used)
    length = np.linalg.norm(weighted.sum(axis=0))
    if length < CANCELLED * np.abs(weights).sum():
        raise InputError("Query: its parts cancel each other out. Change a weight or remove a part.")
    loadings = weighted / length
    return Query(loadings.sum(axis=0).astype(np.float32), used, loadings.astype(np.float32))


def explain(query: Query, vectors: NDArray[Any]) -> NDArray[np.float64]:
    """(k, parts) share of each part in the similarity of the query to each of the (k, d) unit rows `vectors`.

    A part's share is weight * cosine(part, item) / length of the weighted sum, so the shares of a row sum to its
    similarity, but for the rounding of float32.
    """
    return widen(np.asarray(vectors)).astype(np.float64) @ query.loadings.T.astype(np.float64)


def rounded_split(shares: NDArray[np.float64], similarities: NDArray[Any], digits: int = 3) -> NDArray[np.float64]:
    """(k, parts) shares rounded so that each row's printed shares sum to its printed (k,) similarity.

    Largest remainders: all shares are rounded down, then the units missing go to those that lost most.
    """
    scale = 10.0**digits
    down = np.floor(shares * scale)
    missing = np.round(np.asarray(similarities, dtype=np.float64) * scale) - down.sum(axis=1)
    order = np.argsort(np.argsort(down - shares * scale, axis=1, kind="stable"), axis=1)
    parts = shares.shape[1]
    each = np.floor(missing / parts)[:, None]
    units: NDArray[np.float64] = down + each + (order < (missing[:, None] - each * parts))
    return np.round(units / scale, digits)


def _vectors(parts: Sequence[Part]) -> NDArray[np.float64]:
    lengths = {np.shape(part.vector) for part in parts}
    if len(lengths) != 1:
        raise InputError(f"Query: expected vectors of one length, got shapes {sorted(lengths)}.")
    return unit_rows(np.stack([part.vector for part in parts]), "Query").astype(np.float64)
