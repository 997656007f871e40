"""What two sets of vectors must be before they can be compared."""

import numpy as np

from explorer.base.arrays import Vectors
from explorer.base.errors import InputError

LEAST = 10
_BLOCK = 8192


def check_pair(x: Vectors, y: Vectors, names: tuple[str, str] = ("A", "B")) -> int:
    """Return the number of items of x (n, d) and y (n, e): row i of both is the same item.

    Raises InputError when a shape is wrong, the numbers of rows differ, there are fewer than 10, a number is NaN or
    infinite, or all items of a side have one and the same vector.
    """
    check_shapes(x, y, names)
    for array, name in zip((x, y), names, strict=True):
        _check_values(array, name)
    return len(x)


def check_shapes(x: Vectors, y: Vectors, names: tuple[str, str] = ("A", "B")) -> None:
    """The part of `check_pair` that does not read the vectors."""
    for array, name in zip((x, y), names, strict=True):
        if array.ndim != 2 or not np.issubdtype(array.dtype, np.floating) or not array.shape[1]:
            raise InputError(
                f"{name}: expected floating-point vectors of shape (items, dimensions), got {array.dtype} "
                f"{array.shape}. Activations with positions go through `channels_as_features` first."
            )
    if len(x) != len(y):
        raise InputError(
            f"Expected the same items on both sides, got {len(x):,} of {names[0]} and {len(y):,} of {names[1]}. "
            "Match them by id first."
        )
    if len(x) < LEAST:
        raise InputError(f"Comparing needs at least {LEAST} items that both sides have; got {len(x)}.")


def channels_as_features(activations: Vectors) -> Vectors:
    """Activations as rows of features: every position of every item becomes a row, channels are the features.

    (n, c, h, w) gives (n h w, c); (n, tokens, c) gives (n tokens, c); (n, d) stays. InputError for another shape.
    """
    array = np.asarray(activations)
    if array.ndim == 4:
        array = array.transpose(0, 2, 3, 1)
    if array.ndim not in (2, 3, 4):
        raise InputError(f"Activations: expected 2, 3 or 4 axes, got shape {array.shape}.")
    return array.reshape(-1, array.shape[-1])


def _check_values(array: Vectors, name: str) -> None:
    first, varies = np.asarray(array[:1]), False
    for start in range(0, len(array), _BLOCK):
        block = np.asarray(array[start : start + _BLOCK])
        bad = np.flatnonzero(~np.isfinite(block).all(axis=1))
        if len(bad):
            raise InputError(f"{name}: expected finite numbers, got NaN or infinity, first in row {start + bad[0]}.")
        varies = varies or bool((block != first).any())
    if not varies:
        raise InputError(f"{name}: all {len(array):,} items have the same vector, so there is nothing to compare.")
