"""Functions of the user that are called when something happens."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Listeners(Generic[T]):
    """Functions of one value, called in the order in which they were added."""

    def __init__(self) -> None:
        self._all: list[Callable[[T], object]] = []

    def add(self, function: Callable[[T], object]) -> Callable[[], None]:
        """Call `function` from now on; until what is returned is called."""
        self._all.append(function)
        return lambda: self._all.remove(function)

    def tell(self, value: T) -> None:
        """Call them all."""
        for function in tuple(self._all):
            function(value)
