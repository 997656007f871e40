"""Files that FiftyOne, datumaro and Label Studio's SDK wrote (`data/label_tools/make.py`), and boxes in and out."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO

from explorer.io import columns
from explorer.io.boxes import Box, box_columns, in_pixels
from explorer.io.images import image_size
from explorer.workspace.exporting import export_format
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source
from explorer.workspace.tags import tag_store
from tests.conftest import DrawPicture

MADE = Path(__file__).parent / "data" / "label_tools"
SIZE = (40, 30)
AREAS = {"red": [4, 6, 14, 14], "green": [20, 4, 16, 20], "blue": [10, 10, 20, 18], "yellow": [2, 2, 12, 10]}
TOOLS = {"coco": "out", "fiftyone": "out", "label-studio": "out", "cvat": "out.zip"}


def by_colour(ws: Workspace) -> dict[str, dict[str, Any]]:
    return {Path(item["path"]).stem: item for item in ws.dataset().table.to_pylist()}


def boxes_in(ws: Workspace, column: str) -> dict[str, list[Box]]:
    found = box_columns(ws.dataset().table)[column]
    paths = ws.dataset().table.column("path").to_pylist()
    return {Path(path).stem: boxes for path, boxes in zip(paths, found, strict=True)}


def notes_of(ws: Workspace) -> str:
    report = read_report(ws)
    assert report is not None
    return "\n".join(report.notes)


def brought(tmp_path: Path, name: str) -> Workspace:
    """The folder that a tool made, imported from a copy of it."""
    return import_source(shutil.copytree(MADE / name, tmp_path / name), tmp_path / "ws")


def tasks_with_pictures(tmp_path: Path, name: str, prefix: str = "") -> Path:
    """A file of Label Studio beside the pictures that it names."""
    for path in (MADE / "fiftyone" / "data").iterdir():
        number = list(AREAS).index(path.stem)
        target = tmp_path / "in" / "images" / f"{prefix.format(number)}{path.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copy(MADE / "label_studio" / name, tmp_path / "in" / name)
    return tmp_path / "in"


def test_a_dataset_of_fiftyone(tmp_path: Path) -> None:
    ws = brought(tmp_path, "fiftyone")
    items = by_colour(ws)
    assert {name: item["split"] for name, item in items.items()} == {
        "red": "train",
        "green": "train",
        "blue": "test",
        "yellow": "test",
    }
    blue = items["blue"]
    assert (blue["colour"], blue["colour_confidence"], blue["text"]) == ("blue", 0.7, "A blue box.")
    assert (blue["seen"], blue["side"], blue["count"], blue["good"]) == (["box", "blue"], 3.0, 2, True)
    assert tag_store(ws).pairs().to_pylist() == [
        {"tag": "checked", "item": f"data/{name}.png"} for name in ("green", "yellow")
    ]
    box = boxes_in(ws, "ground_truth_boxes")["blue"][0]
    assert in_pixels(box, SIZE) == AREAS["blue"]
    assert (box.score, box.crowd, box.own_attributes()) == (0.75, True, {"material": "paper"})
    vectors = ws.embeddings("precomputed:embedding")
    row = ws.dataset().row_of("data/red.png")
    assert np.allclose(vectors.vectors[row], np.arange(1, 5) / np.linalg.norm(np.arange(1, 5)))
    assert "metadata.json" not in notes_of(ws)


@pytest.mark.parametrize("name", ["fiftyone_coco", "fiftyone_cvat", "datumaro_coco", "datumaro_cvat"])
def test_boxes_of_coco_and_cvat_by_other_tools(tmp_path: Path, name: str) -> None:
    ws = brought(tmp_path, name)
    for colour, boxes in boxes_in(ws, "boxes").items():
        if colour != "yellow" or name.startswith("datumaro"):
            assert in_pixels(boxes[0], SIZE) == AREAS[colour] and boxes[0].label == "box", colour
    items = by_colour(ws)
    if name.startswith("fiftyone"):
        assert boxes_in(ws, "boxes")["blue"][0].crowd
    else:
        assert {colour: item["split"] for colour, item in items.items()} == {
            "red": "train",
            "green": "train",
            "blue": "val",
            "yellow": "val",
        }
        assert items["yellow"]["labels"] == ["box", "sharp"]
    if name == "datumaro_coco":
        assert items["blue"]["text"] == "A blue box."
    if name == "datumaro_cvat":
        assert items["blue"]["label"] == "sharp" and "1 shape other than boxes (1 polygon)" in notes_of(ws)


@pytest.mark.parametrize("name", ["tasks.json", "min.json", "coco.json"])
@pytest.mark.parametrize("prefix", ["", "1a2b3c4{}-"])
def test_exports_of_label_studio(tmp_path: Path, name: str, prefix: str) -> None:
    ws = import_source(tasks_with_pictures(tmp_path, name, prefix), tmp_path / "ws")
    items = {colour.rpartition("-")[2]: item for colour, item in by_colour(ws).items()}
    column = "boxes" if name == "coco.json" else "thing_boxes"
    for colour, boxes in boxes_in(ws, column).items():
        if not colour.endswith("yellow"):
            assert (
                in_pixels(boxes[0], SIZE) == pytest.approx(AREAS[colour.rpartition("-")[2]]) and boxes[0].label == "box"
            )
    assert "without an image here" not in notes_of(ws)
    if name == "coco.json":
        return
    blue = items["blue"]
    assert (blue["colour"], blue["seen"], blue["stars"], blue["text"]) == ("blue", ["box", "sharp"], 3, "A blue box.")
    assert (blue["task_id"], blue["split"], blue["price"]) == (13, "train", 3.0) and items["yellow"]["colour"] is None
    if name == "tasks.json":
        assert (items["yellow"]["predicted colour"], items["yellow"]["predicted score"]) == ("blue", 0.5)


@pytest.mark.parametrize("tool", TOOLS)
def test_boxes_come_back(tmp_path: Path, tool: str) -> None:
    ws = brought(tmp_path, "fiftyone")
    assert export_format(ws, np.arange(4), tool, tmp_path / TOOLS[tool]) == []
    again = import_source(tmp_path / TOOLS[tool], tmp_path / "again")
    old, new = (boxes_in(one, "ground_truth_boxes") for one in (ws, again))
    for colour, boxes in old.items():
        found = new[colour]
        assert [box.label for box in found] == [box.label for box in boxes]
        for one, other in zip(boxes, found, strict=True):
            assert in_pixels(other, SIZE) == pytest.approx(in_pixels(one, SIZE), abs=1e-6)
            assert (other.score, other.crowd) == (one.score, one.crowd)
            assert other.own_attributes() == one.own_attributes()
    assert by_colour(again)["blue"]["ground_truth"] == ["box"]
    crops = import_source(tmp_path / TOOLS[tool], tmp_path / "crops", crops=True)
    sizes = {image_size(crops.image_path(row)) for row in range(len(crops.dataset()))}
    assert sizes == {tuple(AREAS[colour][2:]) for colour in ("red", "green", "blue")}


def test_pycocotools_opens_what_is_written(tmp_path: Path) -> None:
    export_format(brought(tmp_path, "fiftyone"), np.arange(4), "coco", tmp_path / "out")
    annotations = tmp_path / "out" / "annotations"
    boxes, captions = COCO(annotations / "instances_test.json"), COCO(annotations / "captions_test.json")
    (found,) = boxes.loadAnns(boxes.getAnnIds(catIds=boxes.getCatIds(catNms=["box"])))
    (image,) = boxes.loadImgs(found["image_id"])
    assert (found["bbox"], found["area"], found["iscrowd"]) == (AREAS["blue"], 360.0, 1)
    assert image_size(tmp_path / "out" / "images" / image["file_name"]) == (image["width"], image["height"])
    assert [one["caption"] for one in captions.loadAnns(captions.getAnnIds())] == ["A blue box.", "A yellow box."]


def test_pictures_of_one_name_in_several_folders(tmp_path: Path, draw: DrawPicture) -> None:
    for place, name in enumerate(("1.png", "x/1.png", "y/1.png")):
        draw(tmp_path / "in" / name, place=place)
    (tmp_path / "in" / "metadata.csv").write_text("file_name,n\n1.png,0\nx/1.png,1\ny/1.png,2\n")
    ws = import_source(tmp_path / "in", tmp_path / "ws")
    for tool, target in TOOLS.items():
        export_format(ws, np.arange(3), tool, tmp_path / tool / target)
        again = import_source(tmp_path / tool / target, tmp_path / f"{tool} again")
        assert {item["id"]: item["n"] for item in again.dataset().table.to_pylist()} == {
            "1.png": 0,
            "x/1.png": 1,
            "y/1.png": 2,
        }


def test_texts_are_tasks_of_label_studio_and_pictures_elsewhere(tmp_path: Path, draw: DrawPicture) -> None:
    draw(tmp_path / "in" / "a.png")
    rows = [
        {"id": "t", "image": None, "text": "only words", "kind": "a"},
        {"id": "p", "image": "a.png", "text": "", "kind": "b"},
    ]
    (tmp_path / "in" / "items.json").write_text(json.dumps(rows))
    ws = import_source(tmp_path / "in" / "items.json", tmp_path / "ws")
    assert export_format(ws, np.arange(2), "label-studio", tmp_path / "tasks") == []
    again = import_source(tmp_path / "tasks", tmp_path / "again").dataset().table.to_pylist()
    assert {(item["id"], item["text"], item["kind"], bool(item["path"])) for item in again} == {
        ("t", "only words", "a", False),
        ("p", "", "b", True),
    }
    for tool, name in {"coco": "COCO", "fiftyone": "FiftyOne", "cvat": "CVAT"}.items():
        notes = export_format(ws, np.arange(2), tool, tmp_path / tool / TOOLS[tool])
        assert notes == [f"1 item without a picture left out: {name} holds none."]


def test_folders_say_the_split_of_pictures_without_a_label_file(tmp_path: Path, draw: DrawPicture) -> None:
    for split in ("train", "val", "test"):
        draw(tmp_path / "in" / f"{split}2017" / f"{split}.jpg")
    (tmp_path / "in" / "annotations").mkdir()
    for split in ("train", "val"):
        values = {"images": [{"id": 1, "file_name": f"{split}.jpg"}], "annotations": [], "categories": []}
        (tmp_path / "in" / "annotations" / f"instances_{split}2017.json").write_text(json.dumps(values))
    items = by_colour(import_source(tmp_path / "in", tmp_path / "ws"))
    assert {name: item["split"] for name, item in items.items()} == {"train": "train", "val": "val", "test": "test"}


@pytest.mark.parametrize("tool", TOOLS)
def test_columns_and_values_that_a_tool_has_its_own_meaning_for(tmp_path: Path, draw: DrawPicture, tool: str) -> None:
    for name in ("a.png", "b.png"):
        draw(tmp_path / "in" / name)
    boxes = [[{"label": "item", "box": [1, 2, 9, 9]}, {"label": "x", "box": [0, 0, float("nan"), 1]}], None]
    columns: dict[str, list[Any]] = {
        "file_name": ["a.png", "b.png"],
        "metadata": ["m", "n"],
        "a.b $c": [0.5, None],
        "_id": ["not unique", "not unique"],
        "item_id": ["", "only here"],
        "kind": [["item", "box"], ["x"]],
        "boxes": [json.dumps(one) if one else None for one in boxes],
        "caption": ["one\ntwo <b> & \"c\" 'd' ]]>", "a\ttab"],
    }
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    (tmp_path / "in" / "metadata.jsonl").write_text("\n".join(map(json.dumps, rows)))
    ws = import_source(tmp_path / "in", tmp_path / "ws")
    notes = export_format(ws, np.arange(2), tool, tmp_path / "out" / TOOLS[tool])
    assert notes == ["The column 'item_id' is called 'item_id_2' here: the name has a meaning of its own."]
    again = by_colour(import_source(tmp_path / "out" / TOOLS[tool], tmp_path / "again"))
    for name, item in by_colour(ws).items():
        for column in ("id", "text", "metadata", "a.b $c", "_id", "kind"):
            assert again[name].get(column) == item[column], column
    assert again["b"]["item_id_2"] == "only here" and again["b"]["text"] == "a\ttab"
    assert [box["label"] for box in json.loads(again["a"]["boxes"])] == ["item"]


@pytest.mark.parametrize("tool", ["coco", "cvat"])
def test_vectors_beside_are_found_behind_many_rows(tmp_path: Path, tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "SAMPLE", 6)  # of the 12 rows of 4 pictures, instances, captions and vectors
    ws = brought(tmp_path, "fiftyone")
    export_format(ws, np.arange(4), tool, tmp_path / TOOLS[tool])
    again = import_source(tmp_path / TOOLS[tool], tmp_path / "again")
    rows = again.dataset().rows_of(list(ws.dataset().ids))
    old, new = (one.embeddings("precomputed:embedding").vectors for one in (ws, again))
    assert np.allclose(new[rows], old)


def test_times_of_fiftyone(tmp_path: Path, draw: DrawPicture) -> None:
    draw(tmp_path / "in" / "a.png")
    values: dict[str, Any] = {
        "new": "2026-01-02T03:04:05.678Z",
        "old": {"$numberLong": "-1000"},
        "odd": {"$numberLong": "x"},
    }
    sample = {"filepath": "a.png", **{name: {"$date": value} for name, value in values.items()}}
    (tmp_path / "in" / "samples.json").write_text(json.dumps({"samples": [sample]}))
    ws = import_source(tmp_path / "in", tmp_path / "ws")
    (item,) = ws.dataset().table.to_pylist()
    assert item["new"] == datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    assert (item["old"], item["odd"]) == (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), "x")
    export_format(ws, np.arange(1), "fiftyone", tmp_path / "out")
    assert import_source(tmp_path / "out", tmp_path / "again").dataset().table.to_pylist()[0]["old"] == item["old"]
