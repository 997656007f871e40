"""Boxes of label files as items: each is cut out of its picture, once, and is then a picture like any other."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import InputError, WorkspaceError
from explorer.io import crop_files
from explorer.io.crop_files import area_of
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source

WIDTH, HEIGHT = 60, 40
BOXES = {11: [10, 5, 20, 12.5], 12: [-3, 0, 13, 9], 13: [50.4, 30, 99, 99]}
AREAS = {11: (10, 5, 30, 18), 12: (0, 0, 10, 9), 13: (50, 30, 60, 40)}


def drawn(path: Path, seed: int = 0) -> Image.Image:
    """A picture of noise, so that no two crops are the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    picture = Image.fromarray(values)
    picture.save(path)
    return picture


def coco(root: Path, boxes: dict[int, Any], **image: object) -> Path:
    """The folder with one picture, `pics/a.png`, and these boxes of cats."""
    drawn(root / "pics" / "a.png")
    found = [
        {"id": key, "image_id": 1, "category_id": 7, "bbox": box, "score": key / 100} for key, box in boxes.items()
    ]
    values = {
        "images": [{"id": 1, "file_name": "a.png", "licence": 3, **image}],
        "annotations": found,
        "categories": [{"id": 7, "name": "cat"}],
    }
    (root / "coco.json").write_text(json.dumps(values))
    return root


def items_of(ws: Workspace) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in ws.dataset().table.to_pylist()}


def skipped_of(ws: Workspace) -> dict[str, str]:
    return {line.split(",")[0]: line for line in (ws.path / "skipped.csv").read_text().splitlines()[1:]}


def pixels(ws: Workspace, item: dict[str, Any]) -> Any:
    return np.asarray(Image.open(ws.image_root / item["path"])).tolist()


def test_boxes_are_items_and_pictures_of_their_own(tmp_path: Path) -> None:
    source = drawn(tmp_path / "in" / "pics" / "a.png")
    drawn(tmp_path / "in" / "pics" / "empty.png")
    ws = import_source(coco(tmp_path / "in", BOXES, width=WIDTH, height=HEIGHT), tmp_path / "ws", crops=True)
    items = items_of(ws)
    assert list(items) == [f"pics/a.png#{key}" for key in BOXES]
    for key, area in AREAS.items():
        item = items[f"pics/a.png#{key}"]
        assert pixels(ws, item) == np.asarray(source.crop(area)).tolist()
        left, top, right, bottom = area
        told = {"label": "cat", "score": key / 100, "image": "pics/a.png", "licence": 3, "folder": "pics"}
        assert {name: item[name] for name in told} == told and item["text"] == ""
        assert json.loads(item["box"]) == [left, top, right - left, bottom - top]
    assert "boxes" not in ws.dataset().attributes and ws.manifest.crops
    report = read_report(ws)
    assert report is not None and "1 picture without a box left out." in report.notes


def test_without_the_wish_pictures_stay_whole(tmp_path: Path) -> None:
    ws = import_source(coco(tmp_path / "in", BOXES), tmp_path / "ws")
    (item,) = items_of(ws).values()
    assert json.loads(item["boxes"])[0] == {"label": "cat", "box": [10, 5, 20, 12.5], "score": 0.11}
    with pytest.raises(WorkspaceError, match="holds whole pictures"):
        import_source(tmp_path / "in", tmp_path / "ws", crops=True)


def test_what_cannot_be_cut_out_is_skipped_by_name(tmp_path: Path) -> None:
    odd = {1: [0, 0, 7, 30], 2: [70, 1, 9, 9], 3: [1, 1, 0, 9], 4: [1, 2, 3], 5: [1, 1, "x", 9], 6: [0, 0, 9, 9]}
    ws = import_source(coco(tmp_path / "in", odd | {7: [float("nan"), 0, 9, 9]}), tmp_path / "ws", crops=True)
    assert list(items_of(ws)) == ["pics/a.png#6"]
    skipped = skipped_of(ws)
    assert "a box of 7 x 30 pixels: at least 8 x 8" in skipped["pics/a.png#1"]
    assert "outside of the picture" in skipped["pics/a.png#2"]
    assert "a box of 0 x 9 pixels" in skipped["pics/a.png#3"]
    for key in (4, 5, 7):
        assert "expected a box of four numbers" in skipped[f"pics/a.png#{key}"]
    with pytest.raises(InputError, match="expected boxes that can be cut out; of 1 none can"):
        import_source(coco(tmp_path / "in", {1: [0, 0, 2, 2]}), tmp_path / "other", crops=True)


def test_labels_of_another_size_and_damaged_pictures_cost_their_boxes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the labels are of a picture of 30 x 20 pixels, it has 60 x 40"):
        import_source(coco(tmp_path / "in", BOXES, width=30, height=20), tmp_path / "ws", crops=True)
    (coco(tmp_path / "in", BOXES) / "pics" / "a.png").write_bytes(b"no picture")
    drawn(tmp_path / "in" / "pics" / "b.png")
    with pytest.raises(InputError, match=r"of 3 none can, the first is 'pics/a\.png#11'"):
        import_source(tmp_path / "in", tmp_path / "ws", crops=True)


