import json
import os
import signal
import threading
from pathlib import Path

import pytest

from explorer.base.errors import Cancelled
from explorer.base.progress import CANCEL, STATUS, JobFile, Progress, Rate, Silent, Terminal, stop_on_terminate


def status(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / STATUS).read_text())
    return found


def test_job_file_tells_what_and_how_far(tmp_path: Path) -> None:
    progress = JobFile(tmp_path)
    assert status(tmp_path)["state"] == "running"
    progress.start("Embedding", 100)
    assert status(tmp_path) | {"what": "Embedding", "done": 0, "total": 100} == status(tmp_path)
    progress.advance(100)
    assert status(tmp_path)["done"] == 100
    progress.start("Indexing", 3)
    progress.finish()
    assert status(tmp_path) | {"what": "Indexing", "done": 3, "total": 3} == status(tmp_path)


def test_job_file_is_not_written_at_every_step(tmp_path: Path) -> None:
    progress = JobFile(tmp_path)
    progress.start("Embedding", 100_000)
    before = (tmp_path / STATUS).stat().st_mtime_ns
    for done in range(100):
        progress.advance(done)
    written = (tmp_path / STATUS).stat().st_mtime_ns
    assert written == before or int(str(status(tmp_path)["done"])) > 0


def test_cancel_file_stops_the_work(tmp_path: Path) -> None:
    progress = JobFile(tmp_path)
    progress.start("Embedding", 10)
    (tmp_path / CANCEL).touch()
    with pytest.raises(Cancelled, match="kept"):
        progress.advance(10)


def test_rate_leaves_out_what_was_done_before(tmp_path: Path) -> None:
    rate = Rate()
    rate.add(100.0, 5000)
    assert rate.per_second() is None
    for second in range(1, 61):
        rate.add(100.0 + second, 5000 + 20 * second)
    assert rate.per_second() == pytest.approx(20)
    for second in range(61, 121):
        rate.add(100.0 + second, 6200 + 5 * (second - 60))
    assert rate.per_second() == pytest.approx(5)


def test_terminal_shows_rate_and_count(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Terminal()
    progress.start("Embedding with pocket", 40)
    for done in (10, 40):
        progress.advance(done)
    progress.finish()
    shown = capsys.readouterr()
    assert "Embedding with pocket" in shown.err and "40/40" in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("progress", [Silent(), Terminal()])
def test_all_follow_the_protocol(progress: Progress) -> None:
    progress.start("nothing", 0)
    progress.advance(0)
    progress.finish()
    progress.finish()


def test_terminate_becomes_cancelled() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Cancelled), stop_on_terminate():
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(5)
    assert signal.getsignal(signal.SIGTERM) is before


def test_terminate_is_left_alone_in_other_threads() -> None:
    seen: list[str] = []

    def work() -> None:
        with stop_on_terminate():
            seen.append("worked")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == ["worked"]
