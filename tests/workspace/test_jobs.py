import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.workspace.folder import Workspace, create_workspace
from explorer.workspace.job_run import NICE, SESSION
from explorer.workspace.job_words import duration, job_line, progress_text, times
from explorer.workspace.jobs import Job, cancel, jobs_of, list_jobs, read_job, start


def workspace(folder: Path, count: int, side: int) -> Workspace:
    root = folder / "images"
    root.mkdir(parents=True)
    grid = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    Image.fromarray(grid).resize((side, side)).save(root / "0.png")
    for i in range(1, count):
        os.link(root / "0.png", root / f"{i}.png")
    names = [f"{i}.png" for i in range(count)]
    hashes = [str(i) for i in range(count)]
    made = pa.table({"id": names, "path": names, "text": [""] * count, "hash": hashes})
    return create_workspace(folder / "ws", "test", Dataset(made), image_root=root, source="test", kind="folder")


def embedding(ws: Workspace) -> Job:
    return start(ws.path, ["embed", str(ws.path), "--encoder", "histogram"], "Embed with histogram")


def wait(job: Job, until: Callable[[Job], bool]) -> Job:
    for _ in range(1200):
        job = read_job(job.folder)
        if until(job):
            return job
        time.sleep(0.05)
    raise AssertionError(f"the job is still {job}\n{(job.folder / 'log').read_text()}")


def ended(job: Job) -> bool:
    return job.state != "running"


def begun(job: Job) -> bool:
    return job.done > 0 or ended(job)


def test_job_runs_to_its_end(tmp_path: Path) -> None:
    ws = workspace(tmp_path, 20, 40)
    job = embedding(ws)
    assert (job.state, job.title) == ("running", "Embed with histogram")
    job = wait(job, ended)
    assert (job.state, job.done, job.total, job.error) == ("done", 20, 20, "")
    assert ws.encoders() == ["histogram"]
    assert [one.id for one in list_jobs(ws.path)] == [job.id]


def test_failed_job_tells_the_message(tmp_path: Path) -> None:
    job = wait(start(tmp_path, ["embed", str(tmp_path / "nowhere"), "--encoder", "histogram"], "Embed"), ended)
    assert job.state == "failed"
    assert "is not a workspace" in job.error and "Traceback" not in job.error


def test_wrong_command_tells_the_last_lines(tmp_path: Path) -> None:
    job = wait(start(tmp_path, ["no-such-command"], "Nothing"), ended)
    assert job.state == "failed"
    assert "No such command" in job.error


def test_cancelled_job_can_be_taken_up_again(tmp_path: Path) -> None:
    ws = workspace(tmp_path, 1500, 900)
    job = wait(embedding(ws), begun)
    assert job.state == "running"
    cancel(job)
    job = wait(job, ended)
    assert (job.state, job.error) == ("cancelled", "")
    assert 0 < job.done < 1500
    again = wait(embedding(ws), begun)
    assert again.done >= job.done - 64
    os.kill(int((again.folder / "pid").read_text()), signal.SIGKILL)
    again = wait(again, ended)
    assert again.state == "failed"
    assert "Start it again to go on" in again.error
    assert [one.id for one in list_jobs(ws.path)] == [again.id, job.id]


def test_cancelling_an_ended_job_changes_nothing(tmp_path: Path) -> None:
    job = wait(start(tmp_path, ["no-such-command"], "Nothing"), ended)
    cancel(job)
    assert read_job(job.folder) == job


def test_job_cancelled_at_once(tmp_path: Path) -> None:
    job = embedding(workspace(tmp_path, 3, 20))
    cancel(job)
    assert wait(job, ended).state == "cancelled"


def test_no_job(tmp_path: Path) -> None:
    assert list_jobs(tmp_path) == []
    with pytest.raises(InputError, match="There is no job"):
        read_job(tmp_path)


