"""The process of a job: `python -m explorer.workspace.job_run FOLDER ARGUMENTS...`.

It runs `explorer ARGUMENTS... --job FOLDER` at low priority, so that the app stays quick, after earlier work that
changes the same workspace has ended, and notes how it ended. Work that nobody waits for leaves half of the cores free.
"""

import os
import runpy
import sys
import time
from pathlib import Path

from explorer.base.errors import Cancelled
from explorer.base.priority import lower_session
from explorer.base.progress import CANCEL, stop_on_terminate, write_status
from explorer.workspace.jobs import Job, ended_unseen, note_begun, read_job, read_status, to_wait_for

NICE, SESSION, LOWEST = 5, 10, 19
LOOK_EVERY = 0.3  # seconds


def run(folder: Path, args: list[str]) -> int:
    """Run `explorer <args> --job <folder>` here and note in the folder how it ended. Returns the exit code."""
    sys.argv = ["explorer", *args, "--job", str(folder)]
    try:
        with stop_on_terminate():
            _wait_for_others(folder)
            runpy.run_module("explorer", run_name="__main__")
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except Cancelled:
        code = 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    ended = {"state": "done", "error": "", "eta_s": None} if code == 0 else ended_unseen(folder)
    write_status(folder, {**read_status(folder), **ended, "ended": time.time(), "waits_for": ""})
    return code


def _wait_for_others(folder: Path) -> None:
    """Wait while earlier work changes the same workspace; Cancelled when this one is no longer wanted."""
    job = read_job(folder)
    waited = False
    while other := to_wait_for(job):
        if (folder / CANCEL).exists():
            raise Cancelled("Stopped before it began.")
        write_status(folder, {"state": "running", "waits_for": other.title})
        waited = True
        time.sleep(LOOK_EVERY)
    if waited:
        write_status(folder, {"state": "running"})
        note_begun(folder, time.time())


def give_way(job: Job) -> None:
    """Let this process, and all that it starts, run after others; where it is for the background, on half the cores.

    Of the background also the session gives way, yet not to the last: a crowd that never pauses leaves it some time.
    """
    os.nice(LOWEST if job.background else NICE)
    if not job.background:
        return
    lower_session(SESSION)
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[len(cores) // 2 :])


if __name__ == "__main__":
    give_way(read_job(Path(sys.argv[1])))
    raise SystemExit(run(Path(sys.argv[1]), sys.argv[2:]))
