"""A small workspace for searches: sixty drawn discs under the colour histogram, which reads no texts."""

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from explorer.base.progress import Silent
from explorer.workspace.importing import import_source
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.preparing import prepare

COLOURS = ("red", "green", "blue", "orange", "purple", "black", "gray", "pink")
COUNT = 60


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty drawn discs with a year, embedded by the colour histogram; not to be written to."""
    root = tmp_path_factory.mktemp("discs")
    lines = ["file_name,year,same"]
    for number in range(COUNT):
        image = Image.new("RGB", (40, 40), "white")
        place = number % 20
        ImageDraw.Draw(image).ellipse((place, 4, place + 20, 24), fill=COLOURS[number % 8])
        image.save(root / f"{number:02d}.png")
        lines.append(f"{number:02d}.png,{1960 + number},7")
    (root / "metadata.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = import_source(root, tmp_path_factory.mktemp("workspaces") / "discs")
    prepare(made, "histogram", method="pca", progress=Silent())
    return made.path


@pytest.fixture
def opened(prepared: Path, tmp_path: Path) -> Opened:
    """The discs in a workspace of the test's own, without runs."""
    shutil.copytree(prepared, tmp_path / "workspaces" / "discs")
    return open_shared(tmp_path / "workspaces" / "discs")
