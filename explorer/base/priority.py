"""Letting everything else on this machine go first."""

import os
import time
from pathlib import Path

SESSION = Path("/proc/self/autogroup")
TRIES, TRY_EVERY_S = 5, 0.15


def give_way(steps: int) -> int:
    """Let this process, and all that it starts, run after others; its niceness, `steps` higher than before.

    Linux shares the processor between sessions first and asks for niceness inside a session only, so a process that
    leads a session sets that of the session as well. Source: sched(7), "The autogroup feature".
    """
    niceness = os.nice(steps)
    if os.getsid(0) == os.getpid():
        _lower_session(niceness)
    return niceness


def _lower_session(niceness: int) -> None:
    for _ in range(TRIES):
        try:
            SESSION.write_text(str(niceness), encoding="ascii")
        except BlockingIOError:  # the kernel takes one change in a tenth of a second, of all processes
            time.sleep(TRY_EVERY_S)
        except OSError:  # no such thing here, or it must not be written
            return
        else:
            return
