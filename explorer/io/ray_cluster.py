"""Pieces of work on a Ray cluster: the `Executor` contract by a pool of actors.

Ray pickles what it sends between its own processes: a cluster is to be one's own. Results come to whoever began the
work, who alone writes them, so that a worker or a machine that dies costs what was in its hands and nothing else.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import islice
from typing import Any

from explorer.base.errors import ExplorerError, InputError, WorkspaceError
from explorer.base.settings import HOME, home

AHEAD = 2  # tasks that a worker has: one in work, one that waits, so that it never does
TRIES = 3
CONNECT_S, START_S, LOOK_S = 5.0, 120.0, 1.0
KEPT = "What was done is kept; start again."


class _Worker:
    """Runs in a process of the cluster. Errors that people can meet are results: Ray would wrap them."""

    def __init__(self, make: Callable[[], Callable[[Any], Any]], home: str) -> None:
        self._make, self._home = make, home

    def start(self) -> ExplorerError | None:
        from threadpoolctl import threadpool_limits

        threadpool_limits(1)  # a worker has one core
        os.environ[HOME] = self._home
        try:
            self._work = self._make()
        except ExplorerError as error:
            return error
        return None

    def do(self, task: Any) -> Any:
        try:
            return self._work(task)
        except ExplorerError as error:
            return error


@dataclass(eq=False)
class _Actor:
    """A worker as seen from here. starting: the answer that says it is ready. tasks: by answer, the oldest in work."""

    handle: Any
    starting: Any
    tasks: dict[Any, tuple[int, Any]] = field(default_factory=dict)

    def waited_for(self) -> list[Any]:
        """The answers that are to come."""
        return [*self.tasks, *([] if self.starting is None else [self.starting])]


class RayCluster:
    """An `Executor` on a cluster; use `ray_cluster`. workers: processes of one core each."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def each(
        self, make: Callable[[], Callable[[Any], Any]], tasks: Iterable[tuple[int, Any]]
    ) -> Generator[tuple[int, Any]]:
        """As the contract says. WorkspaceError when a task kills its worker three times, or no worker comes up."""
        with _as_raised():
            pool = _Pool(self.workers, make, iter(tasks))
            try:
                yield from pool.results()
            finally:
                pool.close()


