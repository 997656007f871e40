import errno
import os
import subprocess
import sys

import pytest

from explorer.base import priority

TELL = "from explorer.base import priority; priority.lower_session(7); print(priority.SESSION.read_text())"
linux = pytest.mark.skipif(not priority.SESSION.exists(), reason="the kernel does not share by session here")


def level(told: str) -> int:
    """Of "/autogroup-7 nice 0"; the kernel says nothing of its first session."""
    return int((told.split() or ["0"])[-1])


def told(*, leads: bool) -> int:
    command = [sys.executable, "-c", TELL]
    return level(subprocess.run(command, capture_output=True, check=True, start_new_session=leads, text=True).stdout)


@linux
def test_a_process_that_leads_a_session_lowers_it_and_no_other_does() -> None:
    before = level(priority.SESSION.read_text())
    assert told(leads=True) == 7
    assert told(leads=False) == level(priority.SESSION.read_text()) == before


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
    monkeypatch.setattr(os, "getsid", lambda _: os.getpid())
    priority.lower_session(7)
    assert kernel.written == written
