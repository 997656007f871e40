"""How far long work is: nowhere, in the terminal, or in a file that a page reads."""

import json
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

from explorer.base.errors import Cancelled

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

CANCEL, STATUS, RESULT = "cancel", "status.json", "result"
_WINDOW_S, _EVERY_S = 30.0, 0.2


class Progress(Protocol):
    """Told by long work how far it is. Any call may raise Cancelled when the user wants it to stop."""

    def start(self, what: str, total: int) -> None:
        """A new stretch of work begins: `what` names it in plain words, `total` is its number of steps."""

    def advance(self, done: int) -> None:
        """`done` steps of this stretch are finished, counted from its start."""

    def finish(self) -> None:
        """The stretch is finished."""


class Silent:
    """Shows nothing."""

    def start(self, what: str, total: int) -> None:
        """Nothing."""

    def advance(self, done: int) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""


class Rate:
    """Steps a second over the last half minute, so that what was done before a restart does not count."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, now_s: float, done: int) -> None:
        """`done` steps were finished at `now_s`."""
        self._seen.append((now_s, done))
        while self._seen[0][0] < now_s - _WINDOW_S and len(self._seen) > 2:
            self._seen.popleft()

    def per_second(self) -> float | None:
        """Steps a second; None while it cannot be told."""
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        return (last - first) / (last_s - first_s) if last > first and last_s > first_s else None


class Terminal:
    """A bar with the rate and the time left, on standard error."""

    def __init__(self) -> None:
        self._bar: Bar | None = None

    def start(self, what: str, total: int) -> None:
        """Show a new bar below what was there."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self.finish()
        rate = TextColumn("{task.fields[rate]}")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
        self._bar = Bar(*columns, console=Console(stderr=True))
        self._task = self._bar.add_task(what, total=max(total, 1), rate="")  # a step of unknown length counts as one
        self._rate = Rate()
        self._bar.start()

    def advance(self, done: int) -> None:
        """Move the bar."""
        if self._bar is None:
            return
        self._rate.add(time.monotonic(), done)
        rate = self._rate.per_second()
        self._bar.update(self._task, completed=done, rate=f"{rate:,.0f}/s" if rate else "")

    def finish(self) -> None:
        """Complete the bar and leave it there."""
        if self._bar is not None:
            self._bar.update(self._task, completed=self._bar.tasks[0].total)
            self._bar.stop()
            self._bar = None


class JobFile:
    """Writes `<folder>/status.json`, whole or not at all, at most five times a second.

    `start` and `advance` raise Cancelled when `<folder>/cancel` exists.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status: dict[str, Any] = {
            "state": "running",
            "what": "",
            "done": 0,
            "total": 0,
            "rate": None,
            "eta_s": None,
            "error": "",
        }
        self._rate = Rate()
        self._written_s = 0.0
        self._lock = threading.Lock()
        self._write()

    def start(self, what: str, total: int) -> None:
        """Name the stretch of work; the rate begins anew."""
        self._rate = Rate()
        self.status.update(what=what, done=0, total=total, rate=None, eta_s=None)
        self._check()
        self._write()

    def advance(self, done: int) -> None:
        """Note `done`; written when the last writing is 0.2 s ago, or at the end."""
        now = time.monotonic()
        self._rate.add(now, done)
        self.status["done"] = done
        if now - self._written_s < _EVERY_S and done < self.status["total"]:
            return
        self._check()
        rate = self._rate.per_second()
        self.status.update(rate=rate, eta_s=(self.status["total"] - done) / rate if rate else None)
        self._write()

    def finish(self) -> None:
        """The stretch is finished; the job may go on with another."""
        self.status.update(done=self.status["total"], eta_s=0.0)
        self._write()

    def _check(self) -> None:
        if (self.folder / CANCEL).exists():
            raise Cancelled("Stopped. What was finished is kept; start it again to go on.")

    def _write(self) -> None:
        with self._lock:
            self._written_s = time.monotonic()
            write_status(self.folder, self.status)


def write_status(folder: Path, status: dict[str, Any]) -> None:
    """Write `<folder>/status.json`, whole or not at all."""
    temporary = folder / f".{STATUS}"
    temporary.write_text(json.dumps(status), encoding="utf-8")
    temporary.replace(folder / STATUS)


def write_result(folder: Path, sentence: str) -> None:
    """Write `<folder>/result`: what the work did, in a sentence for people."""
    temporary = folder / f".{RESULT}"
    temporary.write_text(sentence, encoding="utf-8")
    temporary.replace(folder / RESULT)


@contextmanager
def stop_on_terminate() -> Iterator[None]:
    """Within it, SIGTERM raises Cancelled in the main thread, so that work ends tidily. No effect in other threads."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise Cancelled("Stopped. What was finished is kept; start it again to go on.")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
