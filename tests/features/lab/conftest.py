"""A small collection for the lab: 120 discs under the colour histogram, with a label and a number."""

from pathlib import Path

import pytest

from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import make_discs


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return some_items(tmp_path_factory.mktemp("lab"), 120)


def few_items(folder: Path) -> Opened:
    return some_items(folder, 20)


def some_items(folder: Path, count: int) -> Opened:
    def columns(number: int) -> dict[str, object]:
        return {"label": ("red", "green", "blue", "orange")[number % 4], "year": 1900 + number % 30}

    (folder / "files").mkdir()
    made = make_discs(folder / "discs", folder / "files", count, lambda number: 4 + number // 4, columns)
    return open_shared(made.path)
