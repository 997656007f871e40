"""Handing files to worker processes: few at once, each with its limits; a worker that dies is replaced.

Where no workers are open (commands, notebooks, tests) the task runs here.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from explorer.base.errors import Busy, LimitError
from explorer.io.guard.packets import Broken, Packet, receive, send
from explorer.io.guard.worker import ENVIRONMENT, error_of
from explorer.io.locks import exclusive

MODULE = "explorer.io.guard.worker"
STARTING = 60.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Limits:
    """workers: at once; memory: MiB of each; seconds: for one task; waiting: tasks in all, Busy for more."""

    workers: int
    memory: int
    seconds: float
    waiting: int


QUICK = Limits(workers=2, memory=384, seconds=8.0, waiting=200)
"""Where every picture is tried first."""
HEAVY = Limits(workers=1, memory=1024, seconds=60.0, waiting=8)
"""Tables, and pictures that are too much for the quick lane: one at a time."""


class _Worker:
    """One process and the connection to it."""

    def __init__(self, memory: int, modules: tuple[str, ...]) -> None:
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", MODULE, str(there.fileno()), str(memory), *modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(there.fileno(),),
                env={**os.environ, **ENVIRONMENT},
                start_new_session=True,
            )
        self._connection = here
        self._ready = False

    def ask(self, request: Packet, seconds: float) -> Packet:
        """The worker's answer; TimeoutError after `seconds`, Broken when it died."""
        if not self._ready:
            self._next(STARTING)
            self._ready = True
        self._connection.settimeout(seconds)
        send(self._connection, request)
        return self._next(seconds)

    def _next(self, seconds: float) -> Packet:
        reply = receive(self._connection, time.monotonic() + seconds)
        if reply is None:
            raise Broken("it ended")
        return reply

    def end(self) -> str:
        """End the process; return the signal that had ended it before, "" for none."""
        self._connection.close()
        try:
            self._process.wait(0.2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return ""
        code = self._process.returncode
        return signal.Signals(-code).name if code < 0 else ""


class Lane:
    """Workers with the same limits. `modules` are imported before the first task.

    lock: a file that is held during each task, so that the processes of a server do not add up their memory.
    """

    def __init__(self, limits: Limits, modules: tuple[str, ...] = (), lock: Path | None = None) -> None:
        self.limits, self._lock_file = limits, lock
        self._modules = modules
        self._free = threading.Semaphore(limits.workers)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._asked = 0

    def warm(self) -> None:
        """Start all workers now."""
        with self._lock:
            missing = self.limits.workers - len(self._idle)
            self._idle += [_Worker(self.limits.memory, self._modules) for _ in range(missing)]

    def run(self, task: str, request: Packet, what: str) -> Packet:
        """The answer of the task to the request, about the file `what`.

        Raises the ExplorerError that the task raised; LimitError when it takes too much or its process died; Busy when
        too many wait.
        """
        values = {"task": task, "values": {**request.values, "memory": self.limits.memory}}
        with self._turn(what):
            reply = self._asked_one(Packet(values, request.blobs), what)
        if "error" in reply.values:
            if reply.values.get("trace"):
                print(f"{what}:\n{reply.values['trace']}", file=sys.stderr, flush=True)
            raise error_of(reply.values)
        return Packet(reply.values["done"], reply.blobs)

    def close(self) -> None:
        """End the workers that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def _asked_one(self, request: Packet, what: str) -> Packet:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        worker = worker or _Worker(self.limits.memory, self._modules)
        try:
            reply = worker.ask(request, self.limits.seconds)
        except TimeoutError as error:
            worker.end()
            raise LimitError(
                f"{what}: reading it takes longer than {self.limits.seconds:g} s. Make it smaller."
            ) from error
        except Broken as error:
            raise LimitError(f"{what}: {_dead(worker.end())}") from error
        except BaseException:
            worker.end()
            raise
        if reply.values.get("error") == "MemoryError":
            worker.end()
            raise LimitError(f"{what}: reading it takes more than {self.limits.memory} MiB of memory. Make it smaller.")
        with self._lock:
            self._idle.append(worker)
        return reply

    @contextmanager
    def _turn(self, what: str) -> Iterator[None]:
        with self._lock:
            if self._asked >= self.limits.waiting:
                raise Busy(f"{what}: too many other files are being read just now. Try again in a minute.")
            self._asked += 1
        try:
            with self._free, exclusive(self._lock_file) if self._lock_file else nullcontext():
                yield
        finally:
            with self._lock:
                self._asked -= 1


def _dead(by: str) -> str:
    how = f" ({by})" if by else ""
    return f"the process that read it ended{how}. The file is damaged or too large; nothing else was touched."
