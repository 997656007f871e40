"""Folders as people bring them: what becomes an item, what is joined, and what is named in a note."""

import json
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.io.columns import Columns
from explorer.io.hashing import hash_files
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source
from tests.conftest import DrawPicture

Bring = Callable[[], tuple[list[dict[str, Any]], str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def bring(tmp_path: Path, root: Path) -> Bring:
    """Import the folder; give its items and the notes as one text."""

    def bring() -> tuple[list[dict[str, Any]], str]:
        ws = import_source(root, tmp_path / "ws")
        report = read_report(ws)
        assert report is not None
        return ws.dataset().table.drop_columns(["hash"]).to_pylist(), "\n".join(report.notes)

    return bring


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# Tables in folders


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_shards_are_one_table_with_their_split(root: Path, bring: Bring, suffix: str) -> None:
    for place, name in enumerate(("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001")):
        table = pa.table({"id": [f"00{place}", f"01{place}"], "text": ["a b c", "d"], "n": [place, 2]})
        path = write(root / "data" / f"{name}.{suffix}", "")
        pq.write_table(table, path) if suffix == "parquet" else path.write_text(table.to_pandas().to_csv(index=False))
    items, notes = bring()
    assert [item["id"] for item in items] == ["002", "012", "000", "010", "001", "011"]
    assert [item["split"] for item in items] == ["test", "test", "train", "train", "train", "train"]
    assert [item["n"] for item in items] == [2, 2, 0, 2, 1, 2]
    assert "rows of 3 tables: data/test-00000-of-00001" in notes


def test_shards_name_images_from_their_own_folder(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for place in ("a", "b"):
        write(root / place / "items.csv", "image,label\npics/1.png,x\npics/2.png,y\n")
    write(root / "a" / "broken.parquet", "no")
    for name in ("a/pics/1.png", "a/pics/2.png", "b/pics/1.png"):
        draw(root / name)
    items, notes = bring()
    assert [item["path"] for item in items] == ["a/pics/1.png", "a/pics/2.png", "b/pics/1.png"]
    assert [item["label"] for item in items] == ["x", "y", "x"]
    assert "1 row of b/items.csv without an image here: 'pics/2.png'" in notes
    assert "broken.parquet" in notes


def test_tables_of_different_columns_are_named(root: Path, bring: Bring) -> None:
    write(root / "a.csv", "text,x\nwords,1\n")
    write(root / "b" / "c.csv", "other\n1\n")
    with pytest.raises(
        InputError, match=r"tables with the same columns; found a\.csv \(text, x\); b/c\.csv \(other\)\. Giv"
    ):
        bring()


@pytest.mark.parametrize("header", ["label\tgroup\n", ""])
def test_an_export_of_the_projector(root: Path, bring: Bring, rng: np.random.Generator, header: str) -> None:
    vectors = rng.normal(size=(12, 8))
    np.savetxt(root / "vectors.tsv", vectors, delimiter="\t")
    lines = [f"w{i}\t{i % 3}" if header else f"w{i}" for i in range(12)]
    write(root / "metadata.tsv", header + "\n".join(lines))
    items, _ = bring()
    assert [item["text"] for item in items] == [f"w{i}" for i in range(12)]
    ws = Workspace.open(root.parent / "ws")
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    np.testing.assert_allclose(ws.embeddings("precomputed:vectors").vectors, unit, atol=1e-5)


def test_vectors_alone_and_metadata_of_another_length(root: Path, bring: Bring, rng: np.random.Generator) -> None:
    np.savetxt(root / "tensors.tsv", rng.normal(size=(5, 4)), delimiter="\t")
    items, notes = bring()
    assert len(items) == 5 and "there is no metadata.tsv beside it" in notes
    write(root / "metadata.tsv", "a\nb\nc\n")
    with pytest.raises(
        InputError, match=r"tensors\.tsv holds 5 vectors, metadata\.tsv 3 lines: expected a line a vector"
    ):
        bring()


def test_a_table_beside_images_needs_one_image_that_is_there(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for place in range(1, 4):
        draw(root / "images" / f"{place}.png")
    write(root / "labels.csv", "image,label\nimages\\0.png,a\nimages\\1.png,b\nimages\\2.png,a\n")
    items, notes = bring()
    assert [(item["path"], item["label"]) for item in items] == [("images/1.png", "b"), ("images/2.png", "a")]
    assert "1 image that no row of the table names: images/3.png." in notes
    assert "images/0.png (no such file" in notes


# Links, litter, and folders that cannot be read


def test_linked_folders_are_read_once_and_loops_are_cut(root: Path, bring: Bring, draw: DrawPicture) -> None:
    store = root.parent / "store"
    for name in ("cat/0.png", "cat/1.png", "dog/0.png"):
        draw(store / name)
    draw(root / "own" / "x.png")
    for name, target in (("cat", store / "cat"), ("dog", store / "dog"), ("kitty", store / "cat"), ("up", root.parent)):
        (root / name).symlink_to(target)
    (store / "cat" / "again").symlink_to(store / "cat")
    (root / "own" / "loop").symlink_to(root)
    items, notes = bring()
    assert [item["path"] for item in items] == ["cat/0.png", "cat/1.png", "dog/0.png", "own/x.png"]
    assert [item["folder"] for item in items] == ["cat", "cat", "dog", "own"]
    ws = Workspace.open(root.parent / "ws")
    assert all(ws.image_path(row).is_file() for row in range(4))
    with pytest.raises(InputError, match="leads outside"):
        ws.image_path("../store/dog/0.png/../../../secret.png")
    reasons = (ws.path / "skipped.csv").read_text()
    assert "kitty,kitty,a link to a folder that is read already" in reasons
    assert "up,up,a link to a folder that holds this one" in reasons
    assert "2 linked folders outside looked into" in notes


def test_links_that_leave_the_data_root_are_not_followed(tmp_path: Path, draw: DrawPicture) -> None:
    draw(tmp_path / "secret" / "s.png")
    draw(tmp_path / "data" / "other" / "o.png")
    draw(tmp_path / "data" / "in" / "x.png")
    (tmp_path / "data" / "in" / "out").symlink_to(tmp_path / "secret")
    (tmp_path / "data" / "in" / "near").symlink_to(tmp_path / "data" / "other")
    (tmp_path / "data" / "in" / "metadata.csv").symlink_to(tmp_path / "secret" / "m.csv")
    write(tmp_path / "secret" / "m.csv", "file_name,word\nx.png,password\n")
    ws = import_source(tmp_path / "data" / "in", tmp_path / "ws", data_root=tmp_path / "data")
    assert list(ws.dataset().ids) == ["near/o.png", "x.png"]
    assert "word" not in ws.dataset().attributes
    reasons = (ws.path / "skipped.csv").read_text()
    assert f"out,out,a link to a folder outside {tmp_path / 'data'}" in reasons
    assert "metadata.csv,metadata.csv,a link that leads out of the folder" in reasons


def test_a_link_that_changes_later_is_not_followed(tmp_path: Path, draw: DrawPicture) -> None:
    draw(tmp_path / "in" / "a.png")
    draw(tmp_path / "out" / "b.png")
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "out" / "b.png")
    table = hash_files(tmp_path / "in", ["a.png", "link.png"], None, Silent())
    assert table.column("reason").to_pylist() == ["", "a link that leads out of the folder"]


def test_what_systems_leave_is_passed_over_and_named(root: Path, bring: Bring, draw: DrawPicture) -> None:
    names = ("@eaDir/a.png/thumb.png", "#recycle/b.png", "$RECYCLE.BIN/c.png", "System Volume Information/d.png")
    for name in ("a.png", *names, ".AppleDouble/a.png", "x/lost+found/e.png", "_vti_cnf/a.png", "x/@eaDir/f.png"):
        draw(root / name)
    for name in ("Thumbs.db", "x/desktop.ini", ".DS_Store", "._a.png", "notes.docx", "clip.mp4", "clip2.MP4", "README"):
        write(root / name, "x")
    items, notes = bring()
    assert [item["id"] for item in items] == ["a.png"]
    assert "4 files passed over, no images: 2 .mp4, 1 without an ending, 1 .docx." in notes
    for name in ("@eaDir (2)", "#recycle", "$RECYCLE.BIN", "System Volume Information", ".AppleDouble", "lost+found"):
        assert name in notes
    for name in ("_vti_cnf", "Thumbs.db", "desktop.ini", ".DS_Store", "._a.png"):
        assert name in notes


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
def test_a_folder_that_cannot_be_read_is_skipped(root: Path, bring: Bring, draw: DrawPicture) -> None:
    draw(root / "a.png")
    draw(root / "closed" / "b.png")
    (root / "closed").chmod(0)
    items, notes = bring()
    (root / "closed").chmod(0o755)
    assert len(items) == 1 and "closed/ (a folder that cannot be read (Permission denied))" in notes


def test_a_folder_that_cannot_be_read_is_told(
    root: Path, bring: Bring, draw: DrawPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(root / "a.png")
    draw(root / "closed" / "b.png")
    scandir = os.scandir

    def refusing(path: str) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    items, notes = bring()
    assert len(items) == 1 and "closed/ (a folder that cannot be read (Permission denied))" in notes


def test_names_that_are_no_utf8_are_named(root: Path, bring: Bring, draw: DrawPicture) -> None:
    draw(root / "a.png")
    folder = os.fsencode(root) + b"/caf\xe9"
    os.mkdir(folder)
    for name in (b"b.png", b"b.xyz", b"t.csv"):
        with open(folder + b"/" + name, "wb") as file:
            file.write(b"x")
    os.mkdir(folder + b"/@eaDir\xe9")
    items, notes = bring()
    assert len(items) == 1 and "caf?/b.png (the file name is not UTF-8)" in notes and "1 .xyz" in notes


def test_heic_says_what_to_install(root: Path, bring: Bring, draw: DrawPicture) -> None:
    draw(root / "a.png")
    (root / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    items, notes = bring()
    assert len(items) == 2 or ("1 .heic" in notes and "pillow-heif" in notes)


# What describes the images


def test_texts_beside_images_are_their_texts(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for place in range(4):
        draw(root / "style" / f"{place}.png")
    write(root / "style" / "0.txt", "a red house\n")
    write(root / "style" / "1.caption", "a blue boat")
    write(root / "style" / "2.txt", "0 0.5 0.5 0.25 0.125\n1 0.1 0.2 0.3 0.4\n")
    (root / "style" / "3.txt").write_bytes(b"a\0b")
    write(root / "style" / "list.txt", "no image of this name")
    items, notes = bring()
    assert [item["text"] for item in items] == ["a red house", "a blue boat", "", ""]
    assert "2 texts beside the images" in notes and "1 text beside the images passed over: numbers" in notes
    assert "style/3.txt (a text that cannot be read" in notes and "1 file passed over, no images: 1 .txt." in notes


def test_metadata_comes_before_texts_beside_images(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for place in range(2):
        draw(root / f"{place}.png")
        write(root / f"{place}.txt", f"beside {place}")
    write(root / "metadata.csv", "file_name,caption\n0.png,from the table\n1.png,\n")
    assert [item["text"] for item in bring()[0]] == ["from the table", "beside 1"]


def test_json_beside_images(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for place in range(3):
        draw(root / "000" / f"{place}.png")
    write(root / "000" / "0.json", json.dumps({"caption": "a boat", "url": "http://x", "width": 64, "exif": {"a": 1}}))
    shapes = [{"label": "cat", "points": [[1, 2], [5, 9]]}, {"label": "dog", "points": []}]
    write(root / "000" / "1.json", json.dumps({"version": "5", "shapes": shapes, "imageData": "x" * 5000}))
    write(root / "000" / "2.json", "[1, 2")
    items, notes = bring()
    assert items[0]["text"] == "a boat" and items[0]["width"] == 64
    assert items[1]["labels"] == ["cat", "dog"]
    assert json.loads(items[1]["boxes"]) == [{"label": "cat", "box": [1, 2, 4, 7]}]
    assert "imageData" not in items[1] and "000/2.json (expected a JSON object" in notes


def test_labels_by_bare_id(root: Path, bring: Bring, draw: DrawPicture) -> None:
    names = [f"{place * 7919:032x}" for place in range(6)]
    for name in names:
        draw(root / "train" / f"{name}.jpg")
    write(root / "labels.csv", "id,breed\n" + "\n".join(f"{name},{name[-1]}" for name in names) + "\nffff,z\n")
    items, notes = bring()
    assert [(item["id"], item["breed"]) for item in items] == [(name, name[-1]) for name in names]
    assert "1 row of labels.csv without an image here: 'ffff'." in notes


def test_a_table_that_names_no_images_is_not_used(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for place in range(4):
        draw(root / f"{place}.png")
    write(root / "prices.csv", "item,price\nshoe,3\nhat,4\nsock,1\n")
    items, notes = bring()
    assert "price" not in items[0] and "prices.csv: not used" in notes


def test_decomposed_names(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for name in ("Küche", "Zoë"):
        draw(root / f"{unicodedata.normalize('NFD', name)}.png")
    write(root / "metadata.csv", "file_name,room\nKüche.png,a\nZoë.png,b\n")
    items, notes = bring()
    assert [item["room"] for item in items] == ["a", "b"] and "2 names of metadata.csv written differently" in notes


def test_several_rows_an_image(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for place in range(3):
        draw(root / f"{place}.png")
    rows = [
        "file_name,caption,mark,score,who",
        "0.png,one,a,1,x",
        "0.png,two,b,2,x",
        "1.png,three,a,3,y",
        "0.png,one,a,4,x",
    ]
    write(root / "metadata.csv", "\n".join(rows) + "\n")
    items, notes = bring()
    assert [item["text"] for item in items] == ["one\ntwo", "three", ""]
    assert [item["mark"] for item in items] == [["a", "b"], ["a"], None]
    assert [item["score"] for item in items] == [1, 3, None]
    assert [item["who"] for item in items] == ["x", "y", None]
    assert "1 image has several rows: 'caption' was joined, 'mark' is a list, 'score' keeps its first value." in notes
    assert "1 image without a row in the metadata: 2.png." in notes


def test_coco(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for name in ("a", "b", "c"):
        draw(root / "val2017" / f"{name}.jpg")
    images = [{"id": place, "file_name": f"{name}.jpg", "width": 64} for place, name in enumerate("abx")]
    boxes = [{"image_id": 0, "category_id": 7, "bbox": [1, 2, 3, 4]}, {"image_id": 0, "category_id": 9}]
    boxes += [{"image_id": 0, "category_id": 7, "bbox": [5, 5, 5, 5]}, {"image_id": 99, "category_id": 7}]
    boxes += [{"image_id": 1, "category_id": 9, "bbox": None}]
    categories = [{"id": 7, "name": "cat"}, {"id": 9, "name": "dog"}]
    write(
        root / "annotations" / "instances_val2017.json",
        json.dumps({"images": images, "annotations": boxes, "categories": categories}),
    )
    captions = [{"image_id": 0, "caption": "Two cats."}, {"image_id": 0, "caption": "A dog."}]
    write(root / "annotations" / "captions_val2017.json", json.dumps({"images": images, "annotations": captions}))
    items, notes = bring()
    assert items[0]["labels"] == ["cat", "dog"] and items[0]["text"] == "Two cats.\nA dog." and items[0]["width"] == 64
    assert [box["label"] for box in json.loads(items[0]["boxes"])] == ["cat", "cat"]
    assert items[1]["labels"] == ["dog"] and "1 annotation with a bbox that is none" in notes
    assert items[2]["labels"] is None and items[2]["width"] is None
    assert "1 annotation of images that are not listed" in notes and "without an image here: 'x.jpg'" in notes


def test_fiftyone(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for name in ("a", "b"):
        draw(root / "data" / f"{name}.jpg")
    found = {"detections": [{"label": "cat", "bounding_box": [0.1, 0.2, 0.3, 0.4]}, {"label": "cat"}]}
    first = {"filepath": "data/a.jpg", "tags": ["good"], "ground_truth": {"label": "indoor"}, "found": found}
    write(root / "samples.json", json.dumps({"samples": [first, {"filepath": "/home/me/set/data/b.jpg", "tags": []}]}))
    write(root / "metadata.json", json.dumps({"name": "set", "media_type": "image", "classes": {}}))
    items, _ = bring()
    assert items[0]["ground_truth"] == "indoor" and items[0]["found"] == ["cat"] and "tags" not in items[0]
    assert json.loads(items[0]["found_boxes"]) == [{"label": "cat", "box": [0.1, 0.2, 0.3, 0.4], "relative": True}]
    assert len(items) == 2


@pytest.mark.parametrize("labels", [{"a": 0, "b": 1}, {"a": "cat", "b": "dog"}])
def test_fiftyone_labels_by_name(root: Path, bring: Bring, draw: DrawPicture, labels: dict[str, Any]) -> None:
    for name in labels:
        draw(root / "data" / f"{name}.jpg")
    write(root / "labels.json", json.dumps({"classes": ["cat", "dog"], "labels": labels}))
    assert [item["label"] for item in bring()[0]] == ["cat", "dog"]


def test_splits_are_a_column_and_classes_are_the_folder(root: Path, bring: Bring, draw: DrawPicture) -> None:
    for name in ("train/cat/1", "train/dog/1", "test/cat/1", "extra/1"):
        draw(root / "set" / f"{name}.png")
    items, _ = bring()
    assert [(item["split"], item["folder"]) for item in items] == [
        (None, "set/extra"),
        ("test", "set/cat"),
        ("train", "set/cat"),
        ("train", "set/dog"),
    ]


def test_an_update_keeps_the_chosen_text_and_joins_anew(tmp_path: Path, root: Path, draw: DrawPicture) -> None:
    draw(root / "a.png")
    write(root / "metadata.csv", "file_name,caption,note\na,words,other words\n")
    ws = import_source(root, tmp_path / "ws", columns=Columns(text="note"))
    draw(root / "b.png", "green")
    write(root / "metadata.csv", "file_name,caption,note\na,words,changed\nB,more,new\n")
    ws = import_source(root, ws.path)
    assert ws.dataset().column("text").tolist() == ["changed", "new"]


def test_vectors_named_alone_take_their_metadata(tmp_path: Path, root: Path, rng: np.random.Generator) -> None:
    np.savetxt(root / "vectors.tsv", rng.normal(size=(4, 3)), delimiter="\t")
    write(root / "metadata.tsv", "word\tn\na\t1\nb\t2\nc\t3\nd\t4\n")
    ws = import_source(root / "vectors.tsv", tmp_path / "ws")
    assert ws.dataset().column("text").tolist() == ["a", "b", "c", "d"] and ws.encoders() == ["precomputed:vectors"]


def test_a_label_file_named_alone_describes_the_images_of_its_folder(
    tmp_path: Path, root: Path, draw: DrawPicture
) -> None:
    draw(root / "images" / "a.jpg")
    values = {"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [{"image_id": 1, "category_id": 1}]}
    path = write(root / "coco.json", json.dumps(values | {"categories": [{"id": 1, "name": "cat"}]}))
    ws = import_source(path, tmp_path / "ws")
    assert [list(one) for one in ws.dataset().column("labels")] == [["cat"]]
    (root / "images" / "a.jpg").unlink()
    with pytest.raises(InputError, match="it describes images, and there are none here"):
        import_source(root, tmp_path / "other")
