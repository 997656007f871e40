"""Time, processor time and peak memory of a process with all that it starts."""

import os
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

EVERY_S = 0.1


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
    return {
        "wall_s": round(wall, 2),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(peak[0] / 1e6),
    }


def _watch(pid: int, peak: list[int], ended: threading.Event) -> None:
    """Keep the most that all have together, and the most that one ever had: a short peak falls between two looks.

    The system's own count for an ended child (ru_maxrss) says no less than its parent had when it was started.
    """
    while not ended.wait(EVERY_S):
        those = [_memory(one) for one in family(pid)]
        peak[0] = max(peak[0], sum(now for now, _ in those), *(most for _, most in those))


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


def _memory(pid: int) -> tuple[int, int]:
    """Resident bytes of a process now, and at most so far; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.startswith("Vm")}
    return sizes.get("VmRSS", 0), sizes.get("VmHWM", 0)
