"""Letting everything else on this machine go first."""

import os
import time
from pathlib import Path

SESSION = Path("/proc/self/autogroup")
TRIES, TRY_EVERY_S = 5, 0.15


def lower_session(niceness: int) -> None:
    """Let the session that this process leads run after others: `niceness` as of a process, from 0 to 19 (last).

    Linux shares the processor between sessions first and asks for the niceness of processes inside a session only:
    work in a session of its own takes as much as all the others together, however nice it is. Source: sched(7), "The
    autogroup feature". Nothing happens where another process leads the session, and where there is no such sharing.
    """
    if os.getsid(0) != os.getpid():
        return
    for _ in range(TRIES):
        try:
            SESSION.write_text(str(niceness), encoding="ascii")
        except BlockingIOError:  # the kernel takes one change in a tenth of a second, of all processes
            time.sleep(TRY_EVERY_S)
        except OSError:  # no such thing here, or it must not be written
            return
        else:
            return
