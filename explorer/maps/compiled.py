"""Inner loops as numba compiles them."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any


@cache
def compiled(function: Callable[..., Any], finite: bool = True) -> Callable[..., Any]:
    """`function` as machine code that lets other threads run, kept on disk for the next process where that can be.

    finite: no number in it is infinite or none at all, and sums may be taken in any order.
    """
    from numba import njit

    made: Any = njit(nogil=True, fastmath=finite)(function)
    with suppress(RuntimeError):  # no folder to write to: it is compiled each time
        made.enable_caching()
    quick: Callable[..., Any] = made
    return quick
