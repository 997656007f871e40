"""What made the files in this folder, each with the library that is well known for the format.

    python make.py fiftyone      # fiftyone 1.22.1 (its database is mongomock 4.3, in memory)
    python make.py datumaro      # datumaro 1.13.12: COCO and CVAT
    python make.py label-studio  # label-studio-sdk 2.1.2: checks the tasks, then JSON-MIN and COCO from them

The pictures are drawn here. Not run by the tests: the libraries are large.
"""

import json
import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
COLOURS = {"red": (200, 40, 40), "green": (40, 160, 60), "blue": (40, 60, 200), "yellow": (220, 200, 40)}
WIDTH, HEIGHT = 40, 30
AREAS = [(4, 6, 18, 20), (20, 4, 36, 24), (10, 10, 30, 28), (2, 2, 14, 12)]
SETTINGS = {
    "DATABASE_URI": "mongodb://localhost",
    "DATABASE_VALIDATION": "false",
    "DATABASE_ADMIN": "false",
    "DISABLE_SERVICES": "1",
    "DO_NOT_TRACK": "1",
}
CONFIG = """<View>
  <Image name="image" value="$image"/>
  <Choices name="colour" toName="image"><Choice value="red"/><Choice value="green"/><Choice value="blue"/></Choices>
  <Choices name="seen" toName="image" choice="multiple"><Choice value="box"/><Choice value="sharp"/></Choices>
  <RectangleLabels name="thing" toName="image"><Label value="box"/><Label value="edge"/></RectangleLabels>
  <TextArea name="note" toName="image"/><Rating name="stars" toName="image"/>
</View>"""


