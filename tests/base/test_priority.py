import errno
import os
import subprocess
import sys

import pytest

from explorer.base import priority

TELL = "import os; from explorer.base import priority; print(priority.give_way({steps}), os.nice(0))"
linux = pytest.mark.skipif(not priority.SESSION.exists(), reason="the kernel does not share by session here")


def session_of_this_process() -> int:
    return int(priority.SESSION.read_text().split()[-1])


def told(steps: int, *, leads: bool, more: str = "") -> list[int]:
    command = [sys.executable, "-c", TELL.format(steps=steps) + more]
    run = subprocess.run(command, capture_output=True, text=True, check=True, start_new_session=leads)
    return [int(word) for word in run.stdout.split()]


def test_niceness_rises_and_ends_at_the_last_step() -> None:
    here, now = told(3, leads=False)
    assert here == now > 0
    assert told(19, leads=False) == [19, 19]


@linux
def test_a_process_that_leads_a_session_lowers_the_session_too() -> None:
    more = "; print(priority.SESSION.read_text().split()[-1])"
    assert told(19, leads=True, more=more) == [19, 19, 19]


@linux
def test_the_session_of_others_stays_as_it_is() -> None:
    before = session_of_this_process()
    told(19, leads=False)
    assert session_of_this_process() == before < 19


class Kernel:
    """Refuses the first changes, as the kernel does when others made one a moment ago."""

    def __init__(self, refusals: int, number: int = errno.EAGAIN) -> None:
        self.refusals, self.number, self.written = refusals, number, ""

    def write_text(self, text: str, encoding: str) -> None:
        if self.refusals:
            self.refusals -= 1
            raise OSError(self.number, "refused")
        self.written = text


@pytest.mark.parametrize(
    ("kernel", "written"),
    [(Kernel(2), "7"), (Kernel(1, errno.ENOENT), ""), (Kernel(1, errno.EROFS), ""), (Kernel(99), "")],
)
def test_a_refusal_is_tried_again_where_it_passes(
    monkeypatch: pytest.MonkeyPatch, kernel: Kernel, written: str
) -> None:
    monkeypatch.setattr(priority, "SESSION", kernel)
    monkeypatch.setattr(priority, "TRY_EVERY_S", 0.0)
    monkeypatch.setattr(os, "nice", lambda steps: steps)
    monkeypatch.setattr(os, "getsid", lambda _: os.getpid())
    priority.give_way(7)
    assert kernel.written == written
