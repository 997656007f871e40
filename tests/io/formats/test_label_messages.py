"""What a damaged, foreign or hostile label file comes to: a message that names the entry, or a note that counts."""

import base64
import io
import json
import pickle
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.io.formats.addresses import file_of
from explorer.io.formats.fiftyone_labels import MOST_BYTES, array_of
from explorer.io.label_files import read_label_file
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source
from tests.conftest import DrawPicture

XML = '<?xml version="1.0"?>\n{}<annotations><version>1.1</version>{}</annotations>'
IMAGE = '<image id="0" name="a.png" width="48" height="32">{}</image>'


def noted(path: Path) -> str:
    file = read_label_file(path)
    assert file is not None
    return "\n".join(file.notes)


def cvat(folder: Path, inside: str, before: str = "") -> Path:
    path = folder / "annotations.xml"
    path.write_text(XML.format(before, inside), encoding="utf-8")
    return path


def test_annotations_of_coco_are_named(tmp_path: Path) -> None:
    annotations: list[Any] = [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9]}]
    annotations += [{"image_id": 7, "category_id": 1}, {"image_id": 1, "category_id": 1, "bbox": [1, 2]}, "x"]
    values = {"images": [{"id": 1, "file_name": "a.png"}, {"id": 2}], "annotations": annotations, "categories": []}
    (tmp_path / "coco.json").write_text(json.dumps(values))
    notes = noted(tmp_path / "coco.json")
    assert "the first is annotations[1]: image_id 7 is the id of no image of this file" in notes
    assert "annotations[2]: expected [x, y, width, height] in pixels, got [1, 2]" in notes
    assert "1 of the images have no file_name" in notes


@pytest.mark.parametrize(
    ("inside", "before", "told"),
    [
        (IMAGE.format("&a;"), '<!DOCTYPE x [<!ENTITY a "b">]>', "expected XML without a document type"),
        (IMAGE.format("&a;"), "", "expected XML of CVAT, got a file that is damaged"),
        ('<track id="0"/>', "", "got tracks of a video. Export the task as that format"),
        ("<a>" * 200 + "</a>" * 200, "", "at most 100 deep"),
    ],
)
def test_xml_that_is_refused(tmp_path: Path, inside: str, before: str, told: str) -> None:
    with pytest.raises(InputError, match=r"^annotations\.xml: ") as raised:
        read_label_file(cvat(tmp_path, inside, before))
    assert told in str(raised.value)


def test_elements_of_cvat_are_named(tmp_path: Path) -> None:
    shapes = '<box label="a" xtl="x" ytl="1" xbr="2" ybr="3"/><cuboid label="b"/>'
    shapes += '<tag label="c"><attribute name="n">1</attribute></tag>'
    path = cvat(tmp_path, '<image id="1"/>' + IMAGE.format(shapes))
    file = read_label_file(path)
    assert file is not None
    (row,) = file.table.to_pylist()
    assert (row["labels"], row["label"], row["c n"]) == (["a", "b"], "c", "1") and "boxes" not in row
    notes = "\n".join(file.notes)
    assert "2 elements that cannot be used whole; the first is image[0]: expected a name" in notes
    assert "1 shape other than boxes (1 cuboid)" in notes


def test_other_xml_is_passed_over(tmp_path: Path, draw: DrawPicture) -> None:
    draw(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "a.xml").write_text("<annotation><filename>a.png</filename></annotation>")
    assert "1 file passed over, no images: 1 .xml." in notes_of(import_source(tmp_path / "in", tmp_path / "ws"))
    with pytest.raises(InputError, match=r"a\.xml: expected a folder of images"):
        import_source(tmp_path / "in" / "a.xml", tmp_path / "other")


def test_labels_of_other_pictures_are_not_used(tmp_path: Path, draw: DrawPicture) -> None:
    draw(tmp_path / "in" / "b.png")
    cvat(tmp_path / "in", IMAGE.format(""))
    notes = notes_of(import_source(tmp_path / "in", tmp_path / "ws"))
    assert "annotations.xml: not used; it names 1 image, none of which is here, such as 'a.png'." in notes


def notes_of(ws: Workspace) -> str:
    report = read_report(ws)
    assert report is not None
    return "\n".join(report.notes)


