"""Long work as a process of its own: it survives a reload of the page and a restart of the server.

A job is a folder <workspace>/jobs/<id>/: job.json (what was started), log, status.json (how far it is), cancel (the
wish to stop), alive (a file that the process keeps locked while it lives, so that a killed job is seen as such).
`python -m explorer.workspace.jobs FOLDER ARGUMENTS...` runs `explorer ARGUMENTS... --job FOLDER` and notes how it
ended.
"""

import json
import os
import runpy
import secrets
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.base.errors import Cancelled, InputError
from explorer.base.progress import CANCEL, STATUS, stop_on_terminate, write_status
from explorer.io.locks import is_held, lock_open_file
from explorer.workspace.layout import folder_of

_JOB, _LOG, _ALIVE = "job.json", "log", "alive"
_ENDED = ("done", "failed", "cancelled")
_SHOWN = ("state", "what", "done", "total", "rate", "eta_s", "error")
_LOG_TAIL = 4000


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of long work as it is now.

    state: "running", "done", "failed" or "cancelled". what, done, total: the present stretch and its steps.
    rate: steps a second; eta_s: seconds left; both None while unknown. error: why it failed, "" otherwise.
    """

    id: str
    title: str
    folder: Path
    args: tuple[str, ...]
    started: float
    state: str
    what: str = ""
    done: int = 0
    total: int = 0
    rate: float | None = None
    eta_s: float | None = None
    error: str = ""


def start(ws_path: Path, args: list[str], title: str) -> Job:
    """Start `explorer <args>` as a process of its own and return its job. It outlives this process."""
    started = time.time()
    folder = folder_of(Path(ws_path), "jobs") / f"{int(started * 1000):x}-{secrets.token_hex(2)}"
    folder.mkdir(parents=True)
    described = {"title": title, "args": list(args), "started": started}
    (folder / _JOB).write_text(json.dumps(described), encoding="utf-8")
    with (folder / _ALIVE).open("w", encoding="utf-8") as alive, (folder / _LOG).open("wb") as log:
        lock_open_file(alive)  # the child inherits the lock and holds it until it ends
        command = [sys.executable, "-m", "explorer.workspace.jobs", str(folder), *args]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(alive.fileno(),),
        )
        (folder / "pid").write_text(str(process.pid), encoding="utf-8")
    threading.Thread(target=process.wait, daemon=True).start()  # no zombie stays behind
    return read_job(folder)


def list_jobs(ws_path: Path) -> list[Job]:
    """The jobs of a workspace, the newest first."""
    folders = [path.parent for path in folder_of(Path(ws_path), "jobs").glob(f"*/{_JOB}")]
    return sorted((read_job(folder) for folder in folders), key=lambda job: job.started, reverse=True)


def read_job(folder: Path) -> Job:
    """The job in `folder` as it is now; InputError when there is none."""
    described = _read_json(folder / _JOB)
    if not described:
        raise InputError(f"There is no job in {folder}.")
    alive = is_held(folder / _ALIVE)  # before the status: a job that ends in between has then written it
    status = _read_json(folder / STATUS)
    if status.get("state") not in _ENDED:
        status.update({"state": "running"} if alive else _ended_unseen(folder))
    known = {name: status[name] for name in _SHOWN if name in status}
    return Job(
        id=folder.name,
        title=described["title"],
        folder=folder,
        args=tuple(described["args"]),
        started=described["started"],
        **known,
    )


def cancel(job: Job) -> None:
    """Ask a job to stop: it ends at its next step and keeps what is finished. Nothing happens to one that has ended."""
    if not is_held(job.folder / _ALIVE):
        return
    (job.folder / CANCEL).touch()
    with suppress(OSError, ValueError):
        os.kill(int((job.folder / "pid").read_text(encoding="utf-8")), signal.SIGTERM)


def run(folder: Path, args: list[str]) -> int:
    """Run `explorer <args> --job <folder>` here and note in the folder how it ended. Returns the exit code."""
    sys.argv = ["explorer", *args, "--job", str(folder)]
    try:
        with stop_on_terminate():
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
    ended = {"state": "done", "error": "", "eta_s": None} if code == 0 else _ended_unseen(folder)
    write_status(folder, {**_read_json(folder / STATUS), **ended})
    return code


def _ended_unseen(folder: Path) -> dict[str, Any]:
    """The state of a job that ended without success: cancelled when asked for, else failed with its last words."""
    if (folder / CANCEL).exists():
        return {"state": "cancelled", "error": "", "rate": None, "eta_s": None}
    return {"state": "failed", "error": _last_words(folder), "rate": None, "eta_s": None}


def _last_words(folder: Path) -> str:
    """The message of the command when it gave one, else the last lines of the log."""
    with suppress(OSError), (folder / _LOG).open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _LOG_TAIL))
        lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        if lines and lines[-1].startswith("explorer: "):
            return lines[-1].removeprefix("explorer: ")
        if lines:
            return "It ended unexpectedly. Its last lines:\n" + "\n".join(lines[-5:])
    return "It ended without a word: it was killed, or the machine was restarted. Start it again to go on."


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


if __name__ == "__main__":
    raise SystemExit(run(Path(sys.argv[1]), sys.argv[2:]))