def draw(folder: Path) -> list[Path]:
    """Four grey pictures with a box of each colour."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for (colour, rgb), (left, top, right, bottom) in zip(COLOURS.items(), AREAS, strict=True):
        picture = Image.new("RGB", (WIDTH, HEIGHT), (128, 128, 128))
        ImageDraw.Draw(picture).rectangle((left, top, right - 1, bottom - 1), fill=rgb)
        paths.append(folder / f"{colour}.png")
        picture.save(paths[-1])
    return paths


def _database() -> Any:
    """A client of MongoDB whose database is in memory, and one for all who connect."""
    mock = import_module("mongomock")
    store = import_module("mongomock.store").ServerStore()
    base: Any = mock.MongoClient

    class Client(base):  # type: ignore[misc]
        _closed = False

        def __init__(self, *args: object, appname: str = "", **more: object) -> None:
            super().__init__(*args, _store=store, **more)

        def close(self) -> None:
            """Stay."""

    return Client


def fiftyone(source: Path) -> None:
    """A `FiftyOneDataset`, and the same boxes as its COCO and CVAT."""
    connection: Any = import_module("mongoengine.connection")
    pymongo: Any = import_module("pymongo")

    os.environ |= {f"FIFTYONE_{name}": value for name, value in SETTINGS.items()}
    pymongo.MongoClient = connection.MongoClient = _database()
    fo, np = import_module("fiftyone"), import_module("numpy")
    dataset = fo.Dataset("drawn")
    for place, (path, (left, top, right, bottom)) in enumerate(zip(draw(source), AREAS, strict=True)):
        box = [left / WIDTH, top / HEIGHT, (right - left) / WIDTH, (bottom - top) / HEIGHT]
        sample = fo.Sample(filepath=str(path), tags=["train" if place < 2 else "test", *["checked"][: place % 2]])
        sample["colour"] = fo.Classification(label=path.stem, confidence=0.5 + place / 10)
        sample["seen"] = fo.Classifications(
            classifications=[fo.Classification(label=one) for one in ("box", path.stem)]
        )
        if place < 3:
            found = fo.Detection(label="box", bounding_box=box, confidence=0.75, iscrowd=place == 2, material="paper")
            sample["ground_truth"] = fo.Detections(detections=[found])
        sample["side"], sample["count"], sample["good"] = 1.5 * place, place, place % 2 == 0
        sample["caption"] = f"A {path.stem} box."
        sample["embedding"] = np.arange(1, 5, dtype=np.float32) + place
        dataset.add_sample(sample)
    dataset.compute_metadata(num_workers=1)
    dataset.export(export_dir=str(HERE / "fiftyone"), dataset_type=fo.types.FiftyOneDataset)
    shutil.rmtree(HERE / "fiftyone" / "fields", ignore_errors=True)
    for name, kind in (("coco", fo.types.COCODetectionDataset), ("cvat", fo.types.CVATImageDataset)):
        dataset.export(export_dir=str(HERE / f"fiftyone_{name}"), dataset_type=kind, label_field="ground_truth")


def datumaro(source: Path) -> None:
    """COCO and CVAT with two subsets, as datumaro writes them."""
    parts = "datumaro.components"
    of, whole = import_module(f"{parts}.annotation"), import_module(f"{parts}.dataset").Dataset
    item_of, picture_of = import_module(f"{parts}.dataset_base").DatasetItem, import_module(f"{parts}.media").Image
    items: list[Any] = []
    for place, (path, (left, top, right, bottom)) in enumerate(zip(draw(source), AREAS, strict=True)):
        box = of.Bbox(left, top, right - left, bottom - top, label=0, id=place + 1, group=place + 1)
        more = [of.Polygon([2, 2, 10, 2, 10, 8], label=1, id=9, group=9)] if place == 3 else []
        split = "train" if place < 2 else "val"
        marks = [of.Label(1), box, *more, of.Caption(f"A {path.stem} box.")]
        items.append(item_of(id=path.stem, subset=split, media=picture_of.from_file(str(path)), annotations=marks))
    dataset = whole.from_iterable(items, categories=["box", "sharp"])
    dataset.export(str(HERE / "datumaro_coco"), "coco", save_media=True, image_ext=".png")
    dataset.export(str(HERE / "datumaro_cvat"), "cvat", save_media=True, image_ext=".png")


def label_studio(source: Path) -> None:
    """Tasks as the server exports them, checked, and the same as JSON-MIN and COCO."""
    converter_of = import_module("label_studio_sdk.converter").Converter
    controls_of = import_module("label_studio_sdk.label_interface").LabelInterface
    folder = HERE / "label_studio"
    folder.mkdir(exist_ok=True)
    tasks = [_task(place, name) for place, name in enumerate(COLOURS)]
    controls = controls_of(CONFIG)
    assert all(controls.validate_annotation(one) for task in tasks for one in task["annotations"])
    (folder / "tasks.json").write_text(json.dumps(tasks, indent=1) + "\n")
    converter = converter_of(CONFIG, str(source), download_resources=False)
    converter.convert_to_json_min(str(folder / "tasks.json"), str(source / "min"), is_dir=False)
    pictures = str(source / "images")
    converter.convert_to_coco(str(folder / "tasks.json"), str(source / "coco"), output_image_dir=pictures, is_dir=False)
    shutil.copy(source / "min" / "result.json", folder / "min.json")
    shutil.copy(source / "coco" / "result.json", folder / "coco.json")


def _task(place: int, name: str) -> dict[str, Any]:
    left, top, right, bottom = AREAS[place]
    value = {
        "x": 100 * left / WIDTH,
        "y": 100 * top / HEIGHT,
        "width": 100 * (right - left) / WIDTH,
        "height": 100 * (bottom - top) / HEIGHT,
        "rotation": 0,
        "rectanglelabels": ["box"],
    }
    size = {"original_width": WIDTH, "original_height": HEIGHT, "image_rotation": 0}
    to = {"to_name": "image", "origin": "manual"}
    result: list[dict[str, Any]] = [
        {"id": f"c{place}", "from_name": "colour", "type": "choices", "value": {"choices": [name]}, **to},
        {
            "id": f"s{place}",
            "from_name": "seen",
            "type": "choices",
            "value": {"choices": ["box", "sharp"][: 2 - place % 2]},
            **to,
        },
        {"id": f"b{place}", "from_name": "thing", "type": "rectanglelabels", "value": value, **size, **to},
        {"id": f"n{place}", "from_name": "note", "type": "textarea", "value": {"text": [f"A {name} box."]}, **to},
        {"id": f"r{place}", "from_name": "stars", "type": "rating", "value": {"rating": place + 1}, **to},
    ]
    times = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:06Z"}
    done = {"id": 100 + place, "completed_by": 1, "result": result, "was_cancelled": False, "ground_truth": False}
    guess = {
        "id": 200 + place,
        "model_version": "m1",
        "score": 0.5,
        "result": [{**result[0], "value": {"choices": ["blue"]}}],
    }
    return {
        "id": 11 + place,
        "annotations": [] if name == "yellow" else [{**done, **times, "lead_time": 2.5, "task": 11 + place}],
        "predictions": [{**guess, **times}],
        "file_upload": f"1a2b3c4{place}-{name}.png",
        "data": {"image": f"/data/upload/3/1a2b3c4{place}-{name}.png", "price": 1.5 * place, "split": "train"},
        "meta": {},
        "project": 3,
        **times,
    }


if __name__ == "__main__":
    makers = {"fiftyone": fiftyone, "datumaro": datumaro, "label-studio": label_studio}
    with tempfile.TemporaryDirectory() as place:
        makers[sys.argv[1]](Path(place))
