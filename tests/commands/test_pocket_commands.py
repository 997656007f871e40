"""`explorer eval photos`: what is printed and written, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from explorer.base.errors import ExplorerError
from explorer.commands.main import app
from explorer.scenes import attributes, render, sample
from recipes.pocket import report

COLOURS = ("red", "blue")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn scenes, a folder for each colour of what they show."""
    folder, rng = tmp_path_factory.mktemp("kinds"), np.random.default_rng(3)
    for colour in COLOURS:
        (folder / colour).mkdir()
    waiting = dict.fromkeys(COLOURS, 6)
    while any(waiting.values()):
        scene = sample(rng)
        colour = str(attributes(scene)["colour"])
        if waiting.get(colour):
            render(scene, 96).save(folder / colour / f"{waiting[colour]}.png")
            waiting[colour] -= 1
    return folder


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["eval", "photos", *map(str, arguments)])
    return done.exit_code, done.output


def test_pocket_finds_colours_by_their_names(folder: Path, tmp_path: Path) -> None:
    code, output = run(folder, "--result", tmp_path / "result.json")
    assert code == 0, output
    written = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (written["model"], written["kinds"], written["pictures"], written["unread"]) == ("pocket", 2, 12, [])
    row = written["table"]["zero-shot"]
    assert row["pocket"]["value"] > 0.8 > row["chance"] == 0.5
    assert row["pocket"]["low"] <= row["pocket"]["value"] <= row["pocket"]["high"]
    assert {"pocket", "chance", "histogram"} == set(written["table"]["mAP"])
    assert "12 pictures of 2 kinds" in output
    assert f"| zero-shot | {row['pocket']['value']:.3f} (" in output


def test_a_model_without_words_is_measured_by_neighbours_alone(folder: Path) -> None:
    code, output = run(folder, "--model", "histogram")
    assert code == 0, output
    assert "nearest neighbour" in output
    assert "zero-shot" not in output


def test_a_damaged_picture_is_told_beside_the_table(folder: Path, tmp_path: Path) -> None:
    for i, colour in enumerate(("red", "red", "blue", "blue")):
        (tmp_path / colour).mkdir(exist_ok=True)
        Image.new("RGB", (40, 40), colour).save(tmp_path / colour / f"{i}.png")
    (tmp_path / "red" / "broken.png").write_bytes(b"nothing")
    code, output = run(tmp_path, "--model", "histogram")
    assert code == 0, output
    assert "Passed over: " in output
    assert "broken.png" in output
    assert "4 pictures of 2 kinds" in output


def test_what_cannot_be_measured_is_told(folder: Path, tmp_path: Path) -> None:
    for arguments, told in (
        ((tmp_path,), "at least two folders"),
        ((folder, "--model", f"pocket:{tmp_path}"), "pocket.safetensors is missing"),
        ((folder, "--model", "histogram", "--teacher", tmp_path), "has no words for pictures"),
    ):
        done = CliRunner().invoke(app, ["eval", "photos", *map(str, arguments)])
        assert isinstance(done.exception, ExplorerError)
        assert told in str(done.exception)


def test_kept_back_folders_are_rows_of_pockets_own_table(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slow in ("evaluate_scenes", "evaluate_scene_histogram"):
        monkeypatch.setattr(report, slow, lambda *args: None)
    monkeypatch.setattr(report, "speed", lambda pocket: {"float32": 1.0})
    arguments = ["eval", "pocket", "--kept-back", str(folder), "--result", str(tmp_path / "result.json")]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert f"| {folder.name}: zero-shot |  | " in done.output
    table = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["table"]
    assert {row.partition(": ")[0] for row in table} == {folder.name}
    assert table[f"{folder.name}: mAP"]["chance"] == pytest.approx(0.5, abs=0.1)
