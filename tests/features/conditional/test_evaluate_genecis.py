"""GeneCIS on a small folder in COCO's form."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.commands.evaluate import app
from explorer.encoders import load_encoder
from explorer.features.conditional.evaluate_genecis import Folders, evaluate, load
from explorer.features.conditional.genecis import Picture
from explorer.scenes import render, sample


def coco(number: int) -> dict[str, object]:
    return {"val_image_id": number}


def crop(number: int) -> dict[str, object]:
    return {"image_id": number, "instance_bbox": [20, 20, 60, 40]}


@pytest.fixture(scope="module")
def genecis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Templates of two tasks in the official form, with 18 drawn pictures named as COCO and Visual Genome name them."""
    root, rng = tmp_path_factory.mktemp("genecis"), np.random.default_rng(0)
    for folder in ("coco", "vg", "templates"):
        (root / folder).mkdir()
    for number in range(18):
        picture = render(sample(rng))
        picture.save(root / "coco" / f"{number:012d}.jpg")
        picture.save(root / "vg" / f"{number}.jpg")
    for task in ("focus_object", "change_attribute"):
        make = coco if task.endswith("object") else crop
        entries = [
            {
                "condition": ("water", "red")[start % 2],
                "reference": make(start),
                "target": make(start + 1),
                "gallery": [make((start + 2 + step) % 18) for step in range(14)],
            }
            for start in range(3)
        ]
        (root / "templates" / f"{task}.json").write_text(json.dumps(entries), encoding="utf-8")
    return root


def test_genecis_runs_from_the_command_line(genecis: Path) -> None:
    folders = ["--coco", str(genecis / "coco"), "--vg", str(genecis / "vg")]
    result = CliRunner().invoke(app, ["genecis", "--templates", str(genecis / "templates"), *folders])
    assert result.exit_code == 0, result.output
    assert "focus_object: 3 questions, galleries of 15; chance R@1 6.7" in result.output
    assert "change_attribute" in result.output
    assert "Item + words, as GeneCIS" in result.output


def test_genecis_says_what_is_missing(genecis: Path, tmp_path: Path) -> None:
    encoder = load_encoder("pocket")
    templates = genecis / "templates"
    with pytest.raises(InputError, match="holds none of focus_attribute.json"):
        evaluate(encoder, tmp_path, Folders(None, None), Silent())
    with pytest.raises(InputError, match="with --vg"):
        evaluate(encoder, templates, Folders(genecis / "coco", None), Silent())
    with pytest.raises(InputError, match="18 of 18 pictures are missing|17 of 17 pictures are missing"):
        evaluate(encoder, templates, Folders(tmp_path, tmp_path), Silent())
    with pytest.raises(ModelError, match="into one space"):
        evaluate(load_encoder("histogram"), templates, Folders(tmp_path, tmp_path), Silent())
    (tmp_path / "focus_object.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="JSON file of templates"):
        evaluate(encoder, tmp_path, Folders(tmp_path, tmp_path), Silent())


def test_crops_are_square_with_black_bars(genecis: Path) -> None:
    file = genecis / "vg" / "0.jpg"
    found = load(Picture(0, (40, 40, 60, 20)), file)
    assert found.size == (102, 102)
    assert found.getpixel((50, 1)) == (0, 0, 0)
    with pytest.raises(InputError, match="outside the picture"):
        load(Picture(0, (5000, 10, 20, 20)), file)
