"""The table of docs/formats.md: each cell against the registry, and against a collection that goes there and back."""

import re
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from explorer.base.errors import ExplorerError
from explorer.base.progress import Silent
from explorer.io.formats.contract import KEPT
from explorer.io.formats.registry import MODULES, format_named
from explorer.library.bunch import bunch_of, import_bunch
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from tests.io.formats.conftest import CHECKS, check_same, there_and_back

ROOT = Path(__file__).parents[3]
DATA = Path(__file__).parent / "data"
FROM_PYTHON = "from Python"
NONE = "–"


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    title: str
    name: str
    goes: tuple[str, str]
    kept: frozenset[str]
    lost: frozenset[str]
    extra: str
    tried: dict[str, str]


def rows() -> list[Row]:
    lines = re.findall(r"^\| (.*) \|$", (ROOT / "docs" / "formats.md").read_text(encoding="utf-8"), re.MULTILINE)
    cells = [[cell.strip().strip("`") for cell in line.split(" | ")] for line in lines]
    return [_row(*line) for line in cells if line[0] != "Format"]


def _row(title: str, name: str, read: str, written: str, kept: str, lost: str, extra: str, tried: str) -> Row:  # noqa: PLR0913
    parts = [frozenset(cell.split(", ")) - {NONE} for cell in (kept, lost)]
    versions = dict(one.rsplit(" ", 1) for one in tried.split(", "))
    return Row(title, name, (read, written), parts[0], parts[1], "" if extra == NONE else extra, versions)


ROWS = rows()


@pytest.fixture(scope="module")
def generators() -> str:
    """What the scripts say that made the files in data/."""
    return "\n".join(path.read_text(encoding="utf-8") for path in DATA.rglob("make*.py"))


@pytest.fixture
def boxed(tmp_path: Path) -> Workspace:
    """Four pictures with boxes, as FiftyOne wrote them."""
    return import_source(shutil.copytree(DATA / "label_tools" / "fiftyone", tmp_path / "boxed"), tmp_path / "boxes")


def back(ws: Workspace, row: Row, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The collection after the way out and in again."""
    if row.name == FROM_PYTHON:
        monkeypatch.setenv("EXPLORER_HOME", str(folder / "home"))
        return import_bunch(bunch_of(ws), "again", Silent())
    return there_and_back(ws, row.name, folder / f"items{format_named(row.name).ending}")


def test_the_table_has_the_formats_of_the_registry() -> None:
    assert [row.name for row in ROWS] == [*MODULES, FROM_PYTHON]
    for row in ROWS[:-1]:
        kind = format_named(row.name)
        assert (row.title, row.extra, row.kept) == (kind.title, kind.extra, kind.keeps)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_is_kept_comes_back_and_what_is_not_does_not(
    row: Row, rich: Workspace, boxed: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert row.goes == ("yes", "yes")
    assert row.kept | row.lost == set(KEPT) and not row.kept & row.lost
    again = back(rich, row, tmp_path / "out", monkeypatch)
    check_same(rich, again, row.kept - {"boxes"})
    for part in row.lost:
        with pytest.raises((AssertionError, ExplorerError)):
            CHECKS[part](rich, again)
    if "boxes" in row.kept:
        check_same(boxed, back(boxed, row, tmp_path / "boxes-out", monkeypatch), frozenset({"ids", "boxes"}))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_versions_are_those_that_the_tests_run_with_or_that_made_their_files(row: Row, generators: str) -> None:
    for name, tried in row.tried.items():
        try:
            assert version(name) == tried
        except PackageNotFoundError:
            assert f"{name} {tried}" in generators
