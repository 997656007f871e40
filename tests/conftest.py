"""Small real data: pictures drawn here, folders and tables of them."""

import gc
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image, ImageDraw

from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source

COLOURS = ("red", "green", "blue", "orange", "purple", "black")
DrawPicture = Callable[..., Path]

settings.register_profile("patient", deadline=None)  # a busy machine makes any example slow once
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with tests that take long come first, so that two processes end together."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection() -> None:
    """Thousands of tests are there to stay: looking for garbage among them takes seconds, here and later."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, among what the tests make."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of what the tests do lands in the home of whoever runs them."""
    os.environ.setdefault("EXPLORER_HOME", str(tmp_path_factory.mktemp("own-home")))


@pytest.fixture
def draw() -> DrawPicture:
    """Draw a disc of a colour to a file; the suffix says the format."""

    def draw_picture(path: Path, colour: str = "red", size: tuple[int, int] = (48, 32), place: int = 8) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.new("RGB", size, "white")
        ImageDraw.Draw(image).ellipse((place, 4, place + 20, 24), fill=colour)
        image.save(path)
        return path

    return draw_picture


@pytest.fixture
def image_folder(tmp_path: Path, draw: DrawPicture) -> Path:
    """Twelve pictures: one at the top, the others in warm/ and cold/deep/, with a metadata.csv for some."""
    root = tmp_path / "pictures"
    draw(root / "top.png", "black")
    for number in range(11):
        folder = "warm" if number % 2 else "cold/deep"
        draw(root / folder / f"{number:02d}.jpg", COLOURS[number % len(COLOURS)], place=number)
    lines = ["file_name,caption,year", "warm/01.jpg,a green disc,1999", "cold/deep/00.jpg,a red disc,2001"]
    (root / "metadata.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


@pytest.fixture
def image_workspace(tmp_path: Path, image_folder: Path) -> Workspace:
    """A workspace of `image_folder`."""
    return import_source(image_folder, tmp_path / "workspaces" / "pictures")


@pytest.fixture
def text_workspace(tmp_path: Path) -> Workspace:
    """A workspace of six texts with a category and a number."""
    rows = [f'{n},"a {colour} disc, number {n}",{("even", "odd")[n % 2]},{n / 2}' for n, colour in enumerate(COLOURS)]
    table = tmp_path / "texts.csv"
    table.write_text("id,text,parity,half\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return import_source(table, tmp_path / "workspaces" / "texts")


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator with a fixed seed."""
    return np.random.default_rng(0)
