"""Running a task on a file where it does least harm."""

import threading
import time

from explorer.base.errors import LimitError
from explorer.base.settings import home
from explorer.io.guard.lanes import HEAVY, QUICK, Lane
from explorer.io.guard.packets import Packet
from explorer.io.guard.worker import Task

REMEMBERED, MOST_REMEMBERED = 300.0, 1000
MODULES = ("explorer.io.thumbnails",)


class Workers:
    """A quick lane and a heavy one, and what was too much for both a moment ago."""

    def __init__(self, quick: Lane, heavy: Lane) -> None:
        self._quick, self._heavy = quick, heavy
        self._refused: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def run(self, task: str, request: Packet, what: str, *, heavy: bool) -> Packet:
        """As `Lane.run`: on the heavy lane alone, or there when the quick one is not enough.

        What was too much for both is refused at once for five minutes.
        """
        key = "" if request.blobs else f"{task} {request.values}"
        self._check(key)
        if not heavy:
            try:
                return self._quick.run(task, request, what)
            except LimitError:
                pass
        try:
            return self._heavy.run(task, request, what)
        except LimitError as error:
            self._note(key, str(error))
            raise

    def close(self) -> None:
        """End the processes."""
        self._quick.close()
        self._heavy.close()

    def _check(self, key: str) -> None:
        with self._lock:
            until, message = self._refused.get(key, (0.0, ""))
        if time.monotonic() < until:
            raise LimitError(message)

    def _note(self, key: str, message: str) -> None:
        if not key:
            return
        with self._lock:
            if len(self._refused) >= MOST_REMEMBERED:
                self._refused.clear()
            self._refused[key] = (time.monotonic() + REMEMBERED, message)


_open: list[Workers] = []


def open_workers(*, warm: bool = True) -> None:
    """From now on tasks of this process run in workers; for servers. warm: those for pictures start at once."""
    if not _open:
        quick = Lane(QUICK, MODULES)
        if warm:
            quick.warm()
        home().mkdir(parents=True, exist_ok=True)
        _open.append(Workers(quick, Lane(HEAVY, MODULES, home() / "reading.lock")))


def close_workers() -> None:
    """End the workers; tasks run here again."""
    while _open:
        _open.pop().close()


def run(task: Task, request: Packet, what: str, *, heavy: bool = False) -> Packet:
    """Run `task`, a function at the top of a module, on `request`; in a worker where such are open, else here.

    what: the file, for messages. heavy: it may take more than a picture does.
    Raises what the task raises, LimitError when the file takes too much, Busy when too many wait.
    """
    if not _open:
        try:
            return task(request)
        except MemoryError as error:
            raise LimitError(f"{what}: there is not enough memory to read it. Make it smaller.") from error
    return _open[0].run(f"{task.__module__}:{task.__name__}", request, what, heavy=heavy)
