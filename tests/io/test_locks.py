import subprocess
import sys
from pathlib import Path

import pytest

from explorer.io.locks import exclusive, is_held, lock_open_file

HOLDER = """
import sys
from pathlib import Path
from explorer.io.locks import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_is_held_within_and_free_afterwards(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    assert not is_held(path), "there is no such file"
    with exclusive(path):
        assert is_held(path)
        with pytest.raises(BlockingIOError), exclusive(path, wait=False):
            pass
    assert path.is_file() and not is_held(path)
    with exclusive(path, wait=False):
        assert is_held(path)


def test_a_killed_process_frees_its_lock(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"held\n"
        assert is_held(path)
        other.kill()
    with exclusive(path, wait=False):
        pass


def test_an_open_file_stays_locked_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "alive"
    with path.open("w", encoding="utf-8") as file:
        lock_open_file(file, wait=False)
        assert is_held(path)
    assert not is_held(path)