def test_a_job_works_at_low_priority_and_tells_when_and_how_long_and_what_it_did(tmp_path: Path) -> None:
    ws = workspace(tmp_path, 1500, 900)
    job = wait(embedding(ws), begun)
    pid = int((job.folder / "pid").read_text())
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(os.getpriority(os.PRIO_PROCESS, 0) + NICE, 19)
    assert job.ended is None and job.seconds > 0
    assert embedding(ws).id == job.id  # the same work is not started twice
    os.kill(pid, signal.SIGKILL)
    killed = wait(job, ended)
    assert killed.ended is not None and killed.seconds == read_job(job.folder).seconds
    small = wait(embedding(workspace(tmp_path / "small", 4, 20)), ended)
    assert small.result.startswith("4 embedded")
    assert small.ended is not None and 0 < small.seconds == small.ended - small.begun
    assert "done" in job_line(small) and "took" in job_line(small) and "4 embedded" in job_line(small)


def test_a_second_job_that_changes_a_workspace_waits_for_the_first_and_others_do_not(tmp_path: Path) -> None:
    ws = workspace(tmp_path, 1500, 900)
    first = wait(embedding(ws), begun)
    second = start(ws.path, ["map", str(ws.path), "--encoder", "histogram", "--method", "pca"], "Draw a map")
    third = start(ws.path, ["index", str(ws.path), "--encoder", "histogram"], "Build the index")
    other = start(ws.path, ["jobs", str(ws.path)], "Look")
    second = wait(second, lambda job: job.waits_for != "")
    third = wait(third, lambda job: job.waits_for != "")
    assert (second.waits_for, third.waits_for) == ("Embed with histogram", "Draw a map")
    assert "Waits until “Embed with histogram” has ended" in progress_text(second)
    assert "asked for at" in times(second)
    assert wait(other, ended).waits_for == "" and read_job(first.folder).state == "running"
    assert [job.id for job in list_jobs(ws.path)] == [third.id, second.id, first.id, other.id]  # running ones first
    cancel(third)
    assert wait(third, ended).state == "cancelled"
    cancel(first)
    wait(first, ended)
    second = wait(second, ended)
    assert second.waits_for == "" and second.begun > second.started
    assert "There" in second.error or "no embeddings" in second.error


def test_what_makes_a_workspace_is_among_its_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    job = start(tmp_path, ["no-such-command"], "Import it", makes="it")
    assert [one.id for one in jobs_of(tmp_path / "workspaces" / "it")] == [job.id]
    assert jobs_of(tmp_path / "workspaces" / "other") == []
    wait(job, ended)


def test_spans_of_time_in_words() -> None:
    assert [duration(seconds) for seconds in (0.2, 8.4, 200, 7500)] == ["1 s", "8 s", "3 min", "2 h 5 min"]


GIVE_WAY = """
import os
from pathlib import Path
from explorer.base import priority
from explorer.workspace import job_run, jobs
job_run.give_way(jobs.read_job(Path(".")))
session = priority.SESSION.read_text().split()[-1] if priority.SESSION.exists() else "no"
print(os.nice(0), len(os.sched_getaffinity(0)), session)
"""


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="a process cannot be kept to some cores here")
@pytest.mark.parametrize("background", [True, False])
def test_work_that_nobody_waits_for_leaves_half_of_the_cores_and_its_session_gives_way(
    tmp_path: Path, background: bool
) -> None:
    described = {"title": "t", "args": [], "started": 0, "background": background}
    (tmp_path / "job.json").write_text(json.dumps(described))
    run = subprocess.run(
        [sys.executable, "-c", GIVE_WAY],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    )
    nice, cores, session = run.stdout.split()
    all_cores = len(os.sched_getaffinity(0))
    assert int(nice) == min(os.nice(0) + (19 if background else NICE), 19)
    assert int(cores) == (all_cores - all_cores // 2 if background else all_cores)
    assert session in ("no", str(SESSION if background else 0))
