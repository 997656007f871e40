"""Long work as a process of its own: it survives a reload of the page and a restart of the server.

A job is a folder <workspace>/jobs/<id>/: job.json (what was started), log, status.json (how far it is), result (a
sentence on what it did), cancel (the wish to stop), alive (a file that the process keeps locked while it lives, so
that a killed job is seen as such). `job_run` is the process itself. What makes a new workspace is a job of the home.
"""

import json
import os
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

from explorer.base.errors import InputError
from explorer.base.permission import actor, require
from explorer.base.progress import CANCEL, RESULT, STATUS
from explorer.base.settings import ACTOR, home, workspaces_root
from explorer.io.locks import is_held, lock_open_file
from explorer.workspace.layout import folder_of

CHANGING = ("import", "prepare", "embed", "index", "map", "anonymise", "demo")
"""Commands that write to the data set, its vectors, indexes and maps: of these one runs at a time in a workspace."""
_JOB, _LOG, _ALIVE = "job.json", "log", "alive"
_ENDED = ("done", "failed", "cancelled")
_SHOWN = ("state", "what", "done", "total", "rate", "eta_s", "error", "ended", "waits_for")
_LOG_TAIL = 4000


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of long work as it is now.

    state: "running", "done", "failed" or "cancelled". what, done, total: the present stretch and its steps.
    rate: steps a second; eta_s: seconds left; both None while unknown. error: why it failed, "" otherwise.
    started, begun, ended: seconds since 1970; begun is later than started for one that had to wait; ended is None
    while it runs. waits_for: title of the job that has to end before this one begins, "" for none.
    makes: name of the workspace that it makes, "" for one that works in a workspace. background: it leaves the machine
    to others. result: what it did, "" unknown.
    """

    id: str
    title: str
    folder: Path
    args: tuple[str, ...]
    started: float
    begun: float
    state: str
    makes: str = ""
    background: bool = False
    result: str = ""
    ended: float | None = None
    waits_for: str = ""
    what: str = ""
    done: int = 0
    total: int = 0
    rate: float | None = None
    eta_s: float | None = None
    error: str = ""

    @property
    def seconds(self) -> float:
        """How long it has worked, without the time that it waited."""
        return max(0.0, (self.ended or time.time()) - self.begun)


def start(ws_path: Path, args: list[str], title: str, *, makes: str = "", background: bool = False) -> Job:
    """Start `explorer <args>` as a process of its own and return its job. It outlives this process.

    makes: name of the workspace that it makes; `ws_path` is then the home. background: nobody waits for it, so it takes
    half of the cores at the lowest priority. One that runs already with the same
    arguments is not started twice: that one is returned.
    """
    require("run work")
    same = next((job for job in list_jobs(ws_path) if job.state == "running" and list(job.args) == args), None)
    if same:
        return same
    started = time.time()
    folder = folder_of(Path(ws_path), "jobs") / f"{int(started * 1000):x}-{secrets.token_hex(2)}"
    folder.mkdir(parents=True)
    described = {"title": title, "args": list(args), "started": started, "makes": makes, "background": background}
    (folder / _JOB).write_text(json.dumps(described), encoding="utf-8")
    with (folder / _ALIVE).open("w", encoding="utf-8") as alive, (folder / _LOG).open("wb") as log:
        lock_open_file(alive)  # the child inherits the lock and holds it until it ends
        command = [sys.executable, "-m", "explorer.workspace.job_run", str(folder), *args]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(alive.fileno(),),
            env=os.environ | {ACTOR: str(actor())},
        )
        (folder / "pid").write_text(str(process.pid), encoding="utf-8")
    threading.Thread(target=process.wait, daemon=True).start()  # no zombie stays behind
    return read_job(folder)


def list_jobs(ws_path: Path) -> list[Job]:
    """The jobs in the folder of a workspace, or of the home: running ones first, then the newest first."""
    folders = [path.parent for path in folder_of(Path(ws_path), "jobs").glob(f"*/{_JOB}")]
    return in_order([read_job(folder) for folder in folders])


def jobs_of(ws_path: Path) -> list[Job]:
    """All jobs about a workspace: those in its folder, and those of the home that make it, in the same order."""
    path = Path(ws_path)
    own = list_jobs(path)
    if path.parent != workspaces_root():
        return own
    return in_order([*own, *(job for job in list_jobs(home()) if job.makes == path.name)])


def in_order(jobs: list[Job]) -> list[Job]:
    """Running ones first, then the newest first."""
    return sorted(jobs, key=lambda job: (job.state == "running", job.started), reverse=True)


def to_wait_for(job: Job) -> Job | None:
    """The job that has to end before `job` may begin: the last earlier one that changes the same workspace."""
    if not _changes(job):
        return None
    place = job.folder.parents[1]
    others = jobs_of(workspaces_root() / job.makes if job.makes else place)
    running = [other for other in others if other.state == "running" and _changes(other)]
    earlier = [other for other in running if (other.started, other.id) < (job.started, job.id)]
    return max(earlier, key=lambda other: other.started, default=None)


def _changes(job: Job) -> bool:
    return job.args[:1] != () and job.args[0] in CHANGING


def read_job(folder: Path) -> Job:
    """The job in `folder` as it is now; InputError when there is none."""
    described = _read_json(folder / _JOB)
    if not described:
        raise InputError(f"There is no job in {folder}.")
    alive = is_held(folder / _ALIVE)  # before the status: a job that ends in between has then written it
    status = read_status(folder)
    if status.get("state") not in _ENDED:
        status.update({"state": "running"} if alive else ended_unseen(folder))
    if status["state"] != "running":
        status.setdefault("ended", _last_change(folder))
    known = {name: status[name] for name in _SHOWN if name in status}
    return Job(
        id=folder.name,
        title=described["title"],
        folder=folder,
        args=tuple(described["args"]),
        started=described["started"],
        begun=described.get("begun", described["started"]),
        makes=described.get("makes", ""),
        background=bool(described.get("background", False)),
        result=_read_text(folder / RESULT),
        **known,
    )


def cancel(job: Job) -> None:
    """Ask a job to stop: it ends at its next step and keeps what is finished. Nothing happens to one that has ended."""
    require("run work")
    if not is_held(job.folder / _ALIVE):
        return
    (job.folder / CANCEL).touch()
    with suppress(OSError, ValueError):
        os.kill(int((job.folder / "pid").read_text(encoding="utf-8")), signal.SIGTERM)


def ended_unseen(folder: Path) -> dict[str, Any]:
    """The state of a job that ended without success: cancelled when asked for, else failed with its last words."""
    if (folder / CANCEL).exists():
        return {"state": "cancelled", "error": "", "rate": None, "eta_s": None}
    return {"state": "failed", "error": _last_words(folder), "rate": None, "eta_s": None}


def note_begun(folder: Path, begun: float) -> None:
    """Note when a job that had to wait began."""
    temporary = folder / f".{_JOB}"
    temporary.write_text(json.dumps({**_read_json(folder / _JOB), "begun": begun}), encoding="utf-8")
    temporary.replace(folder / _JOB)


def read_status(folder: Path) -> dict[str, Any]:
    """What the job in `folder` last said of itself, {} when nothing yet."""
    return _read_json(folder / STATUS)


def _last_words(folder: Path) -> str:
    """The message of the command when it gave one, else the last lines of the log."""
    with suppress(OSError), (folder / _LOG).open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _LOG_TAIL))
        lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        if lines and lines[-1].startswith("explorer: "):
            return lines[-1].removeprefix("explorer: ")
        if lines:
            return "It ended unexpectedly. Its last lines:\n" + "\n".join(lines[-5:])
    return _killed(_read_json(folder / _JOB).get("args", []))


def _killed(args: list[str]) -> str:
    if args[:1] == ["import"] and len(args) > 1:
        return (
            f"{Path(args[1]).name}: it ended without a word. The file is damaged or too large, or the process was "
            "killed, or the machine was restarted. Start it again to go on."
        )
    return "It ended without a word: it was killed, or the machine was restarted. Start it again to go on."


def _last_change(folder: Path) -> float | None:
    """When a job that was killed last wrote anything."""
    times = [path.stat().st_mtime for path in (folder / STATUS, folder / _LOG, folder / _JOB) if path.exists()]
    return max(times, default=None)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