class _Pool:
    """Actors and what they have in their hands."""

    def __init__(
        self, workers: int, make: Callable[[], Callable[[Any], Any]], tasks: Iterator[tuple[int, Any]]
    ) -> None:
        import ray

        self._ray, self._tasks = ray, tasks
        self._again: deque[tuple[int, Any]] = deque()
        self._deaths: dict[int, int] = {}
        self._make = ray.put(make)
        self._again.extend(islice(tasks, 1))
        self._actors = [self._new() for _ in range(workers if self._again else 0)]
        self._waited_s = time.monotonic()

    def results(self) -> Iterator[tuple[int, Any]]:
        try:
            while self._again or any(actor.tasks for actor in self._actors):
                refs = [ref for actor in self._actors for ref in actor.waited_for()]
                ready, _ = self._ray.wait(refs, num_returns=1, timeout=LOOK_S)
                for ref in ready:
                    yield from self._answered(ref)
                self._check_waiting(bool(ready))
                self._hand_out()
        except self._ray.exceptions.RayError as error:
            raise WorkspaceError(f"The Ray cluster is lost: {_reason(error)}. {KEPT}") from error

    def close(self) -> None:
        for actor in self._actors:
            self._ray.kill(actor.handle)

    def _new(self) -> _Actor:
        handle = self._ray.remote(_Worker).options(num_cpus=1, max_restarts=0).remote(self._make, str(home()))
        return _Actor(handle, handle.start.remote())

    def _hand_out(self) -> None:
        """Give tasks to whoever has room, one each before anybody has two."""
        for ahead in range(1, AHEAD + 1):
            for actor in self._actors:
                if actor.starting is None and len(actor.tasks) < ahead:
                    if not self._again:
                        self._again.extend(islice(self._tasks, 1))
                    if not self._again:
                        return
                    task = self._again.popleft()
                    actor.tasks[actor.handle.do.remote(task[1])] = task

    def _answered(self, ref: Any) -> Iterator[tuple[int, Any]]:
        actor = next(one for one in self._actors if ref in one.waited_for())
        try:
            answer = self._ray.get(ref)
        except (self._ray.exceptions.RayActorError, self._ray.exceptions.ObjectLostError) as error:
            self._died(actor, error)
            return
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from error
        if isinstance(answer, ExplorerError):
            raise answer
        if ref == actor.starting:
            actor.starting = None
        else:
            number, _ = actor.tasks.pop(ref)
            yield number, answer

    def _died(self, actor: _Actor, error: Exception) -> None:
        """Put its tasks back, and another worker in its place."""
        tasks = list(actor.tasks.values())
        for number, _ in tasks[:1]:
            self._deaths[number] = self._deaths.get(number, 0) + 1
            if self._deaths[number] == TRIES:
                raise WorkspaceError(
                    f"Piece {number + 1:,} of the work killed {TRIES} workers ({_reason(error)}): it may take more "
                    f"memory than a worker has. {KEPT}"
                ) from error
        self._again.extend(tasks[1:] + tasks[:1])  # what it had in work is suspected: others must not die of it
        self._ray.kill(actor.handle)
        self._actors[self._actors.index(actor)] = self._new()

    def _check_waiting(self, answered: bool) -> None:
        """Somebody has to be at work, or to come up in time."""
        if answered or any(actor.starting is None for actor in self._actors):
            self._waited_s = time.monotonic()
        elif time.monotonic() - self._waited_s > START_S:
            raise WorkspaceError(
                f"No worker came up within {START_S:.0f} s: look at `ray status`, whether it has free cores. {KEPT}"
            )


def _reason(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200]


@contextmanager
def ray_cluster(address: str = "", workers: int = 0) -> Iterator[RayCluster]:
    """Within it there is a cluster: the one at `address`, or one on the cores of this machine.

    address: host:port, ray://host:port, or auto for the one that was started here. workers: as many as cores, if 0.
    Raises InputError where Ray is not installed, WorkspaceError where there is no cluster.
    """
    if find_spec("ray") is None:
        raise InputError("The executor ray takes the library: pip install 'similarity-explorer[ray]'.")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    _check_address(address)
    import ray

    with _own_signals():
        try:
            ray.init(
                address=address or "local",
                log_to_driver=False,
                logging_level=logging.ERROR,
                include_dashboard=False,
            )
        except Exception as error:  # what Ray raises here has no kind of its own
            raise WorkspaceError(
                f"The Ray cluster at {address or 'this machine'} cannot be used: {_reason(error)}"
            ) from error
    try:
        cores = int(ray.cluster_resources().get("CPU", 0))
        if not cores:
            raise WorkspaceError("The Ray cluster has no cores for workers: start nodes with --num-cpus of 1 or more.")
        yield RayCluster(workers or cores)
    finally:
        ray.shutdown()


def _check_address(address: str) -> None:
    """WorkspaceError unless somebody listens there; Ray itself would try for minutes, and end this process."""
    if address in ("", "auto"):
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        raise InputError(
            f"Expected the address of a Ray cluster as host:port, ray://host:port or auto, got {address!r}."
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()
    except (OSError, OverflowError, UnicodeError) as error:  # a port above 65535, a host that no name can be
        raise WorkspaceError(
            f"There is no Ray cluster at {address} ({error}): start one by `ray start --head`, or look at its address."
        ) from error


@contextmanager
def _as_raised() -> Iterator[None]:
    """What a signal raises while Ray waits, such as Cancelled: Ray makes it the cause of a SystemError."""
    try:
        yield
    except SystemError as error:
        if error.__cause__ is None:
            raise
        raise error.__cause__ from None


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep what this process does on SIGTERM: Ray would end it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
