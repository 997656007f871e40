#!/usr/bin/env bash
# ray 2.60.0: ray.init() puts a handler of its own in the place of the one that the program has for SIGTERM, says nothing,
# and does not call the old one.
#
# Seen: a program that finishes a batch and writes it down when it is asked to end (a job in a container, a cancel button)
# has a handler for SIGTERM. After `ray.init()`, which starts Ray on this machine, the handler is Ray's: on SIGTERM it
# ends Ray's processes and raises SystemExit(15) in the main thread. The program's handler never runs, and ray.shutdown() does not bring it
# back. Which of the two orders (init before or after one's own handler) a program has decides whether it keeps its work.
#
# What to do: remember signal.getsignal(signal.SIGTERM) before ray.init() and set it again after. The executor `ray` of this
# program does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "ray==2.60.0"
cd "$folder"
RAY_USAGE_STATS_ENABLED=0 "$folder/venv/bin/python" - <<'PYTHON'
import os
import signal
import time

import ray

heard = []


def ours(number, frame):
    heard.append(number)


def ended_by_sigterm():
    """Send SIGTERM to this process; how it would end, None when it goes on."""
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    except SystemExit as end:
        return end.code
    return None


signal.signal(signal.SIGTERM, ours)
assert ended_by_sigterm() is None and heard == [signal.SIGTERM]
ray.init(address="local", num_cpus=1, include_dashboard=False, log_to_driver=False)
now = signal.getsignal(signal.SIGTERM)
code = ended_by_sigterm()
print(f"ray {ray.__version__}: our handler is {'kept' if now is ours else 'replaced by ' + now.__module__}")
print(f"SIGTERM after ray.init(): ours was called {len(heard) - 1} times, the process ends with {code}")
assert now is not ours and heard == [signal.SIGTERM] and code is not None, "the handler is kept now: this is over"
ray.shutdown()
print(f"after ray.shutdown() it is ours again: {signal.getsignal(signal.SIGTERM) is ours}")
assert signal.getsignal(signal.SIGTERM) is not ours, "shutdown brings it back now: this part is over"
PYTHON
