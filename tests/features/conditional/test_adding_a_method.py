"""The page docs/adding_a_method.md, followed: its file and one line, and everything else finds the method."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.commands.main import app
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.service import methods_for, neighbours
from explorer.features.registry import table_of
from explorer.workspace.opened import Opened

PAGE = Path(__file__).resolve().parents[3] / "docs" / "adding_a_method.md"
(CODE,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
LINE = '\nfrom explorer.features.conditional.contract import METHODS\n\nMETHODS["centred"] = CENTRED\n'


def test_page_command_and_table_find_it(texts: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, object] = {}
    exec(compile(CODE, "centred.py", "exec"), made)
    monkeypatch.setitem(METHODS, "centred", made["CENTRED"])
    colour, spec = Condition("column", "colour"), texts.encoders[0]
    assert methods_for(texts, spec, colour)["centred"] == ""
    assert len(neighbours(texts, spec, row=0, condition=colour, method="centred", count=5).rows) == 5
    assert "Centred cosine" in CliRunner().invoke(app, ["methods"]).output
    assert "| `centred` | Centred cosine |" in table_of("conditional")


def test_the_contract_suite_takes_it_in(tmp_path: Path) -> None:
    assert len(CODE.splitlines()) < 40
    (tmp_path / "with_centred.py").write_text(CODE + LINE, encoding="utf-8")
    suite = str(Path(__file__).with_name("test_contract.py"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "with_centred", suite, "-k", "centred and not guide"]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert re.search(r"1\d passed", done.stdout), done.stdout
