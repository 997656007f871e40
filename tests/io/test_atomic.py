import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.base.errors import WorkspaceError
from explorer.io import atomic, exchange
from explorer.io.atomic import atomic_folder, atomic_write, read_json, write_json
from explorer.io.sums import made_with, steadily, write_sums, wrong_bytes, wrong_sizes


def test_a_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    with atomic_write(path) as temporary:
        temporary.write_text("one")
        assert not path.exists()
        assert temporary.suffix == path.suffix
    assert path.read_text() == "one"
    assert os.listdir(path.parent) == ["a.txt"]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), atomic_write(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full, of Linux")
@pytest.mark.parametrize("make", [atomic_write, atomic_folder])
def test_a_full_disk_is_said_plainly(tmp_path: Path, make: object) -> None:
    assert callable(make)
    message = r"The disk is full: .*a\.txt was not written and is as it was"
    full = Path("/dev/full")
    with pytest.raises(WorkspaceError, match=message), make(tmp_path / "a.txt"):
        full.write_bytes(b"data")
    assert os.listdir(tmp_path) == []


def test_a_folder_appears_whole_and_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    for text in ("one", "two"):
        with atomic_folder(tmp_path / "out") as temporary:
            (temporary / "deep").mkdir()
            (temporary / "deep" / "a.txt").write_text(text)
    assert (tmp_path / "out" / "deep" / "a.txt").read_text() == "two"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("able", [True, False])
def test_a_folder_is_exchanged_where_the_system_can_and_replaced_where_it_cannot(
    tmp_path: Path, able: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps: list[bool] = []

    def rename(source: Path, target: Path, call: Callable[[Path, Path], None] = os.rename) -> None:
        call(source, target)
        gaps.append(not (tmp_path / "out").exists())

    if not able:
        monkeypatch.setattr(atomic, "exchange", lambda first, second: False)
    elif sys.platform not in ("linux", "darwin"):
        pytest.skip("needs a system that can exchange two names")
    with atomic_folder(tmp_path / "out") as temporary:
        (temporary / "a.txt").write_text("one")
    monkeypatch.setattr(os, "rename", rename)
    with atomic_folder(tmp_path / "out") as temporary:
        (temporary / "a.txt").write_text("two")
    assert gaps == ([] if able else [True, False])
    assert (tmp_path / "out" / "a.txt").read_text() == "two" and os.listdir(tmp_path) == ["out"]


def test_exchanging_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    if exchange.exchange(tmp_path / "a", tmp_path / "a"):  # the system can
        with pytest.raises(FileNotFoundError):
            exchange.exchange(tmp_path / "a", tmp_path / "none")


def test_two_files_are_read_from_one_state(tmp_path: Path) -> None:
    def write(text: str) -> None:
        with atomic_folder(tmp_path / "out") as temporary:
            for name in ("manifest.json", "a", "b"):
                (temporary / name).write_text(text)

    states = iter(["two", "three"])

    def read() -> tuple[str, str]:
        first = (tmp_path / "out" / "a").read_text()
        if state := next(states, ""):
            write(state)
        return first, (tmp_path / "out" / "b").read_text()

    write("one")
    assert steadily(tmp_path / "out", "manifest.json", read) == ("three", "three")


def test_sums_tell_size_and_bytes_apart(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").write_text("two")
    write_sums(tmp_path, "pocket", leave_out=["b"])
    assert wrong_bytes(tmp_path) == [] and made_with(tmp_path) == "pocket"
    (tmp_path / "b").write_text("longer")
    assert wrong_bytes(tmp_path) == []
    (tmp_path / "a").write_text("eno")
    assert wrong_sizes(tmp_path) == [] and wrong_bytes(tmp_path) == ["a holds other bytes than were written"]
    (tmp_path / "a").write_text("longer")
    assert wrong_sizes(tmp_path) == ["a has 6 bytes, expected 3"]
    (tmp_path / "a").unlink()
    assert wrong_sizes(tmp_path) == ["a is missing"]
    (tmp_path / "sums.json").write_text('{"files": []}')
    assert "sums.json is damaged" in wrong_sizes(tmp_path)[0]


def test_a_folder_that_must_be_new(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").write_text("x")
    with pytest.raises(WorkspaceError, match="exists already"), atomic_folder(tmp_path / "out", replace=False) as new:
        (new / "a").write_text("x")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "precious"]


def test_json_and_its_damage(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"name": "é", "n": [1, 2]})
    assert read_json(tmp_path / "a.json") == {"name": "é", "n": [1, 2]}
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(WorkspaceError, match=r"a\.json is damaged"):
        read_json(tmp_path / "a.json")
    with pytest.raises(WorkspaceError, match=r"none\.json cannot be read"):
        read_json(tmp_path / "none.json")


def run_limited(code: str, limit: int) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process whose files may have at most `limit` bytes: the kernel refuses as on a full disk."""

    def set_limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-c", code]
    return subprocess.run(command, preexec_fn=set_limit, capture_output=True, text=True, check=False)


def test_an_import_onto_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    lines = "\n".join(f"{number},some text that is number {number * 7919 % 100_003}" for number in range(20_000))
    (tmp_path / "t.csv").write_text(f"id,text\n{lines}\n")
    code = f"""
from pathlib import Path
from explorer.base.errors import WorkspaceError
from explorer.workspace.importing import import_source
try:
    import_source(Path({str(tmp_path / "t.csv")!r}), Path({str(tmp_path / "ws")!r}))
except WorkspaceError as error:
    print(error)
"""
    done = run_limited(code, 50_000)
    assert "The disk is full" in done.stdout, done.stderr
    assert os.listdir(tmp_path) == ["t.csv"]
