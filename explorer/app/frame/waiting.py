"""How far work is that a page waits for: a bar on it, once it has taken a moment."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import RerunException, StopException

from explorer.app.frame.foreign import plain
from explorer.base.progress import Progress, Rate, Silent
from explorer.workspace.job_words import steps_text

PATIENCE_S, EVERY_S = 1.0, 0.3


class PageProgress:
    """Draws a bar in a place of the page from the second second on.

    left: what the page raised when somebody went on meanwhile. The work goes on to its end, since others may wait for
    the same result; it is to be raised behind it.
    """

    def __init__(self, place: DeltaGenerator) -> None:
        self._place = place
        self._drawn_s = time.monotonic() + PATIENCE_S - EVERY_S
        self._what, self._total, self._rate = "", 0, Rate()
        self.left: RerunException | StopException | None = None

    def start(self, what: str, total: int) -> None:
        """Another stretch of work."""
        self._what, self._total, self._rate = what, total, Rate()
        self.advance(0)

    def advance(self, done: int) -> None:
        """Move the bar."""
        now = time.monotonic()
        self._rate.add(now, done)
        if self.left or now - self._drawn_s < EVERY_S:
            return
        self._drawn_s = now
        try:
            self._draw(done)
        except (RerunException, StopException) as gone:
            self.left = gone

    def _draw(self, done: int) -> None:
        rate = self._rate.per_second()
        eta_s = (self._total - done) / rate if rate else None
        words = steps_text(done, self._total, rate, eta_s)
        what = self._what[:1].upper() + self._what[1:]
        self._place.progress(min(max(done / max(self._total, 1), 0.0), 1.0), text=plain(f"{what} · {words}"))

    def finish(self) -> None:
        """The stretch is finished; the bar goes with the last one."""


@contextmanager
def waiting(words: str) -> Iterator[Progress]:
    """A spinner with words, below it a bar of the work within."""
    with st.spinner(plain(words), show_time=False):
        place = st.empty()
        shown = PageProgress(place)
        try:
            yield shown
        finally:
            if shown.left:
                raise shown.left
            place.empty()


@dataclass(frozen=True)
class Watched:
    """A progress that goes with what is remembered and is no part of what it is known by."""

    progress: Progress = field(default_factory=Silent, compare=False)
