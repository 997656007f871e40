"""The command line."""

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from explorer.commands.main import app, main
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import list_jobs, start

COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def explorer(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command answers, run in this process: another one would take seconds to import the same again."""
    code, out, err = 0, StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["explorer", *arguments])
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def test_from_a_folder_to_a_map_and_an_export(home: Path, image_folder: Path, tmp_path: Path) -> None:
    done = explorer("import", str(image_folder))
    assert done.returncode == 0, done.stderr
    assert "pictures: 12 items, 12 new." in done.stdout
    done = explorer("embed", "pictures", "--model", "histogram")
    assert "12 embedded, 0 kept, 0 skipped" in done.stdout, done.stderr
    assert (
        "12 items: every query is compared with all of them"
        in explorer("index", "pictures", "--model", "histogram").stdout
    )
    assert "pca map of 12 of 12 items" in explorer("map", "pictures", "-m", "histogram", "--method", "pca").stdout
    told = explorer("info", "pictures").stdout
    assert "histogram: 12 of 12 items, 512 numbers each" in told
    assert "maps      pca" in told
    assert "pictures: 12 items" in explorer("info").stdout
    assert explorer("export", "pictures", str(tmp_path / "out.csv")).returncode == 0
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 13
    done = explorer("export", "pictures", str(tmp_path / "out.html"), "--link", "q=item:1:top.png", "--column", "year")
    assert "12 items written" in done.stdout, done.stderr
    assert '"picked":' in (tmp_path / "out.html").read_text(encoding="utf-8")
    done = explorer("export", "pictures", str(tmp_path / "out.doc"))
    assert done.returncode == 2 and "html, svg, pdf, png" in done.stderr


def test_copies_and_outliers_of_texts(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "notes.csv"
    table.write_text("id,text\na,A red car\nb,a  red car!\nc,the sea at night\n", encoding="utf-8")
    explorer("import", str(table))
    explorer("embed", "notes")
    done = explorer("duplicates", "notes", "--export", str(tmp_path / "copies.csv"))
    assert "1 group with 2 items; keeping one of each removes 1." in done.stdout, done.stderr
    lines = (tmp_path / "copies.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith('"group","agreement"') and [line[:3] for line in lines[1:]] == ['"a"', '"b"']
    assert len(explorer("outliers", "notes", "-k", "2").stdout.splitlines()) == 2
    assert explorer("duplicates", "notes", "--threshold", "2").returncode == 2


def test_searching_by_words_items_and_conditions(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "animals.csv"
    lines = [f"{n},{('a grey cat', 'a brown dog', 'a red car')[n % 3]},{2000 + n}" for n in range(12)]
    table.write_text("\n".join(["id,text,year", *lines]) + "\n", encoding="utf-8")
    explorer("import", str(table))
    explorer("embed", "animals")
    found = explorer("search", "animals", "a vehicle", "--where", "year=2006..", "-k", "2")
    assert [line.split()[2] for line in found.stdout.splitlines()] == ["8", "11"], found.stderr
    assert "Every item was compared" in found.stderr
    records = explorer("search", "animals", "--item", "3", "--minus", "a car", "--json", "-k", "1").stdout
    assert json.loads(records)["text"] == "a grey cat"
    assert "expected column=value" in explorer("search", "animals", "cat", "--where", "year").stderr
    assert explorer("export", "animals", str(tmp_path / "x.csv"), "--view", "nix").returncode == 2


def test_methods_are_listed_with_baseline_and_source() -> None:
    told = explorer("methods", "elites").stdout
    assert "baseline: random" in told
    assert "Mouret and Clune" in told


def test_importing_again_updates_the_same_workspace_and_another_source_gets_another_name(
    home: Path, image_folder: Path, tmp_path: Path
) -> None:
    explorer("import", str(image_folder))
    (image_folder / "top.png").unlink()
    (image_folder / "void.png").touch()
    told = explorer("import", str(image_folder)).stdout
    assert "pictures: 11 items, 1 removed, 11 unchanged." in told
    assert "1 item no longer in the source: top" in told
    assert "1 item left out: void.png (an empty file (0 bytes))." in told
    other = tmp_path / "other" / "pictures.csv"
    other.parent.mkdir()
    other.write_text("text\none little text\nanother little text\n", encoding="utf-8")
    assert "pictures-2: 2 items" in explorer("import", str(other)).stdout


def test_files_that_are_no_images_are_told_and_listed(home: Path, image_folder: Path) -> None:
    (image_folder / "letter.jpg").write_text("not a picture", encoding="utf-8")
    explorer("import", str(image_folder))
    done = explorer("embed", "pictures", "--model", "histogram")
    assert "12 embedded, 0 kept, 1 skipped (explorer info says which and why)." in done.stdout
    assert "    letter.jpg: expected an image" in explorer("info", "pictures").stdout


def test_the_columns_can_be_named(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "letters.tsv"
    table.write_text("a\tb\tc\nfirst one\tx\t1\nsecond one\ty\t2\n", encoding="utf-8")
    assert explorer("import", str(table), "--text", "b", "--id", "c").returncode == 0
    dataset = Workspace.open(home / "workspaces" / "letters").dataset()
    assert dataset.table.column("text").to_pylist() == ["x", "y"]
    assert list(dataset.ids) == ["1", "2"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["info", "nowhere"], 2, "no workspace named 'nowhere'"),
        (["import", "/no/such/folder"], 2, "there is nothing there"),
        (["embed", "../outside"], 2, "not a workspace"),
        (["search", "nowhere", "a cat"], 2, "no workspace named 'nowhere'"),
        (["methods", "cooking"], 2, "feature: expected one of conditional"),
        (["demo", "cats"], 2, "expected one of scenes, notes, digits, shop; got 'cats'"),
        (["serve", "--port", "no"], 2, "Invalid value"),
    ],
)
def test_mistakes_end_in_one_line_and_not_in_a_traceback(
    home: Path, arguments: list[str], code: int, words: str
) -> None:
    done = explorer(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_job_runs_the_same_command(home: Path, image_workspace: Workspace) -> None:
    start(image_workspace.path, ["embed", str(image_workspace.path), "-m", "histogram"], "Embed")
    for _ in range(600):
        (job,) = list_jobs(image_workspace.path)
        if job.state != "running":
            break
        import time

        time.sleep(0.1)
    assert (job.state, job.error, job.done) == ("done", "", 12)
    assert "done" in explorer("jobs", str(image_workspace.path)).stdout


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, explorer.commands.main\n"
        "from typer.testing import CliRunner\n"
        "print(CliRunner().invoke(explorer.commands.main.app, ['--help']).output)\n"
        "heavy = {'torch', 'streamlit', 'pandas', 'pyarrow', 'sklearn', 'umap', 'hnswlib', 'numpy'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"COLUMNS": "120"}
    )
    assert "HEAVY []" in done.stdout, done.stderr
    for name in COMMANDS:
        assert f" {name.rstrip('_')} " in done.stdout or name == "evaluate"


def test_every_command_is_in_the_guide() -> None:
    chapters = sorted((Path(__file__).parents[2] / "docs").glob("*.md"))
    guide = "\n".join(path.read_text(encoding="utf-8") for path in chapters)
    missing = [name for name in COMMANDS if f"explorer {name.rstrip('_')}" not in guide]
    assert not missing


def test_bench_tells_what_it_can_measure() -> None:
    done = explorer("bench", "--help")
    assert done.returncode == 0
    assert "Names: annotate, compare" in done.stdout


def test_a_data_root_lets_absolute_paths_in(home: Path, image_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tab").mkdir()
    table = tmp_path / "tab" / "t.csv"
    table.write_text(f"filepath,label\n{image_folder}/top.png,a\n", encoding="utf-8")
    refused = explorer("import", str(table))
    assert refused.returncode == 2
    assert f"--data-root {image_folder}" in refused.stderr
    done = explorer("import", str(table), "--data-root", str(image_folder))
    assert (done.returncode, "1 items" in done.stdout) == (0, True)


def test_an_empty_option_says_that_there_is_no_such_column(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,text\na,one\nb,two\n", encoding="utf-8")
    done = explorer("import", str(table), "--id", "", "--text", "text")
    assert "row numbers are the ids" in done.stdout
