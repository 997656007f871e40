"""Vectors that the user brings: list columns, columns of "[1, 2]" texts, and .npy files."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.io.columns import is_vector_type

BLOCK = 65_536


def npy_beside(table: Path) -> list[str]:
    """Names of the .npy files that belong to a table: items.npy, items.*.npy and items_*.npy beside items.csv."""
    stem = table.stem
    found = (path.name for path in table.parent.glob("*.npy"))
    return sorted(name for name in found if name == f"{stem}.npy" or name.startswith((f"{stem}.", f"{stem}_")))


def read_npy(path: Path, count: int) -> NDArray[Any]:
    """Open an .npy file of (count, d) numbers, memory-mapped, never unpickling; InputError says what is wrong."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path.name}: expected an .npy file of numbers that can be read ({error}).") from error
    if not isinstance(array, np.ndarray) or array.ndim != 2 or not np.issubdtype(array.dtype, np.number):
        kind = f"{array.dtype} {array.shape}" if isinstance(array, np.ndarray) else "several arrays"
        raise InputError(f"{path.name}: expected numbers of shape (rows, dimensions), got {kind}.")
    if len(array) != count:
        raise InputError(f"{path.name}: expected {count} vectors, one a row of the table, got {len(array)}.")
    return array


def column_vectors(column: pa.ChunkedArray, name: str) -> tuple[NDArray[Any], Mask]:
    """Return ((n, d) numbers, (n,) True where there is a vector) of a list column, or of texts like "[1, 2]".

    Raises InputError naming the first row whose length differs from the most common one.
    """
    if not is_vector_type(column.type):
        column = _parsed(column, name)
    lengths = np.asarray(pc.fill_null(pc.list_value_length(column), -1).to_numpy(), dtype=np.int64)
    present = lengths >= 0
    if not present.any():
        raise InputError(f"{name}: expected vectors, got none.")
    values, counts = np.unique(lengths[present], return_counts=True)
    dim = int(values[np.argmax(counts)])
    other = np.flatnonzero(present & (lengths != dim))
    if len(other):
        row = other[0]
        raise InputError(f"{name}: expected vectors of length {dim}, got length {lengths[row]} in row {row + 1}.")
    flat = [pc.list_flatten(chunk) for chunk in column.chunks if len(chunk)]
    parts = [np.asarray(pc.cast(part, pa.float32(), safe=False).to_numpy(zero_copy_only=False)) for part in flat]
    result = np.zeros((len(column), dim), np.float32)
    result[present] = np.concatenate(parts).reshape(-1, dim)
    return result, present


def unit_vectors(values: NDArray[Any], present: Mask, rows: Rows, name: str) -> tuple[Floats, Mask]:
    """Return ((m, d) unit rows, (m,) present) for the rows `rows` of (n, d) `values`; zeros where none is present.

    Raises InputError naming the first row that is all zero or holds NaN or infinity.
    """
    result = np.zeros((len(rows), values.shape[1]), np.float32)
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        block = np.asarray(values[part], dtype=np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            lengths = np.linalg.norm(block, axis=1, keepdims=True)
        _check_lengths(lengths[:, 0], present[part], part, name)
        result[start : start + BLOCK] = np.divide(block, lengths, out=np.zeros_like(block), where=lengths > 0)
    return result, present[rows]


def _check_lengths(lengths: NDArray[np.float64], present: Mask, rows: Rows, name: str) -> None:
    bad = np.flatnonzero(present & ~np.isfinite(lengths))
    if len(bad):
        raise InputError(f"{name}: expected finite numbers, got NaN or infinity in row {rows[bad[0]] + 1}.")
    zero = np.flatnonzero(present & (lengths == 0))
    if len(zero):
        raise InputError(f"{name}: expected vectors with a direction, got only zeros in row {rows[zero[0]] + 1}.")


def _parsed(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    lists: list[list[float] | None] = []
    for number, text in enumerate(column.to_pylist(), start=1):
        try:
            lists.append(json.loads(text) if text else None)
        except (ValueError, TypeError) as error:
            shown = str(text)[:40]
            raise InputError(f"{name}: expected vectors like [1, 2], got {shown!r} in row {number}.") from error
    try:
        return pa.chunked_array([pa.array(lists, pa.list_(pa.float64()))])
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(f"{name}: expected vectors like [1, 2], got something else ({error}).") from error
