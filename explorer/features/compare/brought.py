"""Layers as people bring them: what shapes and numbers they may have, and how positions are taken together."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.io.layer_files import Array

POSITIONS = {"mean": "averaged over positions", "keep": "with their positions"}
SHAPES = "(rows, features), (rows, channels, height, width) or (rows, tokens, channels)"


def checked_rows(array: Array, file: str, count: int, ids_file: str) -> Array:
    """The array of one layer when it is numbers of one of `SHAPES`, a row an id; InputError names the file."""
    if array.dtype.kind not in "fiu" or array.ndim not in (2, 3, 4) or 0 in array.shape[1:]:
        raise InputError(f"{file}: expected numbers of shape {SHAPES}, got {array.dtype} {array.shape}.")
    if len(array) != count:
        raise InputError(f"{file}: expected {count:,} rows, one an id of {ids_file}, got {len(array):,}.")
    return array


def shape_of(array: Array) -> tuple[int, tuple[int, int] | None]:
    """Channels of a layer, and (height, width) of its positions; None without positions. Tokens are one column."""
    if array.ndim == 2:
        return int(array.shape[1]), None
    if array.ndim == 3:
        return int(array.shape[2]), (int(array.shape[1]), 1)
    return int(array.shape[1]), (int(array.shape[2]), int(array.shape[3]))


def with_positions(block: Array, rows: Rows, file: str, ids: Sequence[str]) -> Floats:
    """Float32 (m, d) or (m, c, h, w) of the rows `rows` of a layer; InputError names the first row that has no number.

    What is beyond float32 counts as infinite.
    """
    with np.errstate(over="ignore"):
        found = np.asarray(block, dtype=np.float32)
    if found.ndim == 3:
        found = np.moveaxis(found, 2, 1)[..., None]
    bad = np.flatnonzero(~np.isfinite(found.reshape(len(found), -1)).all(axis=1))
    if len(bad):
        row = int(rows[bad[0]])
        raise InputError(
            f"{file}: expected finite numbers, got NaN or infinity first in row {row + 1} (id {ids[row]!r:.80}). "
            "Leave that row out of the layers and of the ids, or mend it."
        )
    return found


def pooled(block: Floats) -> Floats:
    """(m, c) means over positions of (m, c, h, w), in double precision; (m, d) stays."""
    if block.ndim == 2:
        return block
    found: Floats = block.mean(axis=(2, 3), dtype=np.float64).astype(np.float32)
    return found
