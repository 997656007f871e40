"""Results kept in memory: each worked out once, the last few kept, shared by all who ask."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import update_wrapper
from threading import Lock
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Key = tuple[Hashable, ...]


class Memory:
    """Results by name and key. Whoever asks for what another thread is working out waits for that."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, OrderedDict[Key, Future[Any]]] = {}

    def of(self, name: str, key: Key, entries: int, make: Callable[[], Any]) -> Any:
        """What `make` returns for `key`; the last `entries` results of `name` are kept. An error is not kept."""
        with self._lock:
            kept = self._kept.setdefault(name, OrderedDict())
            future = kept.get(key)
            mine = future is None
            if future is None:
                future = kept[key] = Future()
            kept.move_to_end(key)
            while len(kept) > entries:
                kept.popitem(last=False)
        if mine:
            self._work_out(future, kept, key, make)
        return future.result()

    def _work_out(self, future: "Future[Any]", kept: "OrderedDict[Key, Future[Any]]", key: Key, make: Any) -> None:
        try:
            future.set_result(make())
        except BaseException as error:
            with self._lock:
                if kept.get(key) is future:
                    del kept[key]
            future.set_exception(error)

    def forget(self, name: str) -> None:
        """Drop all results of `name`."""
        with self._lock:
            self._kept.pop(name, None)


class HasMemory(Protocol):
    """Anything with a `memory`, such as an opened workspace."""

    @property
    def memory(self) -> Memory: ...  # noqa: D102


H = TypeVar("H", bound=HasMemory)


def remembered(
    entries: int, *, also: str = ""
) -> Callable[[Callable[Concatenate[H, P], R]], Callable[Concatenate[H, P], R]]:
    """Keep the last `entries` results of a function in the memory of its first argument.

    also: an attribute of the first argument that the result depends on too; it is worked out anew when that changes.
    The other arguments must be hashable values (strings, numbers, tuples, frozen dataclasses of these). What is
    returned is shared and must not be changed.
    """

    def wrap(function: Callable[Concatenate[H, P], R]) -> Callable[Concatenate[H, P], R]:
        name = f"{function.__module__}.{function.__qualname__}"

        def call(owner: H, /, *args: P.args, **kwargs: P.kwargs) -> R:
            key: Key = (args, tuple(sorted(kwargs.items())), getattr(owner, also) if also else None)
            found: R = owner.memory.of(name, key, entries, lambda: function(owner, *args, **kwargs))
            return found

        update_wrapper(call, function)
        return call

    return wrap
