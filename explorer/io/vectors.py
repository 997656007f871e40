"""Vectors that the user brings: list columns, columns of texts that hold lists of numbers, and .npy files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.io.number_lists import are_cut, parse_lists
from explorer.io.paths import LED_OUTSIDE, may_be_read
from explorer.io.readable import readable
from explorer.io.table_file import Beside
from explorer.io.table_names import table_stem
from explorer.io.text import counted
from explorer.io.vector_guess import common_length, is_vector_type

BLOCK = 65_536
MOST = 0.5  # the share of the lists that must have the same length where the user says that they are vectors


@dataclass(frozen=True)
class OwnVectors:
    """values: (m, d) numbers over the rows of the source; present: (m,) True where there is a usable vector; note."""

    name: str
    values: Floats
    present: Mask
    note: str = ""


def npy_beside(table: Path) -> tuple[list[str], list[str]]:
    """Names of the .npy files that belong to a table, and of those among them that may not be read.

    items.npy, items.*.npy and items_*.npy beside items.csv.
    """
    stem = table_stem(table.name)
    found = sorted(path.name for path in table.parent.glob("*.npy"))
    own = [name for name in found if name == f"{stem}.npy" or name.startswith((f"{stem}.", f"{stem}_"))]
    closed = [name for name in own if not may_be_read(table.parent / name)]
    return [name for name in own if name not in closed], closed


def read_npy(path: Path, count: int, table: str = "the table") -> NDArray[Any]:
    """Open an .npy file of (count, d) numbers, memory-mapped, never unpickling; InputError says what is wrong."""
    if not may_be_read(path):
        raise InputError(f"{path.name}: expected a file, got {LED_OUTSIDE}.")
    with readable(path.name, "an .npy file of numbers"):
        array = open_memmap(path, mode="r")  # which takes no objects
    if array.dtype.kind not in "fiu" or array.ndim != 2 or not array.shape[1]:
        kind = f"{array.dtype} {array.shape}"
        raise InputError(f"{path.name}: expected numbers of shape (rows, dimensions), got {kind}.")
    if len(array) != count:
        raise InputError(f"{path.name}: expected {count} vectors, one a row of {table}, got {len(array)}.")
    return array


def own_vectors(name: str, source: pa.ChunkedArray | NDArray[Any] | Beside) -> OwnVectors:
    """The vectors of a column, or of the (m, d) numbers of .npy files, without those that have no direction.

    A list of another length than most, with NaN or infinity, or all zeros costs its row. InputError when none is left.
    """
    odd: dict[int, str] = {}
    if isinstance(source, np.ndarray):
        values, present = source, np.ones(len(source), dtype=bool)
    elif isinstance(source, Beside):
        values, present = source.values, source.present
    else:
        values, present, odd = column_vectors(source, name)
    bad = dict(_without_direction(values, present)) | odd
    present = present.copy()
    present[list(bad)] = False
    if not present.any():
        first = f"; row {min(bad) + 1} {bad[min(bad)]}" if bad else ""
        raise InputError(f"{name}: expected vectors, got none that can be used{first}.")
    note = f"{name}: {counted(len(bad), 'vector')} left out; row {min(bad) + 1} {bad[min(bad)]}." if bad else ""
    return OwnVectors(name, values, present, note)


def column_vectors(column: pa.ChunkedArray, name: str) -> tuple[NDArray[np.float32], Mask, dict[int, str]]:
    """Return ((n, d) numbers, (n,) True where there is a vector, what is wrong with other rows) of a column of lists.

    Raises InputError when there are no lists, or not even half of them are of one length.
    """
    if is_vector_type(column.type):
        lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0).to_numpy(), dtype=np.int64)
        filled = lengths > 0
        lists = None
    else:
        lists = _texts(column, name)
        filled = np.array([one is not None for one in lists], dtype=bool)
        lengths = np.array([0 if one is None else len(one) for one in lists], dtype=np.int64)
    dim = common_length(lengths, MOST)
    if not dim:
        raise InputError(f"{name}: expected vectors of one length, got {_some_lengths(lengths)}.")
    present = lengths == dim
    result = np.zeros((len(column), dim), np.float32)
    with np.errstate(over="ignore"):
        if lists is not None:
            result[present] = [one for one, fits in zip(lists, present, strict=True) if fits]
        else:
            result[present] = _flat(column.filter(pa.array(present))).reshape(-1, dim)
    odd = {int(row): _odd(int(lengths[row]), dim) for row in np.flatnonzero(filled & ~present)}
    return result, present, odd


def unit_vectors(values: NDArray[Any], present: Mask, rows: Rows) -> tuple[Floats, Mask, Doubles]:
    """Return ((m, d) unit rows, (m,) present, (m,) lengths before) for the rows `rows` of (n, d) `values`.

    Zeros where none is present.
    """
    result = np.zeros((len(rows), values.shape[1]), np.float32)
    norms = np.zeros(len(rows))
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        block = np.asarray(values[part], dtype=np.float64)
        lengths = _lengths(block)[:, None]
        usable = present[part][:, None] & (lengths > 0)
        result[start : start + BLOCK] = np.divide(block, lengths, out=np.zeros_like(block), where=usable)
        norms[start : start + BLOCK] = np.where(usable, lengths, 0)[:, 0]
    return result, present[rows], norms


def _lengths(block: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.linalg.norm(block, axis=1))


def _without_direction(values: NDArray[Any], present: Mask) -> list[tuple[int, str]]:
    """(row, what it holds) of the vectors that point nowhere."""
    found = []
    for start in range(0, len(values), BLOCK):
        lengths = _lengths(np.asarray(values[start : start + BLOCK], dtype=np.float64))
        bad = present[start : start + BLOCK] & (~np.isfinite(lengths) | (lengths == 0))
        for row in np.flatnonzero(bad):
            found.append((start + int(row), "holds only zeros" if lengths[row] == 0 else "holds NaN or infinity"))
    return found


def _texts(column: pa.ChunkedArray, name: str) -> list[NDArray[np.float64] | None]:
    try:
        texts = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(f"{name}: expected vectors like [1, 2], got {column.type}.") from error
    if are_cut(texts):
        raise InputError(f"{name}: expected whole vectors; they were cut (“...”) when the file was written.")
    return parse_lists(texts)


def _flat(column: pa.ChunkedArray) -> NDArray[np.float32]:
    parts = [pc.list_flatten(chunk) for chunk in column.chunks if len(chunk)]
    numbers = [pc.cast(part, pa.float32(), safe=False).to_numpy(zero_copy_only=False) for part in parts]
    return np.concatenate(numbers)


def _odd(length: int, dim: int) -> str:
    return f"has {length} numbers, the others {dim}" if length else "cannot be read as a list of numbers"


def _some_lengths(lengths: NDArray[np.int64]) -> str:
    found = np.unique(lengths[lengths > 0])[:4].tolist()
    return "lists of " + ", ".join(map(str, found)) + " numbers" if found else "no lists of numbers"
