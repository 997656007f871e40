"""Label, tab "By examples" with SimMatch: where its halves agree, and what it says of views of pictures."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.commands.main import app
from explorer.features.label.simmatch import method
from explorer.features.label.simmatch.settings import Settings
from tests.pages.visits import COLOURS, make_discs, opened, texts, visit


def test_agreement_and_views(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    monkeypatch.setattr(method, "Settings", lambda: Settings(steps=50, hidden=16))
    (tmp_path / "files").mkdir()
    make_discs(
        tmp_path / "workspaces" / "discs",
        tmp_path / "files",
        24,
        lambda number: 8 + number // 4,
        lambda number: {"colour": COLOURS[number % 4]},
    )
    run = CliRunner().invoke
    assert run(app, ["label", "column", "discs", "colour", "--each", "2"]).exit_code == 0
    guess = ["label", "guess", "discs", "--method", "simmatch"]
    assert run(app, guess).exit_code == 0
    with visit("10_Label", "discs") as test:
        said = texts(opened(test, tab="examples", method="simmatch"))
        assert "Do its two halves agree?" in said and "of 16 items without a label" in said
        assert "50 steps; in the last one" in said and "It learned from changed vectors" in said
        assert test.button(key="label.simmatch.views").label == "Make views of the pictures"
        assert run(app, ["label", "views", "discs"]).exit_code == 0
        assert "They came after this training: guess again" in texts(test.run())
