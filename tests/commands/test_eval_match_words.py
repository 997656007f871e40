"""`explorer eval match columns`, `sentences`, `titles`, `questions`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.commands.eval_match_words import evaluate
from explorer.features.match import service


def bag(model: str, texts: Sequence[str]) -> Floats:
    """A small working model."""
    found = np.full((len(texts), 128), 1e-3, np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().split():
            found[row, sum(map(ord, word)) % 128] += 1
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_embed", bag)
    for name in ("URL", "MODEL", "KEY", "LOG", "REPLAY"):
        monkeypatch.delenv(f"EXPLORER_LLM_{name}", raising=False)


def told(*arguments: str) -> str:
    ran = CliRunner().invoke(evaluate, list(arguments), catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.output


def glossary(folder: Path) -> list[str]:
    columns, terms = folder / "columns.csv", folder / "terms.csv"
    columns.write_text("id,column,table,right\n1,DOB,actors,b\n2,numSeats,trains,s\n3,zzz,,\n")
    terms.write_text("id,label,description\nb,date of birth,\ns,number of seats,how many can sit\n")
    return ["columns", str(columns), str(terms), "--truth", "right", "--column", "column", "--term", "label"]


def test_columns(tmp_path: Path) -> None:
    said = told(*glossary(tmp_path), "--method", "columns-letters", "--method", "columns", "--set", "keep=1")
    assert "2 columns, 2 terms" in said
    assert "columns            Hit@1 1.000" in said
    assert "columns without an answer" in said
    rules = told(*glossary(tmp_path), "--method", "columns-judged")
    assert "Rules, no language model, judged" in rules
    with pytest.raises(InputError, match="expected a log of a language model to replay"):
        told(*glossary(tmp_path), "--llm-replay", str(tmp_path / "none.jsonl"))
    with pytest.raises(InputError, match="--set: expected NAME=VALUE, got 'keep'"):
        told(*glossary(tmp_path), "--set", "keep")


def test_sentences(tmp_path: Path) -> None:
    left, right = tmp_path / "rows.csv", tmp_path / "said.csv"
    left.write_text("id,text,right\n1,red cat sleeps,b\n2,blue dog runs,a\n3,green bird,\n")
    right.write_text("id,text\na,a blue dog\nb,the red cat\n")
    said = told("sentences", str(left), str(right), "--truth", "right", "--set", "epochs=2")
    assert "TF-IDF of words  MRR 1.000 (1.000 to 1.000)" in said and "walks" in said and "n 2" in said


def test_titles(tmp_path: Path) -> None:
    file = tmp_path / "titles.csv"
    rows = [f"{('old', 'young')[n % 2]} {('baker', 'nurse', 'miner', 'smith')[n % 4]}{n},{n % 4}e" for n in range(80)]
    file.write_text("title,entry\n" + "\n".join(rows) + "\n")
    said = told("titles", str(file), "--titles", "title", "--entry", "entry")
    assert "TF-IDF of letters" in said and "Letters and meaning" in said and "R@10" in said
