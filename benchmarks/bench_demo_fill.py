"""What a click costs while the demo makes the rest of itself in the background, beside what it costs when nothing runs.

The demo of scenes is new. People ask on Explore for neighbours of items, as in `bench_load`: first with nothing else to
do, then from the start of the job that fills the demo to its end. A time is from the question to the message that the
page run has ended. Clients and server share the cores. --scenes makes it quicker to try, with numbers of no meaning.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.bench_annotate import serve
from benchmarks.bench_load import come, times
from explorer.app.server.run import free_port
from explorer.base.progress import Silent
from explorer.base.settings import HOME
from explorer.library.demo_more import start_more
from explorer.workspace.demo import SCENES as DEMO
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import Job, read_job

RESULT = Path(__file__).parent / "results" / "demo_fill.json"
MOST_TIMES, MOST_FILL_S = 1.3, 180.0
LONGEST_S = 1200.0


def clicks(port: int, ids: list[str], people: int, wait: Any) -> dict[str, Any]:
    """Numbers of people who ask until `wait` returns."""
    crowd = come("explorer", people, 1.0, port, ("scenes", ids))
    wait()
    found = crowd.people()
    return times("explorer", found) | {
        "clicks": sum(len(one.seconds) for one in found),
        "errors": [one.error for one in found if one.error],
    }


def ended(job: Job) -> None:
    """Wait until the job has ended."""
    until = time.monotonic() + LONGEST_S
    while read_job(job.folder).state in ("waiting", "running") and time.monotonic() < until:
        time.sleep(0.5)


def measure(home: Path, scenes: int, people: int, seconds: float) -> dict[str, Any]:
    """Clicks with nothing else to do, and while the demo is filled."""
    os.environ[HOME] = str(home)
    workspace: Workspace = create_scenes_demo(home / "workspaces", Silent(), scenes)
    ids = workspace.dataset().ids.tolist()
    port = free_port("127.0.0.1", 8696)
    server = serve(home, port)
    try:
        clicks(port, ids, people, lambda: time.sleep(10))  # what is read once is read
        idle = clicks(port, ids, people, lambda: time.sleep(seconds))
        started, job = time.monotonic(), start_more(workspace)
        busy = clicks(port, ids, people, lambda: ended(job))
        fill_s, state = round(time.monotonic() - started, 1), read_job(job.folder).state
    finally:
        server.terminate()
        server.wait(30)
    return {"idle": idle, "while it fills": busy, "fill_s": fill_s, "job": state}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=DEMO)
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=90, help="how long nothing else is done")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), given.scenes, given.people, given.seconds)
    both = [result[when].get("explorer_s_p95", float("nan")) for when in ("while it fills", "idle")]
    ratio = both[0] / both[1]
    reached = ratio <= MOST_TIMES and result["fill_s"] <= MOST_FILL_S and result["job"] == "done"
    result |= {"p95_times_idle": round(ratio, 2), "cores": os.cpu_count(), "python": platform.python_version()}
    result["must"] = {"p95_times_idle": MOST_TIMES, "fill_s": MOST_FILL_S, "reached": reached}
    if given.scenes == DEMO:
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    raise SystemExit(0 if reached else 1)


if __name__ == "__main__":
    main()
