"""`explorer match` and `explorer matches`."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import explorer as ex
from explorer.base.errors import InputError
from explorer.commands.match import app
from explorer.commands.matches import app as matches_app
from explorer.features.match.kept import kept_matches
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, args), "--model", ""], catch_exceptions=False)


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    left, right = tmp_path / "shelf.csv", tmp_path / "catalogue.csv"
    left.write_text("id,ocr,belongs\ns1,The Sea Wolt,b1\ns2,Wr and Peace,b2\ns3,unreadable,\n", encoding="utf-8")
    right.write_text("id,title\nb1,The Sea-Wolf\nb2,War and Peace\nb3,Emma\n", encoding="utf-8")
    return left, right


def test_links_are_shown_with_what_was_guessed_and_measured(lists: tuple[Path, Path]) -> None:
    said = run(*lists, "--truth", "belongs", "--threshold", "0.2").output
    assert "shelf.csv: compares the column “ocr”." in said
    assert "The Sea Wolt  =  The Sea-Wolf" in said
    words = "precision 1.000 (0.342 to 1.000), recall 1.000 (0.342 to 1.000), F1 1.000 (0.510 to 1.000)."
    assert f"Against the truth, 2 right links: {words}" in said
    none = run(*lists, "--truth", "belongs", "--threshold", "9").output
    assert "Against the truth, 0 right links: precision of no links, recall 0.000 (0.000 to 0.658)" in none


def test_links_are_written_and_the_match_is_kept(lists: tuple[Path, Path], tmp_path: Path) -> None:
    workspace = import_source(lists[1], tmp_path / "kept")
    out = tmp_path / "links.csv"
    run(*lists, "--out", out, "--keep", "books", "--workspace", workspace.path)
    first = pd.read_csv(out).to_dict("records")[0]
    assert (first["left_id"], first["right_id"]) in {("s1", "b1"), ("s2", "b2")}
    assert [one.name for one in kept_matches(workspace)] == ["books"]


def test_a_kept_match_is_listed_exported_and_taken_away(lists: tuple[Path, Path], tmp_path: Path) -> None:
    workspace: Workspace = import_source(lists[1], tmp_path / "kept")
    run(*lists, "--keep", "books", "--workspace", workspace.path)
    told = [
        CliRunner().invoke(matches_app, [str(workspace.path), *args], catch_exceptions=False).output
        for args in ([], ["--export", "books", "--out", str(tmp_path / "o.jsonl")], ["--away", "books"], [])
    ]
    assert told[0].startswith("books: shelf.csv and catalogue.csv, tfidf,")
    assert "Sea-Wolf" in (tmp_path / "o.jsonl").read_text(encoding="utf-8")
    assert "books is taken away" in told[2]
    assert told[3] == ""


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--set", "keep"], "expected NAME=VALUE"),
        (["--keep", "x"], "both --keep NAME and --workspace"),
        (["--truth", "belong"], "expected one of id, ocr, belongs"),
        (["--way", "nearest"], "way to link"),
        (["--threshold", "nan"], "expected a number"),
        (["--out", "links.txt"], "ending of the file"),
        (["--method", "telepathy"], "matcher"),
    ],
)
def test_what_makes_no_sense_is_told(lists: tuple[Path, Path], args: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        run(*lists, *args)


def test_in_python_lists_frames_and_files_are_matched(lists: tuple[Path, Path], tmp_path: Path) -> None:
    frame = pd.read_csv(lists[1])
    found = ex.match(lists[0], frame, left_column="ocr", right_ids="id", model="", threshold=0.2)
    assert dict(zip(found.table["left_id"], found.table["right_id"], strict=True)) == {"s1": "b1", "s2": "b2"}
    assert found.unmatched_left["id"].tolist() == ["s3"]
    assert found.unmatched_right["text"].tolist() == ["Emma"]
    assert found.score({"s1": "b1", "s2": ["b2"]}).recall[-1] == 1.0
    assert found.why("s1", "b1").fields
    assert len(found.link("one")) == 2
    assert found.export(tmp_path / "l.parquet").is_file()
    collection = ex.create(lists[1], "kept-in-python", prepare=False)
    found.keep(collection, "books")
    assert kept_matches(collection.workspace)[0].name == "books"


def test_one_list_of_texts_is_matched_with_itself() -> None:
    found = ex.match(["Ada Lovelace", "Lovelace, Ada", "Alan Turing"], method="token_set", way="mutual", model="")
    assert found.table[["left_id", "right_id"]].to_numpy().tolist() == [["1", "2"]]
    assert repr(found) == "<Match of 'left' and 'left': 1 link>"


def test_a_list_of_texts_has_no_columns() -> None:
    with pytest.raises(InputError, match="has no columns"):
        ex.match(["a"], left_column="name")


def test_a_language_model_without_a_name_or_log_is_told(lists: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Which model of http://localhost:1"):
        run(*lists, "--llm-url", "http://localhost:1")
    with pytest.raises(InputError, match="expected a log of a language model to replay"):
        run(*lists, "--llm-replay", tmp_path / "none.jsonl")
