"""Checks on arrays and strings: one place, one pattern of sentence (expected X, got Y)."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import InputError

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Vectors = NDArray[np.floating[Any]]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


def check_vectors(vectors: NDArray[Any], name: str, dim: int | None = None) -> Floats:
    """Return `vectors` as an (n, d) float32 array.

    Raises InputError when it is not two-dimensional, has another width than `dim`, or holds NaN or infinity.
    """
    array = np.asarray(vectors)
    if array.ndim != 2 or not np.issubdtype(array.dtype, np.number):
        got = f"{array.dtype} {array.shape}"
        raise InputError(f"{name}: expected a numeric array of shape (items, dimensions), got {got}.")
    if dim is not None and array.shape[1] != dim:
        raise InputError(f"{name}: expected vectors of length {dim}, got length {array.shape[1]}.")
    array = np.asarray(array, dtype=np.float32)
    bad = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if len(bad):
        raise InputError(
            f"{name}: expected finite numbers, got NaN or infinity in {len(bad)} rows, first in row {bad[0]}."
        )
    return array


def unit_rows(vectors: NDArray[Any], name: str = "vectors") -> Floats:
    """Return the (n, d) `vectors` divided by their Euclidean length, float32.

    Raises InputError when a row is all zero: it has no direction.
    """
    array = check_vectors(vectors, name)
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    zero = np.flatnonzero(lengths[:, 0] == 0)
    if len(zero):
        raise InputError(
            f"{name}: expected vectors with a direction, got {len(zero)} all-zero rows, first row {zero[0]}."
        )
    return np.asarray(array / lengths, dtype=np.float32)


def check_choice(value: str, choices: Iterable[str], name: str) -> str:
    """Return `value` if it is one of `choices`; otherwise raise InputError that lists them."""
    known = list(choices)
    if value not in known:
        raise InputError(f"{name}: expected one of {', '.join(known)}; got {value!r:.80}.")
    return value


def check_rows(rows: Sequence[int] | Rows, count: int, name: str) -> Rows:
    """Return `rows` as int64; raise InputError when one lies outside 0 to count - 1."""
    array = np.asarray(rows, dtype=np.int64)
    outside = array[(array < 0) | (array >= count)]
    if len(outside):
        raise InputError(f"{name}: expected row numbers from 0 to {count - 1}, got {outside[0]}.")
    return array


def sorted_unique(values: NDArray[Any]) -> NDArray[Any]:
    """The different values of (n,) integers, ascending.

    What `np.unique` returns; since NumPy 2.3 that takes forty times as long for a million different ones.
    """
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered
