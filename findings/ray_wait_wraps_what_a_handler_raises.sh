#!/usr/bin/env bash
# Ray 2.60.0: what a signal handler raises while ray.wait or ray.get waits comes out as SystemError, not as what was raised.
#
# Seen: a handler of SIGUSR1 raises an exception of the program's own, as programs do that have to end in good order. A
# wait of the standard library (time.sleep, a queue, select) passes it on. ray.wait ends with "SystemError: <cyfunction
# CoreWorker.wait ...> returned a result with an exception set", ray.get with another SystemError; what was raised is the
# __cause__. So `except Stopped` around a loop of ray.wait never sees it, and a program that is told to stop ends
# with a traceback.
#
# What to do: catch SystemError around the two and raise its __cause__ where there is one. This program does so where
# pieces of work come from a cluster.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "ray==2.60.0"
RAY_USAGE_STATS_ENABLED=0 "$folder/venv/bin/python" - <<'PYTHON'
import os
import signal
import threading
import time

import ray


class Stopped(Exception):
    pass


def stop(number, frame):
    raise Stopped


ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
print("ray", ray.__version__)


@ray.remote
def slow():
    time.sleep(30)


def raised(wait):
    threading.Timer(2, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    try:
        wait()
    except BaseException as error:
        return error


running = slow.remote()
signal.signal(signal.SIGUSR1, stop)
waits = {
    "time.sleep": lambda: time.sleep(20),
    "ray.wait": lambda: ray.wait([running], timeout=20),
    "ray.get": lambda: ray.get(running, timeout=20),
}
for name, wait in waits.items():
    error = raised(wait)
    print(f"{name}: {error!r}, caused by {error.__cause__!r}")
    if name == "time.sleep":
        assert isinstance(error, Stopped)
    else:
        assert isinstance(error, SystemError) and isinstance(error.__cause__, Stopped), "this finding is over"
ray.shutdown()
PYTHON
