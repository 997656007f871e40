"""A disk that is full or locked is a message wherever it is met; other errors stay what they are."""

import errno
import sqlite3
import sys

import pytest

from explorer.base.errors import LimitError
from explorer.commands import main as command
from explorer.io.disk import disk_message
from explorer.io.guard import reading
from explorer.io.guard.reading import limited_memory


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/a"), "The disk is full: /data/a could not be written"),
        (OSError("[Errno 28] Error writing bytes to file: No space left on device"), "The disk is full: A file"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/a"), "/data/a cannot be used: Permission denied"),
        (OSError(errno.EROFS, "Read-only file system", "/data/a"), "/data/a cannot be used: Read-only file system"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "A file cannot be used: attempt to write"),
        (sqlite3.OperationalError("database or disk is full"), "The disk is full"),
        (FileNotFoundError(errno.ENOENT, "No such file", "/data/a"), ""),
        (ValueError("no space left"), ""),
    ],
)
def test_what_a_disk_says_is_told(error: Exception, message: str) -> None:
    assert disk_message(error).startswith(message)
    assert bool(disk_message(error)) == bool(message)


def test_a_command_on_a_full_disk_ends_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error: Exception = OSError(errno.ENOSPC, "No space left on device", "/data/a")

    def full(prog_name: str) -> None:
        raise error

    monkeypatch.setattr(command, "app", full)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("explorer: The disk is full: /data/a")
    error = OSError(errno.EBADF, "Bad file descriptor")
    with pytest.raises(OSError, match="Bad file descriptor"):
        command.main()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_reading_takes_no_more_than_most_of_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    monkeypatch.setattr(reading, "machine_memory", lambda: 8 << 30)
    with pytest.raises(LimitError, match=r"t\.csv: reading it takes more than 6 GiB"), limited_memory("t.csv"):
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] == 6 << 30
        bytearray(7 << 30)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_a_container_has_less_than_its_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        text = "1000000\n"

        def read_text(self, encoding: str) -> str:
            return self.text

    monkeypatch.setattr(reading, "OF_THE_GROUP", Given())
    assert reading.machine_memory() == 1_000_000
    Given.text = "max\n"
    assert reading.machine_memory() > 1_000_000
