"""How long the package, the command and the app take to start: wall seconds, median of several runs.

The server: from starting `explorer serve` until it answers, which is before any model is loaded. The browser takes one
to three seconds more to draw the first page.
"""

import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

RESULT = Path(__file__).parent / "results" / "start.json"
RUNS = 7
MUST = {"import explorer": 0.2, "explorer --help": 0.5, "server answers": 8.0}


def seconds(command: list[str]) -> float:
    """Median wall time of a command, after one run that fills the disk cache."""
    taken = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def import_seconds() -> float:
    """Time of `import explorer` itself, without starting Python."""
    code = (
        "import time; t = time.perf_counter(); import explorer, explorer.commands.main; print(time.perf_counter() - t)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], check=True, capture_output=True) for _ in range(RUNS + 1)]
    return statistics.median(float(run.stdout) for run in runs[1:])


def server_seconds() -> float:
    """From `explorer serve` to its first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "explorer", "serve", "--port", str(port), "--no-browser"]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").close()
                    return time.perf_counter() - start
                except OSError:
                    time.sleep(0.02)
        finally:
            server.terminate()


def main() -> int:
    """Measure, print, write the result; 1 when a limit is missed."""
    found = {
        "import explorer": import_seconds(),
        "explorer --help": seconds([sys.executable, "-m", "explorer", "--help"]),
        "server answers": statistics.median(server_seconds() for _ in range(3)),
    }
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps({"seconds": found, "must": MUST, "machine": machine}, indent=1) + "\n", encoding="utf-8"
    )
    for name, value in found.items():
        print(f"{name:<18} {value:6.2f} s   must be at most {MUST[name]} s")
    return int(any(value > MUST[name] for name, value in found.items()))


if __name__ == "__main__":
    raise SystemExit(main())
