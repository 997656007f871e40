"""The guide and the README as their readers use them: every command and every snippet runs, every name is there."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docs.make_notebook import CELLS, MOST_BYTES, NOTEBOOK
from explorer.base.shipped import ROOT
from explorer.commands.main import app
from explorer.features.elites.contract import METHODS
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import is_workspace
from tests.docs_blocks import (
    EXPLORER,
    PAGES,
    Block,
    blocks_of,
    check_usage,
    command_names,
    mentioned,
    sentences_of,
    text_of,
    unknown_options,
)
from tests.docs_data import copy_home, lay_out, make_scenes, people_answer

KINDS = {"sh": "every line runs", "python": "runs", "sh long": "only its form is checked", "text": "is only shown"}
RUN = {"sh", "python"}
SAID = {
    "elites.md": [
        "About three random seed 1: done, random over data, 50 of 50 evaluations",
        "Dark by edges: done, guided over data, 100 of 100 evaluations",
        *(f"  {name} " for name in METHODS),
    ]
}
"""What the commands of a page tell, among other things."""
RUNNING = [page for page in PAGES if RUN & {block.info for block in blocks_of(page)}]
LONG = [block for page in PAGES for block in blocks_of(page) if block.info == "sh long"]
COMMAND = re.compile(r"^ +(explorer|make|\.venv/bin/explorer) ", re.MULTILINE)
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with the demo in it, in small."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("prepared") / "home"
        patch.setenv("EXPLORER_HOME", str(home))
        make_scenes(home)
        yield home


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_what_it_is_and_no_command_hides(page: str) -> None:
    blocks = blocks_of(page)
    assert text_of(page).count("```") == 2 * len(blocks)
    assert {block.info for block in blocks} <= set(KINDS)
    assert not COMMAND.search(sentences_of(page))
    assert not [block for block in blocks if block.info == "text" and COMMAND.search("\n " + block.text)]


@pytest.mark.slow
@pytest.mark.parametrize("page", RUNNING)
def test_the_commands_and_snippets_of_a_page_run_in_order(
    page: str, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, folder = tmp_path / "home", tmp_path / "work"
    copy_home(prepared, home)
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    lay_out(page, home, folder)
    said = ""
    for block in blocks_of(page):
        if block.info == "sh":
            said += "".join(run(words, monkeypatch) for words in block.commands)
        elif block.info == "python":
            exec(compile(block.text, f"{page}:{block.line}", "exec"), {"__name__": "__main__"})
        if is_workspace(home / "workspaces" / "scenes"):
            people_answer(Workspace.open(home / "workspaces" / "scenes"))
    assert [told for told in SAID.get(page, ()) if told not in said] == [], said


@pytest.mark.slow
def test_the_cells_of_the_notebook_run_in_order(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_home(prepared, tmp_path / "home")
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    space: dict[str, object] = {"__name__": "__main__"}
    for number, (kind, text) in enumerate(CELLS):
        if kind == "code":
            *first, last = ast.parse(text).body
            exec(compile(ast.Module(first, []), f"cell {number}", "exec"), space)
            if isinstance(last, ast.Expr):
                shown = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), space)
                draw = getattr(shown, "_repr_mimebundle_", None) or getattr(shown, "_repr_html_", None)
                assert draw is None or draw()
            else:
                exec(compile(ast.Module([last], []), f"cell {number}", "exec"), space)


def test_the_notebook_holds_these_cells_with_what_they_show_and_nothing_of_the_machine() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    cells = json.loads(text)["cells"]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in cells] == list(CELLS)
    outputs = [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]
    assert all(outputs) and "error" not in {one["output_type"] for shown in outputs for one in shown}
    assert len(text.encode()) < MOST_BYTES
    assert not re.findall(r"[\" (](/(?:home|root|tmp|usr|work|Users)/[^\" ]*)", text)


def run(words: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What a command tells, run in this process: another one would take seconds to import the same again."""
    if words[0] == "export":
        for word in words[1:]:
            monkeypatch.setenv(*word.split("=", 1))
        return ""
    assert words[0] in EXPLORER, f"Neither explorer nor export: {words}"
    result = CliRunner().invoke(app, words[1:])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"{words}: {result.exception!r}\n{result.output}") from result.exception
    assert result.exit_code == 0, f"{words}\n{result.output}"
    return result.output


@pytest.mark.parametrize("block", LONG, ids=lambda block: f"{block.page}:{block.line}")
def test_long_commands_have_the_form_that_the_program_takes(block: Block) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for words in block.commands:
        if words[0] == "make":
            names = {word.partition("=")[0] for word in words[1:]}
            assert names <= {*TARGET.findall(makefile), "DATA", "TESTS", "PYTHON"}
        elif words[0] == "export":
            assert all("=" in word for word in words[1:])
        else:
            assert words[0] in EXPLORER
            check_usage(words[1:])


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_sentences_exist_with_their_options(page: str) -> None:
    assert [words for words in mentioned(page) if unknown_options(words)] == []


def test_the_table_of_commands_names_every_command_and_only_options_that_they_have() -> None:
    rows = re.findall(r"^\| `explorer ([^`]+)` \| (.*) \|$", sentences_of("guide.md"), re.MULTILINE)
    assert {command.split()[0] for command, _ in rows} == command_names()
    for command, told in rows:
        options = re.findall(r"`(--?[a-z][a-z-]*)`", told)
        assert unknown_options([*command.split(), *options]) == [], command


def test_the_guide_quotes_only_messages_that_are_printed() -> None:
    table = text_of("guide.md").partition("## When something goes wrong")[2]
    quoted = [
        said for cell in re.findall(r"^\| (“.*?) \|", table, re.MULTILINE) for said in re.findall("“([^”]+)”", cell)
    ]
    assert len(quoted) >= 5
    said = (ROOT / "Makefile").read_text(encoding="utf-8")
    said += "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "explorer").rglob("*.py")))
    assert [message for message in quoted if message not in said] == []
