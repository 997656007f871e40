"""`explorer train tables`, `explorer eval match tables` and `products` from the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.base.errors import InputError
from explorer.commands import train
from explorer.commands.eval_match_records import evaluate
from explorer.features.match.tables.head import load_tabsim
from tests.features.match.tables.tables_drawn import drawn_pairs

RUNNER = CliRunner()


def written(path: Path, count: int) -> Path:
    pairs = drawn_pairs(count)
    tables = [
        {"name": name, "caption": caption, "header": list(header), "cells": [list(row) for row in rows]}
        for name, caption, header, rows in zip(
            pairs.names, pairs.tables.captions, pairs.tables.headers, pairs.tables.cells, strict=True
        )
    ]
    ends = zip(pairs.left.tolist(), pairs.right.tolist(), pairs.same.tolist(), strict=True)
    lines = [json.dumps({"left": tables[a], "right": tables[b], "same": same}) for a, b, same in ends]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_tables_are_learned_from_and_the_head_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    pairs = written(tmp_path / "pairs.jsonl", 24)
    done = RUNNER.invoke(train.app, ["tables", str(pairs), "--name", "mine", "--epochs", "1"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "The head mine learned from 24 pairs of 12 tables" in done.stdout
    assert load_tabsim("mine").mix.weights
    card = (tmp_path / "home" / "heads" / "mine" / "card.md").read_text()
    assert "- pairs: 24" in card
    assert "soap" not in card


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected one of last, unseen"):
        RUNNER.invoke(
            evaluate,
            ["tables", str(written(tmp_path / "pairs.jsonl", 8)), "--split", "random"],
            catch_exceptions=False,
        )
    with pytest.raises(InputError, match=r"gone.csv"):
        RUNNER.invoke(evaluate, ["products", str(tmp_path / "gone.csv"), "x.csv"], catch_exceptions=False)
