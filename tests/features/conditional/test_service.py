"""Conditions on a workspace, and GeneCIS on a small folder in COCO's form."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.commands.evaluation import app
from explorer.encoders import load_encoder
from explorer.encoders.base import Abilities
from explorer.features.conditional.aspect_values import (
    column_aspect,
    column_values,
    named_aspects,
    value_means,
    value_vectors,
)
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.evaluate_genecis import evaluate, load
from explorer.features.conditional.genecis import Picture
from explorer.features.conditional.service import best_method, condition_text, meaning, raw_item, why_not
from explorer.scenes import render, sample
from explorer.workspace.folder import Workspace
from explorer.workspace.preparing import prepare

JOINT = Abilities(images=True, texts=True, joint=True)


def dataset(**columns: list[object]) -> Dataset:
    count = len(next(iter(columns.values())))
    numbers = [str(number) for number in range(count)]
    return Dataset(pa.table({ID: numbers, PATH: [""] * count, TEXT: numbers, HASH: numbers, **columns}))


def test_values_of_a_column_come_by_number_with_their_items() -> None:
    found = column_values(dataset(kind=["a", "b", None, "b", " "]), "kind")
    assert found.names == ("b", "a")
    assert found.codes.tolist() == [1, 0, -1, 0, -1]
    assert column_aspect("no_of", column_values(dataset(no_of=[1.0, 2.0, 2.0]), "no_of")).prompts == ("no of: {}",)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (["a", "a", "a"], "has 1 different values: an aspect needs at least 2"),
        ([None, None, None], "has 0 different values"),
        (["a", "b", "c"], "its own value"),
        ([["a"], ["b"], ["a"]], "holds lists"),
    ],
)
def test_columns_that_are_no_aspect_say_why(column: list[object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        column_values(dataset(kind=column), "kind")


def test_means_of_values_are_those_of_a_plain_loop(rng: np.random.Generator) -> None:
    vectors, codes = rng.normal(size=(60, 4)).astype(np.float32), rng.integers(-1, 3, 60)
    rows = np.flatnonzero(rng.random(60) > 0.2)
    found = value_means(vectors, rows, codes, 4)
    for value in range(3):
        np.testing.assert_allclose(found[value], vectors[rows[codes[rows] == value]].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(found[3], vectors[rows[codes[rows] >= 0]].mean(axis=0), atol=1e-5)


def test_shipped_aspects_are_those_that_were_promised_and_differ() -> None:
    aspects = named_aspects()
    assert {"colour", "shape", "material", "count", "background", "style"} <= set(aspects)
    encoder = load_encoder("pocket")
    for aspect in aspects.values():
        assert all("{}" in prompt for prompt in aspect.prompts)
        vectors = value_vectors(encoder, aspect)
        assert (vectors @ vectors.T - np.eye(len(vectors)) < 0.999).all()


def test_what_a_method_lacks_is_said_with_a_way_on() -> None:
    words, column, aspect = Condition("text", "hat"), Condition("column", "kind"), Condition("aspect", "colour")
    assert "named aspect or a column" in why_not(METHODS["profile"], words, JOINT, "pocket")
    assert "attribute column" in why_not(METHODS["column-means"], aspect, JOINT, "pocket")
    assert "such as pocket" in why_not(METHODS["text"], aspect, Abilities(images=True), "histogram")
    assert why_not(METHODS["profile"], aspect, JOINT, "pocket") == ""
    assert why_not(METHODS["column-means"], column, Abilities(), "precomputed:v") == ""
    assert "such as pocket" in why_not(METHODS["image+text"], column, Abilities(), "precomputed:v")
    trained = [method for method in METHODS.values() if "combiner" in method.needs]
    assert all("explorer train combiner" in why_not(method, aspect, JOINT, "open_clip:none") for method in trained)


def test_the_first_method_is_one_that_can_answer() -> None:
    assert best_method(Condition("column", "kind"), Abilities(), "precomputed:v") == "column-means"
    assert best_method(Condition("aspect", "colour"), JOINT, "open_clip:none") == "profile"
    assert best_method(Condition("aspect", "colour"), Abilities(images=True), "histogram") == "image"


def test_conditions_in_words() -> None:
    colour = named_aspects()["colour"]
    assert condition_text(Condition("aspect", "colour"), colour) == "colour"
    assert "red" in condition_text(Condition("aspect", "colour", True, "red"), colour)
    assert condition_text(Condition("text", "at night", True), None) == "at night"


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    from explorer.workspace.importing import import_source

    folder = tmp_path_factory.mktemp("texts")
    things, colours = ("boat", "cup", "car", "hat"), ("red", "blue", "green", "white")
    lines = [f"a {c} {t},{c},{t}" for c in colours for t in things]
    (folder / "t.csv").write_text("text,colour,thing\n" + "\n".join(lines) + "\n", encoding="utf-8")
    ws = import_source(folder / "t.csv", folder / "workspaces" / "texts")
    prepare(ws, "sentence", method="pca", progress=Silent())
    return ws


def test_unknown_aspects_columns_and_values_are_refused(texts: Workspace) -> None:
    encoder, data = load_encoder("sentence"), texts.dataset()
    vectors = texts.embeddings(encoder.spec)
    for condition, words in (
        (Condition("aspect", "smell"), "Aspect: expected one of"),
        (Condition("column", "smell"), "Expected one of the columns"),
        (Condition("column", "colour", True, "gold"), "has no value 'gold'"),
    ):
        with pytest.raises(InputError, match=words):
            meaning(data, vectors, encoder, condition)


def test_a_change_may_name_a_value_of_its_own(texts: Workspace) -> None:
    encoder = load_encoder("sentence")
    vectors = texts.embeddings(encoder.spec)
    found = meaning(texts.dataset(), vectors, encoder, Condition("aspect", "colour", True, "golden"))
    assert found.wish == -1
    assert np.linalg.norm(found.condition) == pytest.approx(1, abs=1e-4)


def test_raw_item_points_where_the_stored_vector_does(texts: Workspace) -> None:
    encoder = load_encoder("sentence")
    raw = raw_item(texts, texts.dataset(), encoder, 3)
    stored = texts.embeddings(encoder.spec).vectors[3].astype(np.float32)
    assert float(raw @ stored / np.linalg.norm(raw)) == pytest.approx(1, abs=1e-3)


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
        evaluate(encoder, tmp_path, None, None, Silent())
    with pytest.raises(InputError, match="with --vg"):
        evaluate(encoder, templates, genecis / "coco", None, Silent())
    with pytest.raises(InputError, match="18 of 18 pictures are missing|17 of 17 pictures are missing"):
        evaluate(encoder, templates, tmp_path, tmp_path, Silent())
    with pytest.raises(ModelError, match="into one space"):
        evaluate(load_encoder("histogram"), templates, tmp_path, tmp_path, Silent())
    (tmp_path / "focus_object.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="JSON file of templates"):
        evaluate(encoder, tmp_path, tmp_path, tmp_path, Silent())


def test_crops_are_square_with_black_bars(genecis: Path) -> None:
    file = genecis / "vg" / "0.jpg"
    found = load(Picture(0, (40, 40, 60, 20)), file)
    assert found.size == (102, 102)
    assert found.getpixel((50, 1)) == (0, 0, 0)
    with pytest.raises(InputError, match="outside the picture"):
        load(Picture(0, (5000, 10, 20, 20)), file)
