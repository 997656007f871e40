"""Inner loops as numba compiles them."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` as machine code that lets other threads run, kept on disk for the next process where that can be."""
    from numba import njit

    made: Any = njit(nogil=True, fastmath=True)(function)
    with suppress(RuntimeError):  # no folder to write to: it is compiled each time
        made.enable_caching()
    quick: Callable[..., Any] = made
    return quick
