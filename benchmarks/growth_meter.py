"""Time, processor time and peak memory of a process with all that it starts."""

import os
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

PAGE = os.sysconf("SC_PAGE_SIZE")
EVERY_S = 0.2


def run_measured(command: list[str], env: dict[str, str], log: Path) -> dict[str, float]:
    """Run a command; wall_s, cpu_s (of it and its children) and peak_mb (resident, of all at once, mapped files too).

    Raises RuntimeError with the end of its log when it fails. Linux.
    """
    peak, ended = [0], threading.Event()
    with log.open("w", encoding="utf-8") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)
        watch = threading.Thread(target=_watch, args=(process.pid, peak, ended))
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watch.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text()[-2000:]}")
    most = max(peak[0], usage.ru_maxrss * 1024)
    return {
        "wall_s": round(wall, 2),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(most / 1e6),
    }


def _watch(pid: int, peak: list[int], ended: threading.Event) -> None:
    while not ended.wait(EVERY_S):
        peak[0] = max(peak[0], sum(map(_resident, family(pid))))


def family(pid: int) -> set[int]:
    """A process and all that descend from it."""
    parents: dict[int, Any] = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _parent(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has just ended
        return -1


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0
