"""Many pieces of one long work, on the cores of this machine or elsewhere. Pure but for the threads."""

import os
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any, Protocol


class Executor(Protocol):
    """Where pieces of work are done. Results are the same, to the byte, wherever that is."""

    def each(
        self, make: Callable[[], Callable[[Any], Any]], tasks: Iterable[tuple[int, Any]]
    ) -> Generator[tuple[int, Any]]:
        """Yield (number, result) for each (number, task), as they get ready; each number once.

        make: gives the function that does a task; it is called once a worker, and can be pickled, as tasks and results.
        Closing the generator drops what has not begun. What a task raises is raised here and ends the work; a worker
        that dies costs its tasks a repetition.
        """
        ...


class Cores:
    """A thread for each core of this machine; all of them use one function, so it must bear that."""

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers or os.cpu_count() or 1

    def each(
        self, make: Callable[[], Callable[[Any], Any]], tasks: Iterable[tuple[int, Any]]
    ) -> Generator[tuple[int, Any]]:
        """As the contract says. One task more than there are workers is in work: whoever is ready has something to do.

        Memory is bounded by these.
        """
        work, left = make(), iter(tasks)
        working: dict[Future[Any], int] = {}
        pool = ThreadPoolExecutor(self.workers)
        try:
            while True:
                for number, task in islice(left, self.workers + 1 - len(working)):
                    working[pool.submit(work, task)] = number
                if not working:
                    return
                for future in wait(working, return_when=FIRST_COMPLETED).done:
                    yield working.pop(future), future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
