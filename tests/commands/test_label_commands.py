"""`explorer label`: labels in and out, guesses, columns, and messages."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.commands.main import app, main
from explorer.io.csv_rows import read_rows
from explorer.workspace.opened import Opened, open_shared
from tests.features.label.conftest import heaps

__all__ = ["heaps"]


def run(*words: str) -> str:
    told = CliRunner().invoke(app, ["label", *words])
    assert told.exit_code == 0, told.output
    return told.output


def problem(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    monkeypatch.setattr("sys.argv", ["explorer", "label", *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    return capsys.readouterr().err


def test_labels_by_hand_are_listed_undone_and_written(heaps: Opened, tmp_path: Path) -> None:
    ws = str(heaps.path)
    assert "No labels yet" in run("list", ws)
    assert "“left” given to 20 items" in run("give", ws, "left", "--where", "kind=a", "--by", "Ann")
    assert "“right” given to 1 item" in run("give", ws, "right", "--item", "b0")
    assert "20  left" in run("list", ws) and "1  right" in run("list", ws)
    assert "undo of: “right” given to 1 item" in run("undo", ws)
    assert "20 labels written to out.csv" in run("export", ws, str(tmp_path / "out.csv"))
    rows = read_rows(tmp_path / "out.csv").rows
    assert rows[0] == (2, {"id": "a0", "labeller": "Ann", "label": "left", "source": "by hand"}) and len(rows) == 20


def test_a_file_brings_labels_of_several_people(heaps: Opened, tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("id,label,labeller\na0,left,Ann\na0,right,Bob\nb0,right,\n", encoding="utf-8")
    told = run("file", str(heaps.path), str(file), "--by", "Cid")
    assert told.count("from the file labels.csv") == 3
    assert "1 item labelled differently by different people" in run("list", str(heaps.path))


def test_a_bad_file_changes_nothing_and_names_its_lines(
    heaps: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("id,label\nzz,left\na0,\na1,left\na1,right\n", encoding="utf-8")
    told = problem(monkeypatch, capsys, "file", str(heaps.path), str(file))
    assert "line 2: there is no item with the id 'zz'" in told and "line 3: expected a label" in told
    assert "line 5: me has given 'a1' another label above" in told
    file.write_text("id,kind\na0,left\n", encoding="utf-8")
    assert "expected the columns id and label" in problem(monkeypatch, capsys, "file", str(heaps.path), str(file))
    assert "No labels yet" in run("list", str(heaps.path))


def test_guesses_become_a_column_and_go_away(heaps: Opened) -> None:
    ws = str(heaps.path)
    assert "2 labels given to 6 items, from the column kind" in run("column", ws, "kind", "--each", "3")
    assert "40 items" in run("guess", ws, "--method", "neighbours")
    assert "guessed with at least 0.9 by k nearest neighbours" in run(
        "accept", ws, "side", "--method", "neighbours", "--above", "0.9"
    )
    assert set(open_shared(heaps.path).dataset.column("side").dropna()) == {"a", "b"}
    assert "side was taken away" in run("away", ws, "side")
    assert open_shared(heaps.path).dataset.attributes == heaps.dataset.attributes


def test_the_curve_is_told(heaps: Opened) -> None:
    told = run("curve", str(heaps.path), "kind", "--method", "neighbours", "--method", "logistic")
    assert "20 items tested, 5 draws" in told and told.count("of each") == 8


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["give", "WS", "left"], "Which items?"),
        (["give", "WS", "left", "--item", "zz"], "no item with the id 'zz'"),
        (["column", "WS", "none"], "Expected one of the columns"),
        (["guess", "WS"], "No item has a label yet"),
        (["curve", "WS", "none"], "Expected one of the columns"),
        (["undo", "WS"], "no such change"),
        (["export", "WS", "x.csv"], "There are no labels"),
        (["away", "WS", "x"], "no accepted column"),
    ],
)
def test_what_cannot_be_done_is_said(
    heaps: Opened, words: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(heaps.path) if one == "WS" else one for one in words]
    assert message in problem(monkeypatch, capsys, *words)
