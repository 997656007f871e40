"""Embeddings in the making: a folder that a kill at any moment leaves in a state from which the work goes on."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Mask, Rows
from explorer.io.atomic import read_json, swap_folders, write_json
from explorer.io.sums import wrong_sizes

_STATE, _JOURNAL, _TODO, VECTORS, KEYS = "state.json", "journal.jsonl", "todo.npy", "vectors.npy", "hashes.npy"
WORK_FILES = (_STATE, _JOURNAL, _TODO)
"""What lies beside the vectors while they are made."""
_CHUNK = 65_536


@dataclass(frozen=True)
class Unit:
    """What became of a few rows.

    vectors: (k, d) of the rows that could be embedded; skipped: (row, reason) of the others.
    """

    rows: Rows
    vectors: NDArray[Any]
    skipped: list[tuple[int, str]]


class Partial:
    """vectors.npy is written row by row; journal.jsonl gets a line when all rows of a unit are in it.

    A kill loses what has no line yet. Units are always the same, so the lines say what is left to do. `state.json` is
    written last when the folder is made; without it the folder counts for nothing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.vectors: NDArray[Any] = np.load(folder / VECTORS, mmap_mode="r+", allow_pickle=False)
        self.todo: Rows = np.load(folder / _TODO, allow_pickle=False)
        self.skipped: list[tuple[int, str]] = []
        self._journal = folder / _JOURNAL

    @staticmethod
    def state(folder: Path) -> dict[str, Any]:
        """What the folder was made for; empty when there is no usable one."""
        return read_json(folder / _STATE) if (folder / _STATE).is_file() else {}

    @classmethod
    def create(
        cls,
        folder: Path,
        state: dict[str, Any],
        *,
        keys: NDArray[np.uint8],
        todo: Rows,
        form: "Form",
        sources: "list[Source]",
    ) -> "Partial":
        """Make the folder with room for all vectors, and copy into it the rows that `sources` have already.

        keys: (n, 16) content hashes; todo: the rows to embed, in their order.
        """
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        np.save(folder / KEYS, keys)
        np.save(folder / _TODO, todo)
        shape = (len(keys), form.dim)
        vectors = np.lib.format.open_memmap(folder / VECTORS, mode="w+", dtype=np.dtype(form.dtype), shape=shape)
        _allocate(folder / VECTORS)
        for source in sources:
            source.copy_to(vectors)
        vectors.flush()
        write_json(folder / _STATE, state)
        return cls(folder)

    def resume(self, units: list[Rows]) -> set[int]:
        """Return the numbers of the finished units; what follows a torn line of the journal is cut off."""
        finished: set[int] = set()
        length = 0
        for line in self._journal.read_bytes().splitlines(keepends=True) if self._journal.is_file() else []:
            number, skipped = _read_line(line)
            if not 0 <= number < len(units):
                break
            length += len(line)
            if number not in finished and self._written(units[number], skipped):
                self.skipped += skipped
                finished.add(number)
        if self._journal.is_file():
            os.truncate(self._journal, length)
        return finished

    def commit(self, number: int, unit: Unit) -> None:
        """Write a unit's vectors, then its line."""
        gone = {row for row, _ in unit.skipped}
        self.vectors[[int(row) for row in unit.rows if int(row) not in gone]] = unit.vectors
        with self._journal.open("ab") as file:
            file.write(json.dumps({"unit": number, "skipped": unit.skipped}).encode() + b"\n")
        self.skipped += unit.skipped

    def present(self) -> Mask:
        """(n,) True where a row has a vector."""
        return filled_rows(self.vectors)

    def finish(self, path: Path) -> None:
        """Sync the vectors and take the place of the folder `path`; if killed on the way, the next run repeats it."""
        self.flush()
        if path.exists():
            swap_folders(self.folder, path)
        else:
            self.folder.rename(path)
        tidy(path)

    def flush(self) -> None:
        """Have the vectors on disk."""
        self.vectors.flush()  # type: ignore[attr-defined]

    def _written(self, rows: Rows, skipped: list[tuple[int, str]]) -> bool:
        """After a power cut a line can be on disk without its vectors; unit vectors are never all zero."""
        expected = np.setdiff1d(rows, [row for row, _ in skipped])
        return bool(self.vectors[expected].any(axis=1).all())