@pytest.mark.parametrize("name", ["../outside.png", "/etc/outside.png", "data/../../outside.png"])
@pytest.mark.parametrize("tool", ["coco", "fiftyone", "label studio", "cvat"])
def test_names_lead_nowhere_outside_and_missing_pictures_are_counted(
    tmp_path: Path, draw: DrawPicture, name: str, tool: str
) -> None:
    draw(tmp_path / "outside.png", "green")
    draw(tmp_path / "in" / "a.png")
    texts = {
        "coco": json.dumps(
            {"images": [{"id": 1, "file_name": name}, {"id": 2, "file_name": "a.png"}], "annotations": []}
        ),
        "fiftyone": json.dumps({"samples": [{"filepath": name}, {"filepath": "a.png"}]}),
        "label studio": json.dumps(
            [{"data": {"image": name}, "annotations": []}, {"data": {"image": "a.png"}, "annotations": []}]
        ),
        "cvat": XML.format("", f'<image id="0" name="{name}" width="1" height="1"/>' + IMAGE.format("")),
    }
    (tmp_path / "in" / ("labels.xml" if tool == "cvat" else "labels.json")).write_text(texts[tool])
    ws = import_source(tmp_path / "in", tmp_path / "ws")
    assert ws.dataset().table.column("path").to_pylist() == ["a.png"]
    assert f"without an image here: {name!r}" in notes_of(ws)


def packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


class Trap:
    """Whoever unpickles it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        """What pickle writes of it."""
        return Path.touch, (self.path,)


def test_arrays_of_fiftyone_hold_numbers_alone(tmp_path: Path) -> None:
    def array(values: object) -> bytes:
        buffer = io.BytesIO()
        np.save(buffer, np.asarray(values), allow_pickle=True)
        return buffer.getvalue()

    assert array_of(packed(array([1.5, 2]))) == [1.5, 2.0]
    objects = np.array([Trap(tmp_path / "opened")], dtype=object)
    for data in (
        array(objects),
        pickle.dumps([1.0]),
        array([[1.0]]),
        array(["x"]),
        b"",
        array(np.zeros(MOST_BYTES // 4)),
    ):
        assert array_of(packed(data)) is None
    assert array_of("no base64!") is None and array_of(None) is None
    assert not (tmp_path / "opened").exists()


def test_vectors_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    samples = [{"filepath": "a.png", "v": {"$binary": {"base64": packed(b"x"), "subType": "00"}}, "n": 1}]
    (tmp_path / "samples.json").write_text(json.dumps({"samples": samples}))
    assert "samples[0].v: expected an array of numbers as FiftyOne packs it" in noted(tmp_path / "samples.json")


def test_results_of_label_studio(tmp_path: Path) -> None:
    def choice(value: str) -> dict[str, Any]:
        return {"from_name": "kind", "to_name": "image", "type": "choices", "value": {"choices": [value]}}

    region = {"from_name": "spot", "to_name": "image", "type": "keypointlabels", "value": {"keypointlabels": ["eye"]}}
    done: list[dict[str, Any]] = [{"result": [choice("a"), region, {"type": "choices"}]}, {"result": [choice("b")]}]
    done += [{"result": [choice("c")], "was_cancelled": True}]
    tasks = [{"data": {"image": "a.png"}, "annotations": done}, {"data": {"image": "b.png"}, "annotations": done[1:2]}]
    (tmp_path / "tasks.json").write_text(json.dumps(tasks))
    file = read_label_file(tmp_path / "tasks.json")
    assert file is not None
    assert [(row["kind"], row["spot"]) for row in file.table.to_pylist()] == [(["a", "b"], ["eye"]), (["b"], None)]
    notes = "\n".join(file.notes)
    assert "the first is [0].annotations[0].result[2]: expected from_name, type and value" in notes
    assert "1 task with several annotations" in notes and "1 region other than boxes (1 keypointlabels)" in notes


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/data/local-files/?d=set/a%20b.png", "set/a b.png"),
        ("/data/upload/3/0123abcd-a.png", "a.png"),
        ("s3://bucket/set/a.png", "set/a.png"),
        ("https://host/set/a.png?key=1", "set/a.png"),
        ("set/a?b.png", "set/a?b.png"),
        ("http://[x/a.png", "http://[x/a.png"),
    ],
)
def test_addresses_of_pictures(tmp_path: Path, address: str, file: str) -> None:
    assert file_of(address, tmp_path) == file


def test_tasks_of_texts_are_items(tmp_path: Path) -> None:
    span = {"from_name": "who", "to_name": "text", "type": "labels", "value": {"start": 0, "end": 3, "labels": ["PER"]}}
    tasks = [
        {
            "id": 5,
            "data": {"text": "Ada wrote."},
            "annotations": [{"result": [span]}],
            "meta": {"vectors": {"v_emb": [1, 2.5]}},
        },
        {"id": 6, "data": {"text": "Nobody did."}, "annotations": []},
    ]
    (tmp_path / "tasks.json").write_text(json.dumps(tasks))
    ws = import_source(tmp_path / "tasks.json", tmp_path / "ws")
    assert [(item["id"], item["text"], item["who"]) for item in ws.dataset().table.to_pylist()] == [
        ("5", "Ada wrote.", ["PER"]),
        ("6", "Nobody did.", None),
    ]
    assert ws.embeddings("precomputed:v_emb").present.tolist() == [True, False]
