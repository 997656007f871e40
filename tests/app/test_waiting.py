"""How far work is that a page waits for."""

from typing import Any

import pytest
from streamlit.runtime.scriptrunner import StopException

from explorer.app.frame.waiting import PageProgress, Watched
from explorer.base.memory import Memory, remembered
from explorer.base.progress import Silent


class Place:
    """Keeps what is drawn; leaves at the first drawing where it is told to."""

    def __init__(self, leaves: bool = False) -> None:
        self.drawn: list[tuple[float, str]] = []
        self.leaves = leaves

    def progress(self, share: float, text: str) -> None:
        if self.leaves:
            raise StopException
        self.drawn.append((share, text.replace("\\", "")))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("explorer.app.frame.waiting.time.monotonic", lambda: now[0])
    return now


def test_a_bar_comes_after_a_second_and_says_rate_and_rest(clock: list[float]) -> None:
    place: Any = Place()
    shown = PageProgress(place)
    shown.start("comparing names", 100)
    clock[0] += 0.5
    shown.advance(10)
    assert not place.drawn
    clock[0] += 0.75
    shown.advance(20)
    clock[0] += 0.1
    shown.advance(22)
    assert place.drawn == [(0.2, "Comparing names · 20 of 100 · 16 a second · 5 s left")]


def test_work_that_others_wait_for_goes_on_when_somebody_leaves(clock: list[float]) -> None:
    place: Any = Place(leaves=True)
    shown = PageProgress(place)
    clock[0] += 2
    shown.start("a", 3)
    shown.advance(3)
    assert isinstance(shown.left, StopException)


def test_what_is_remembered_is_not_known_by_its_progress() -> None:
    class Owner:
        memory = Memory()

    calls = []

    @remembered(2)
    def work(owner: Owner, name: str, watched: Watched) -> int:
        calls.append(name)
        return len(calls)

    owner = Owner()
    assert [work(owner, "a", Watched(Silent())), work(owner, "a", Watched(PageProgress(Place())))] == [1, 1]  # type: ignore[arg-type]
