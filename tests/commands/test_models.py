"""`explorer models`: the list, and a download as a job that breaks off and goes on."""

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.base.errors import InputError
from explorer.commands.models import app
from explorer.encoders.hub import MAIN
from explorer.encoders.recommended import RECOMMENDED, WEIGHTS, recommended
from explorer.workspace.jobs import Job, read_job, start
from tests.encoders.hub_double import COMMIT, Hub, serve

CONTENT = bytes(range(256)) * 12_000


def ended(job: Job) -> Job:
    ends = time.monotonic() + 120
    while (now := read_job(job.folder)).state == "running" and time.monotonic() < ends:
        time.sleep(0.1)
    return now


def test_the_list_tells_all_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    told = CliRunner().invoke(app, []).output
    for one in RECOMMENDED:
        assert f"{one.name}: {one.title} · " in told and one.licence in told and one.spec in told
    assert "pocket is built in." in CliRunner().invoke(app, ["get", "pocket"]).output
    assert isinstance(CliRunner().invoke(app, ["get", "nothing"]).exception, InputError)


def test_a_download_is_a_job_that_breaks_off_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = recommended("vit-b-32")
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    with serve(Hub({model.repo: {WEIGHTS: CONTENT}}, cut=[1_000_000, 0, 0, 0, 0])) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        job = ended(start(tmp_path, ["models", "get", model.name], "Download"))
        assert job.state == "failed" and "broke off after 1 of 3 MB" in job.error and "goes on" not in job.error
        job = ended(start(tmp_path, ["models", "get", model.name], "Download"))
    assert (job.state, job.error) == ("done", "")
    assert job.what == "Downloading CLIP ViT-B/32 (DataComp), in MB" and (job.done, job.total) == (3, 3)
    assert job.result == f"{model.title}: 2 MB fetched, 1 MB were here already; checked by hash (state 0123456)."
    assert hub.gets()[-1] == (WEIGHTS, "bytes=1000000-")
    (refs,) = (tmp_path / "hf").rglob(f"refs/{MAIN}")
    assert refs.read_text(encoding="utf-8") == COMMIT