def tidy(folder: Path) -> None:
    """Remove from finished embeddings what was needed while they were made."""
    for name in WORK_FILES:
        (folder / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Form:
    """The form of the vectors: their length and their number type."""

    dim: int
    dtype: str


@dataclass(frozen=True)
class Source:
    """Rows that are embedded already: `new` rows of the data set are the rows `old` of `vectors`."""

    vectors: NDArray[Any]
    new: Rows
    old: Rows

    def copy_to(self, vectors: NDArray[Any]) -> None:
        """Write the rows into the (n, d) `vectors`."""
        for i in range(0, len(self.new), _CHUNK):
            vectors[self.new[i : i + _CHUNK]] = self.vectors[self.old[i : i + _CHUNK]]


@dataclass(frozen=True)
class HeadSource(Source):
    """Rows of the encoder below a head: they become the head's vectors without looking at the items again.

    through: takes (k, d) of them and their (k,) rows in the data set.
    """

    through: Callable[[NDArray[Any], Rows], NDArray[Any]]

    def copy_to(self, vectors: NDArray[Any]) -> None:
        """Write the rows into the (n, d) `vectors`, through the head."""
        for i in range(0, len(self.new), _CHUNK):
            rows = self.new[i : i + _CHUNK]
            vectors[rows] = self.through(self.vectors[self.old[i : i + _CHUNK]], rows)


def find_source(folder: Path, keys: NDArray[np.uint8], wanted: Mask, form: Form) -> Source | None:
    """Of the rows `wanted`, those whose content has a vector in `folder` already; None when there is nothing to use.

    keys: (n, 16) content hashes of the data set's rows.
    """
    try:
        vectors = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
        old_keys = np.load(folder / KEYS, allow_pickle=False)
    except (OSError, EOFError, ValueError):
        return None
    if wrong_sizes(folder):
        return None
    expected = ((len(old_keys), form.dim), form.dtype, keys.shape[1:])
    if (vectors.shape, vectors.dtype.name, old_keys.shape[1:]) != expected:
        return None
    candidates = np.flatnonzero(filled_rows(vectors))
    rows = np.flatnonzero(wanted)
    old = _match(keys[rows], old_keys[candidates])
    return Source(vectors, rows[old >= 0], candidates[old[old >= 0]])


def filled_rows(vectors: NDArray[Any]) -> Mask:
    """(n,) True where a row of (n, d) unit vectors is written; read in pieces, for a memory map."""
    filled = np.zeros(len(vectors), dtype=bool)
    for i in range(0, len(vectors), _CHUNK):
        filled[i : i + _CHUNK] = np.asarray(vectors[i : i + _CHUNK]).any(axis=1)
    return filled


def _match(keys: NDArray[np.uint8], known: NDArray[np.uint8]) -> Rows:
    """(n,) for each of n keys (n, 16) its row among the `known` (m, 16), -1 where it is not there."""
    if not len(known):
        return np.full(len(keys), -1, dtype=np.int64)
    a, b = (np.ascontiguousarray(array).view(np.uint64).reshape(-1, 2) for array in (keys, known))
    order = np.argsort(b[:, 0], kind="stable")
    found = order[np.searchsorted(b[:, 0], a[:, 0], sorter=order).clip(max=len(b) - 1)]
    return np.where((b[found] == a).all(axis=1), found, -1)


def _allocate(path: Path) -> None:
    """Take the disk space now: a memory map that runs out of disk ends the process without a message."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _read_line(line: bytes) -> tuple[int, list[tuple[int, str]]]:
    """A journal line's unit and its skipped rows; unit -1 when the line is torn."""
    try:
        value = json.loads(line) if line.endswith(b"\n") else {}
        return int(value["unit"]), [(int(row), str(reason)) for row, reason in value["skipped"]]
    except (ValueError, KeyError, TypeError):
        return -1, []
