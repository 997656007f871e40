"""The package as people install it: a wheel in a fresh environment, used from an empty folder."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from explorer import __version__

ROOT = Path(__file__).parents[1]
SMALL_DEMO = """
import sys
from explorer.base.progress import Silent
from explorer.base.settings import workspaces_root
from explorer.workspace.demo import create_scenes_demo
create_scenes_demo(workspaces_root(), Silent(), count=120)
assert not {"torchvision", "timm", "open_clip", "transformers", "streamlit"} & set(sys.modules), "seconds of imports"
"""
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of a fresh environment with the wheel, and the dependencies of this environment."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = (folder / "lib").glob("python3*/site-packages")
    here = next(path for path in sys.path if path.endswith("site-packages"))
    subprocess.run([*PIP, "install", "--no-deps", "--no-index", "--target", str(site), str(wheel)], check=True)
    (site / "borrowed.pth").write_text(f"{here}\n", encoding="utf-8")
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder to work from."""
    return tmp_path_factory.mktemp("elsewhere")


def environment(empty: Path) -> dict[str, str]:
    hidden = ("PYTHONPATH", "EXPLORER_WORKSPACE", "DISPLAY", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return kept | {"EXPLORER_HOME": str(empty / "home"), "HOME": str(empty)}


def run(python: Path, empty: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(python), *arguments], cwd=empty, env=environment(empty), capture_output=True, text=True)


def test_the_wheel_holds_weights_pages_and_types_and_nothing_of_the_source_tree_alone(wheel: Path) -> None:
    assert wheel.name == f"similarity_explorer-{__version__}-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    shipped = (
        "assets/pocket.safetensors",
        "assets/heads/pocket-combiner/head.json",
        "app.py",
        ".streamlit/config.toml",
    )
    for name in (*(f"explorer/_shipped/{one}" for one in shipped), "explorer/py.typed"):
        assert name in names
    pages = [name for name in names if name.startswith("explorer/_shipped/pages/") and name.endswith(".py")]
    assert len(pages) == len(list((ROOT / "pages").glob("*.py")))
    assert not [name for name in names if name.startswith(("recipes/", "tests/", "benchmarks/", "tools/"))]


@pytest.mark.slow
def test_the_demo_a_search_and_the_server_from_an_empty_folder(installed: Path, empty: Path) -> None:
    where = run(installed, empty, "-c", "import explorer; print(explorer.__file__)")
    assert str(installed.parents[1]) in where.stdout, where.stderr
    made = run(installed, empty, "-c", SMALL_DEMO)
    assert made.returncode == 0, made.stderr
    found = run(installed, empty, "-m", "explorer", "search", "scenes", "a red star", "-k", "3")
    assert found.returncode == 0, found.stderr
    assert len([line for line in found.stdout.splitlines() if line[:1].isspace() or line[:1].isdigit()]) >= 3
    refused = run(installed, empty, "-m", "explorer", "bench")
    assert refused.returncode == 2
    assert "part of the source tree" in refused.stderr
    assert serves(installed, empty)


def serves(python: Path, empty: Path) -> bool:
    """True when the server answers with the page, and with an item of the demo."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(python), "-m", "explorer", "serve", "--port", str(port), "--no-browser"]
    server = subprocess.Popen(command, cwd=empty, env=environment(empty), stdin=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/item/scenes/0") as answer:
                    item = answer.read()
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                    return b'"shape"' in item and b"<script" in answer.read()
            except OSError:
                time.sleep(0.1)
        return False
    finally:
        server.terminate()
        server.wait(30)
