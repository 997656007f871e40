import os
import signal
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
from explorer.workspace.jobs import Job, cancel, list_jobs, read_job, start


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
