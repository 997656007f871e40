"""The README's commands, as written, from a clean clone."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.workspace.jobs import cancel, list_jobs

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```sh(?: long)?\n(.*?)```", README, re.DOTALL) for line in block.splitlines() if line
]


def test_the_two_commands_and_the_four_of_the_command_line_are_there() -> None:
    assert COMMANDS[0] == "make run"
    assert COMMANDS[1].startswith("make run DATA=")
    assert [command.split()[1] for command in COMMANDS[2:]] == ["import", "prepare", "search", "info"]


def test_every_linked_file_exists() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        assert not [link for link in links if not (page.parent / link).exists()], page.name


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked and new files of this checkout, as a clone has them; set up with the packages that run this test."""
    folder = tmp_path_factory.mktemp("clone") / "similarity-explorer"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, files):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    borrow_packages(folder)
    return folder


def borrow_packages(folder: Path) -> None:
    """Make .venv as `make install` does, with the packages of this environment instead of downloading them again."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / ".venv")], check=True)
    (site,) = (folder / ".venv" / "lib").glob("python3*/site-packages")
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "borrowed.pth").write_text(f"{folder}\n{here}\n", encoding="utf-8")
    command = folder / ".venv" / "bin" / "explorer"
    code = "from explorer.commands.main import main\n\nif __name__ == '__main__':\n    main()\n"
    command.write_text(f"#!{folder}/.venv/bin/python\n{code}", encoding="utf-8")
    command.chmod(0o755)
    (folder / ".venv" / ".installed").touch()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Variables that keep the test's workspaces apart and open no window."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL", "EXPLORER_WORKSPACE")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return kept | {"HOME": str(tmp_path), "EXPLORER_HOME": str(tmp_path / "home")}


@pytest.mark.slow
def test_the_command_line_of_the_readme(clone: Path, environment: dict[str, str], image_folder: Path) -> None:
    photos = Path(environment["HOME"]) / "Pictures" / "holiday"
    shutil.copytree(image_folder, photos)
    outputs = [run(command, clone, environment) for command in COMMANDS[2:]]
    assert "holiday: 12 items" in outputs[0]
    assert "12 embedded" in outputs[1]
    assert len(outputs[2].splitlines()) == 5
    assert "pocket: 12 of 12 items" in outputs[3]


@pytest.mark.slow
def test_make_run_opens_the_users_data(clone: Path, environment: dict[str, str], image_folder: Path) -> None:
    photos = Path(environment["HOME"]) / "Pictures" / "holiday"
    shutil.copytree(image_folder, photos)
    for address in serving(COMMANDS[1], clone, environment):
        with urllib.request.urlopen(f"{address}/item/holiday/0") as answer:
            assert b'"id"' in answer.read()


@pytest.mark.slow
def test_make_run_makes_the_demo_and_opens_it(clone: Path, environment: dict[str, str]) -> None:
    for address in serving(COMMANDS[0], clone, environment):
        with urllib.request.urlopen(f"{address}/item/scenes/1999") as answer:
            assert b'"shape"' in answer.read()
    demo = Path(environment["EXPLORER_HOME"]) / "workspaces" / "scenes"
    filling = [job for job in list_jobs(demo) if job.args[:1] == ("demo",)]
    assert len(filling) == 1, "what more the pages need follows in the background"
    cancel(filling[0])


def run(command: str, clone: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(["bash", "-c", command], cwd=clone, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def serving(command: str, clone: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run a command that serves, give its address once it answers, stop it afterwards."""
    log = Path(environment["HOME"]) / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=clone,
            env=environment,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield wait_for_address(server, log)
        finally:
            os.killpg(server.pid, 15)
            server.wait(30)


def wait_for_address(server: "subprocess.Popen[bytes]", log: Path) -> str:
    for _ in range(3000):
        found = re.search(r"http://localhost:(\d+)", log.read_text(errors="replace"))
        if found and answers(int(found[1])):
            return found[0]
        assert server.poll() is None, log.read_text(errors="replace")
        time.sleep(0.1)
    raise TimeoutError(log.read_text(errors="replace"))


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