@pytest.mark.parametrize(
    ("box", "relative", "area"),
    [
        ([0.25, 0.5, 0.5, 0.5], True, (15, 20, 45, 40)),
        ([0, 0, 1, 1], True, (0, 0, 60, 40)),
        ([0.2, 0.2, 60, 40], False, (0, 0, 60, 40)),
        ([1e9, 0, 1e9, 9], False, "outside"),
        ([1e308, 0, 0.5, 0.5], True, "four numbers"),
        ([10**400, 0, 9, 9], False, "four numbers"),
        ([0, 0, -9, 9], False, "-9 x 9"),
        ([], False, "four numbers"),
        ([0, 0, float("inf"), 9], False, "four numbers"),
    ],
)
def test_areas_lie_inside_the_picture(box: list[float], relative: bool, area: Any) -> None:
    found = area_of({"box": box, "relative": relative}, (WIDTH, HEIGHT))
    assert area in found if isinstance(area, str) else found == area


def test_boxes_cover_a_picture_so_often_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crop_files, "MOST_TIMES", 2)
    whole = {key: [0, 0, WIDTH, HEIGHT] for key in (1, 2, 3)}
    ws = import_source(coco(tmp_path / "in", whole), tmp_path / "ws", crops=True)
    assert len(items_of(ws)) == 2 and "cover the picture 2 times already" in skipped_of(ws)["pics/a.png#3"]


def test_fiftyone_boxes_are_shares_with_field_and_confidence(tmp_path: Path) -> None:
    source = drawn(tmp_path / "in" / "data" / "a.png")
    seen = [{"label": "cat", "bounding_box": [0.5, 0, 0.5, 0.5], "confidence": 0.75, "_id": {"$oid": "5f"}}]
    true = [{"label": "dog", "bounding_box": [0, 0.5, 0.25, 0.5]}, {"label": "sky"}]
    sample = {"filepath": "data/a.png", "seen": {"detections": seen}, "true": {"detections": true}, "weather": "rain"}
    (tmp_path / "in" / "samples.json").write_text(json.dumps({"samples": [sample]}))
    ws = import_source(tmp_path / "in", tmp_path / "ws", crops=True)
    items = items_of(ws)
    assert {key: (item["label"], item["score"], item["field"], item["weather"]) for key, item in items.items()} == {
        "data/a.png#5f": ("cat", 0.75, "seen_boxes", "rain"),
        "data/a.png#2": ("dog", None, "true_boxes", "rain"),
    }
    assert pixels(ws, items["data/a.png#5f"]) == np.asarray(source.crop((30, 0, 60, 20))).tolist()


def test_odd_numbers_in_two_files_and_columns_called_boxes(tmp_path: Path) -> None:
    root = coco(tmp_path / "in", {1: [0, 0, 20, True], 2: [1.5, 0, 10**400, 9], 3: [0, 0, 9, 9]})
    (root / "more.json").write_text((root / "coco.json").read_text().replace("20", "21"))
    (root / "metadata.csv").write_text("file_name,n_boxes,other_boxes\npics/a.png,3,many\n")
    ws = import_source(root, tmp_path / "ws", crops=True)
    (item,) = items_of(ws).values()
    assert (item["id"], item["n_boxes"], item["other_boxes"]) == ("pics/a.png#3", 3, "many")


def test_an_update_finds_changed_boxes_and_pictures_and_leaves_no_old_crops(tmp_path: Path) -> None:
    root = coco(tmp_path / "in", BOXES)
    before = items_of(import_source(root, tmp_path / "ws", crops=True))
    coco(root, {11: [10, 5, 20, 14], 13: BOXES[13], 14: [0, 20, 9, 9]})
    ws = import_source(root, tmp_path / "ws")
    now = items_of(ws)
    assert list(now) == [f"pics/a.png#{key}" for key in (11, 13, 14)]
    changed = {key.split("#")[1]: before[key]["hash"] != now[key]["hash"] for key in before if key in now}
    assert changed == {"11": True, "13": False}
    files = {str(path.relative_to(ws.image_root)) for path in ws.image_root.rglob("*.*")}
    assert files == {item["path"] for item in now.values()}
    drawn(root / "pics" / "a.png", seed=1)
    ws = import_source(root, tmp_path / "ws")
    assert all(item["hash"] != now[key]["hash"] for key, item in items_of(ws).items())


def test_a_zip_leaves_its_crops_alone(tmp_path: Path) -> None:
    root = coco(tmp_path / "in", BOXES)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in sorted(root.rglob("*.*")):
            archive.write(path, path.relative_to(root))
    ws = import_source(tmp_path / "set.zip", tmp_path / "ws", crops=True)
    assert len(items_of(ws)) == 3
    assert len([path for path in ws.image_root.rglob("*") if path.is_file()]) == 3


def test_without_boxes_there_is_nothing_to_cut(tmp_path: Path) -> None:
    drawn(tmp_path / "in" / "a.png")
    with pytest.raises(InputError, match="expected boxes to cut out"):
        import_source(tmp_path / "in", tmp_path / "ws", crops=True)
    (tmp_path / "t.csv").write_text("text\nwords\n")
    with pytest.raises(InputError, match="expected boxes to cut out"):
        import_source(tmp_path / "t.csv", tmp_path / "ws", crops=True)
    assert not (tmp_path / "ws").exists()
