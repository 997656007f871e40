"""An .npy file that grows by batches: how many rows there will be need not be known, and none is held in memory."""

from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from explorer.base.errors import InputError

_ROOM = 128
"""Bytes of the head of the file, with room for any number of rows; a multiple of 64, as the format asks."""


class GrowingArray:
    """Appends (m, ...) batches of one kind and row shape to a new .npy file; a context manager.

    The file is whole once it is closed. InputError for a batch of another row shape than the first.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self._shape: tuple[int, ...] | None = None
        self._kind: np.dtype[Any] | None = None
        self._file = path.open("wb")
        self._file.write(bytes(_ROOM))

    def append(self, batch: NDArray[Any]) -> None:
        """Write the rows of a batch at the end."""
        if self._shape is None:
            self._shape, self._kind = batch.shape[1:], batch.dtype
        if batch.shape[1:] != self._shape:
            raise InputError(f"{self.path.stem}: expected rows of shape {self._shape}, got {batch.shape[1:]}.")
        self._file.write(np.ascontiguousarray(batch, dtype=self._kind).tobytes())
        self.rows += len(batch)

    def close(self) -> None:
        """Write the head and close the file."""
        if not self._file.closed:
            self._file.seek(0)
            self._file.write(_head(self._kind or np.dtype(np.float32), (self.rows, *(self._shape or ()))))
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _head(kind: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """The head of an .npy file (format 1.0), filled up with blanks to `_ROOM` bytes."""
    told = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False, "shape": shape}
    head = BytesIO()
    head.write(np.lib.format.magic(1, 0))
    text = repr(told).encode("latin1")
    room = _ROOM - head.tell() - 2
    head.write(room.to_bytes(2, "little") + text.ljust(room - 1) + b"\n")
    return head.getvalue()
