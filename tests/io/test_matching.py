"""Names in tables and the files that they mean."""

import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest

from explorer.io.matching import match_names
from explorer.io.respelled import respelled
from explorer.io.splits import split_of, splits_of

DECOMPOSED = unicodedata.normalize("NFD", "Küche")


def rows(names: list[str], paths: list[str], folder: str = "") -> list[int]:
    return list(match_names(pa.chunked_array([pa.array(names, pa.string())]), paths, folder).rows)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a.png", "a.png"),
        ("./deep//a.png", "deep/a.png"),
        ("deep\\a.png", "deep/a.png"),
        (" a.png ", "a.png"),
        ("Küche.jpg", f"{DECOMPOSED}.jpg"),
        ("IMG_1.JPG", "img_1.jpg"),
        ("scan-0", "scan-0.png"),
        ("v1.2", "v1.2.png"),
        ("a.jpeg", "a.jpg"),
        ("scan.dcm", "scan.png"),
        ("a.png", "train/images/a.png"),
        ("images/a.png", "train/images/a.png"),
        ("data/images/a.png", "images/a.png"),
        ("/home/someone/pictures/a.png", "images/a.png"),
        ("D:\\pictures\\a.png", "images/a.png"),
        ("7", "00007.jpg"),
        ("00007", "7.jpg"),
        ("'-a.png", "-a.png"),
    ],
)
def test_names_written_differently_are_joined(name: str, path: str) -> None:
    assert rows([name], ["other.png", path]) == [1]


@pytest.mark.parametrize("name", ["", "b.png", "train/a.png", "../b", "x/../a", "a.png.bak", "\0"])
def test_names_of_nothing_are_not(name: str) -> None:
    assert rows([name], ["test/a.png", "zz.png"]) == [-1]


def test_what_is_unclear_is_not_joined_and_told() -> None:
    found = match_names(
        pa.chunked_array([["a.png", "b", "train/c", "test/c"]]), ["x/a.png", "y/a.png", "b.jpg", "c.jpg"]
    )
    assert found.rows.tolist() == [-1, 2, -1, -1]
    notes = " ".join(found.notes("labels.csv"))
    assert "3 rows of labels.csv not joined, several images may be meant: 'a.png', 'train/c', 'test/c'." in notes
    assert "1 name of labels.csv written differently and joined, such as 'b' for b.jpg." in notes


def test_the_exact_name_and_the_own_folder_come_first() -> None:
    paths = ["A.png", "a.png", "deep/a.png"]
    assert rows(["a.png"], paths) == [1]
    assert rows(["a.png"], paths, "deep") == [2]
    assert rows(["A"], ["deep/a.png", "other/a.png"], "deep") == [0]


def test_rows_without_an_image_are_counted_with_three_examples() -> None:
    found = match_names(pa.chunked_array([["p", "q", "r", "s"]]), ["a.png"])
    assert found.notes("t.csv") == ["4 rows of t.csv without an image here: 'p', 'q', 'r', ...."]


def test_paths_of_missing_files_are_found_and_never_outside(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for name in (f"Bilder/{DECOMPOSED}.JPG", "Bilder/b.png", "Bilder/two.png", "Bilder/TWO.png"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    (tmp_path / "secret.png").write_bytes(b"x")
    (root / "Link").symlink_to(tmp_path)
    found = respelled(
        root, ["bilder/Küche.jpg", "Bilder\\b", "Bilder/Two.png", "../secret.png", "link/SECRET.png", "no"]
    )
    assert found == {"bilder/Küche.jpg": f"Bilder/{DECOMPOSED}.JPG", "Bilder\\b": "Bilder/b.png"}


def test_splits() -> None:
    assert [split_of(name) for name in ("train", "Test", "val2017", "train_images", "attest", "train-test", "cat")] == [
        *("train", "test", "val", "train", "", "", "")
    ]
    assert splits_of(["train/cat", "test/cat", "extra"]) == {
        "train/cat": ("train", "cat"),
        "test/cat": ("test", "cat"),
        "extra": (None, "extra"),
    }
    assert splits_of(["images/train", "images/val"]) == {
        "images/train": ("train", "images"),
        "images/val": ("val", "images"),
    }
    assert splits_of(["train/a", "train/b"]) == {} == splits_of([])
