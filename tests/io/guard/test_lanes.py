"""What worker processes promise: limits that hold, messages that name the file, a lane that goes on."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.base.errors import Busy, ExplorerError, InputError, LimitError, NotThere
from explorer.io.guard import running
from explorer.io.guard.lanes import Lane, Limits
from explorer.io.guard.packets import Packet
from explorer.io.guard.running import MODULES, Workers

TASKS = """
import os, signal, sys, time
from pathlib import Path
from explorer.base.errors import NotThere
from explorer.io.guard.packets import Packet

def back(request): return Packet({"values": request.values, "process": os.getpid()}, request.blobs[::-1])
def loaded(request): return Packet({"modules": sorted({name.partition(".")[0] for name in sys.modules})})
def memory(request): return Packet({"size": len(bytearray(request.values["mib"] << 20))})
def wait(request):
    Path(request.values["path"]).parent.joinpath("waiting").mkdir(exist_ok=True)
    time.sleep(60)
def die(request): os.kill(os.getpid(), signal.SIGKILL)
def missing(request): raise NotThere("there is no such thing")
def bug(request): return request.values["nothing"]
def write(request): return Packet({"written": Path(request.values["path"]).write_bytes(b"x" * 10000)})
"""
FEW = Limits(workers=1, memory=300, seconds=30.0, waiting=2)
SHORT = Limits(workers=1, memory=300, seconds=0.3, waiting=2)
linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "guard_tasks.py").write_text(TASKS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))


@pytest.fixture
def lane(tasks: None) -> Iterator[Lane]:
    lane = Lane(FEW)
    yield lane
    lane.close()


@pytest.fixture
def short(tasks: None) -> Iterator[Lane]:
    lane = Lane(SHORT)
    yield lane
    lane.close()


def ask(lane: Lane, task: str, *blobs: bytes, **values: object) -> Packet:
    return lane.run(f"guard_tasks:{task}", Packet(values, blobs), "a.png")


def process(lane: Lane) -> int:
    return int(ask(lane, "back").values["process"])


def test_values_and_bytes_come_back_from_another_process(lane: Lane) -> None:
    answer = ask(lane, "back", b"one", b"", bytes(3_000_000), name="ä")
    assert answer.values["values"] == {"name": "ä", "memory": 300}
    assert answer.blobs == (bytes(3_000_000), b"", b"one")
    assert answer.values["process"] != os.getpid()
    assert process(lane) == answer.values["process"]


@linux
def test_more_memory_than_allowed_is_a_message_and_the_lane_goes_on(lane: Lane) -> None:
    assert ask(lane, "memory", mib=100).values["size"] == 100 << 20
    before = process(lane)
    with pytest.raises(LimitError, match=r"a\.png: reading it takes more than 300 MiB of memory"):
        ask(lane, "memory", mib=400)
    assert process(lane) != before


def test_more_time_than_allowed_is_a_message_and_the_process_is_ended(short: Lane, tmp_path: Path) -> None:
    before = process(short)
    with pytest.raises(LimitError, match=r"a\.png: reading it takes longer than 0\.3 s"):
        ask(short, "wait", path=str(tmp_path / "x"))
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    assert process(short) != before


def test_a_process_that_dies_is_a_message(lane: Lane) -> None:
    with pytest.raises(LimitError, match=r"a\.png: the process that read it ended \(SIGKILL\)"):
        ask(lane, "die")
    assert process(lane)


def test_errors_for_people_come_as_they_were_raised(lane: Lane) -> None:
    with pytest.raises(NotThere, match="there is no such thing"):
        ask(lane, "missing")


def test_a_bug_is_a_message_and_stands_in_the_log(lane: Lane, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match="It cannot be read .KeyError: 'nothing'."):
        ask(lane, "bug")
    assert "in bug" in capfd.readouterr().err


def test_a_worker_writes_no_files(lane: Lane, tmp_path: Path) -> None:
    with pytest.raises(ExplorerError, match="File too large"):
        ask(lane, "write", path=str(tmp_path / "mine"))
    assert (tmp_path / "mine").stat().st_size == 0


def test_workers_end_with_the_lane(lane: Lane) -> None:
    number = process(lane)
    lane.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_too_many_at_once_are_told_to_come_back(tasks: None, tmp_path: Path) -> None:
    lane = Lane(Limits(workers=1, memory=300, seconds=3.0, waiting=1))
    process(lane)
    thread = threading.Thread(target=lambda: pytest.raises(LimitError, ask, lane, "wait", path=str(tmp_path / "x")))
    thread.start()
    while not (tmp_path / "waiting").exists():
        time.sleep(0.01)
    with pytest.raises(Busy, match=r"a\.png: too many other files"):
        ask(lane, "back")
    thread.join()
    lane.close()


def test_workers_load_little(tasks: None) -> None:
    lane = Lane(FEW, MODULES)
    loaded = set(ask(lane, "loaded").values["modules"])
    lane.close()
    assert "PIL" in loaded
    assert not loaded & {"torch", "streamlit", "pandas", "sklearn", "scipy", "starlette", "typer"}


@linux
def test_what_is_too_much_for_the_quick_lane_is_tried_on_the_heavy_one(tasks: None) -> None:
    workers = Workers(Lane(FEW), Lane(Limits(workers=1, memory=800, seconds=30.0, waiting=2)))
    request = Packet({"mib": 400})
    assert workers.run("guard_tasks:memory", request, "a.png", heavy=False).values == {"size": 400 << 20}
    with pytest.raises(LimitError, match="more than 800 MiB"):
        workers.run("guard_tasks:memory", Packet({"mib": 900}), "a.png", heavy=False)
    workers.close()


def test_what_was_too_much_is_refused_at_once_for_a_while(
    short: Lane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(short, short)
    request = Packet({"path": str(tmp_path / "x")})
    with pytest.raises(LimitError):
        workers.run("guard_tasks:wait", request, "a.png", heavy=True)
    (tmp_path / "waiting").rmdir()
    with pytest.raises(LimitError, match="longer than"):
        workers.run("guard_tasks:wait", request, "a.png", heavy=True)
    assert not (tmp_path / "waiting").exists()
    later = time.monotonic() + running.REMEMBERED + 1
    monkeypatch.setattr("explorer.io.guard.running.time.monotonic", lambda: later)
    with pytest.raises(LimitError):
        workers.run("guard_tasks:wait", request, "a.png", heavy=True)
    assert (tmp_path / "waiting").exists()


def test_without_workers_the_task_runs_here() -> None:
    def task(request: Packet) -> Packet:
        return Packet({"process": os.getpid(), **request.values})

    def hungry(request: Packet) -> Packet:
        raise MemoryError

    assert running.run(task, Packet({"a": 1}), "a.png").values == {"process": os.getpid(), "a": 1}
    with pytest.raises(LimitError, match=r"a\.png: there is not enough memory"):
        running.run(hungry, Packet({}), "a.png")
