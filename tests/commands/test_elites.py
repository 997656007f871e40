"""`explorer elites …`: every command of the guide as it is written, on a small demo."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.commands.elites import parse_cells
from explorer.commands.main import app
from explorer.features.elites.contract import METHODS
from explorer.workspace.demo import create_scenes_demo

GUIDE = (Path(__file__).parents[2] / "docs" / "elites.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]
FUNCTION = re.findall(r"```python\n(def .*?)```", GUIDE, re.DOTALL)[0]
SCENES = 120


def run(command: str) -> str:
    found = CliRunner().invoke(app, shlex.split(command)[1:], catch_exceptions=False)
    assert found.exit_code == 0, f"{command}: {found.output}"
    return found.output


@pytest.mark.slow
def test_the_commands_of_the_guide_run_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(FUNCTION, encoding="utf-8")
    create_scenes_demo(tmp_path / "workspaces", Silent(), SCENES)
    shown = {command: run(command) for command in COMMANDS}
    said = "\n".join(shown.values())
    assert len(COMMANDS) >= 8
    assert "About three random seed 1: done, random over data, 50 of 50 evaluations" in said
    assert "Dark by edges: done, guided over data, 100 of 100 evaluations" in said
    assert Path("map.html").stat().st_size > 10_000
    assert all(f"  {name} " in said for name in METHODS)


def test_the_guide_names_every_emitter() -> None:
    assert all(f"`{name}`" in GUIDE for name in METHODS)


def test_one_number_of_cells_counts_for_every_axis() -> None:
    assert parse_cells("20", 1) == (20,)
    assert parse_cells("20", 2) == (20, 20)
    assert parse_cells("20x30", 2) == (20, 30)
    with pytest.raises(InputError, match="Resolution: expected numbers such as 20x20"):
        parse_cells("many", 2)
