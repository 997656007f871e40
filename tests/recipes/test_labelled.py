"""Measuring on a folder of kinds, with an encoder whose vectors are known."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.base.arrays import unit_rows
from explorer.base.errors import InputError
from explorer.base.metrics import average_precisions, hits_of_neighbour
from explorer.base.progress import Silent
from explorer.encoders.base import Abilities
from recipes.pocket.evaluate import Table
from recipes.pocket.labelled import (
    CHANGES,
    Columns,
    chance_of_name,
    chance_precision,
    evaluate_labelled,
    first_words,
    found_by_name,
    read_labelled,
)
from recipes.pocket.report import table_lines

COLOURS = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1)}


class MeanColour:
    """Pictures are their mean colour; texts that name a colour are that colour."""

    abilities = Abilities(images=True, texts=True, joint=True)

    def encode_images(self, images: list[Image.Image]) -> Any:
        return unit_rows(np.stack([np.asarray(image, np.float32).mean((0, 1)) for image in images]))

    def encode_texts(self, texts: list[str]) -> Any:
        return np.array([next(v for name, v in COLOURS.items() if name in text) for text in texts], np.float32)


class OneHot:
    """A teacher of three names that says what it is given."""

    labels = ("red", "green", "blue")
    classifier = (np.eye(3, dtype=np.float32), np.zeros(3, np.float32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for name, colour in COLOURS.items():
        (tmp_path / name).mkdir()
        for i in range(8):
            pixels = np.clip(
                60 + 150 * np.array(colour) + rng.normal(0, 20, (20, 30, 3)) + rng.normal(0, 15, 3), 0, 255
            )
            Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / name / f"{i}.png")
    return tmp_path


def measured(folder: Path, columns: Columns | None = None) -> dict[str, Any]:
    table, encoder = Table(), MeanColour()
    assert not evaluate_labelled(encoder, read_labelled(folder), table, Silent(), columns=columns)  # type: ignore[arg-type]
    return table.as_dict()


def test_names_and_neighbours_are_right_where_the_encoder_is(folder: Path) -> None:
    found = measured(folder)
    for row in ("zero-shot", "nearest neighbour", "mAP"):
        assert found[row]["pocket"]["value"] == 1, row
        assert found[row]["pocket"]["items"] == 24
    assert found["zero-shot"]["chance"] == pytest.approx(1 / 3, abs=1e-3)
    for name in CHANGES:
        assert found[f"copies: {name}, found"]["pocket"]["value"] > 0.9
    lines = table_lines(found, {}, ("pocket", "chance"))
    assert lines[2].startswith("| zero-shot | 1.000 (0.862 to 1.000) | 0.333 |")  # Wilson: 24 of 24


def test_wrong_folders_are_counted_as_wrong(folder: Path) -> None:
    for i in range(4):
        (folder / "red" / f"{i}.png").rename(folder / "blue" / f"moved{i}.png")
    assert measured(folder)["zero-shot"]["pocket"]["value"] == pytest.approx(20 / 24, abs=1e-3)


def test_a_picture_alone_of_its_kind_has_no_neighbour_to_find(folder: Path) -> None:
    for i in range(1, 8):
        (folder / "red" / f"{i}.png").unlink()
    found = measured(folder)
    assert found["nearest neighbour"]["pocket"]["items"] == 16
    assert found["nearest neighbour"]["pocket"]["value"] == 1


def test_a_column_and_rows_are_named_as_asked(folder: Path) -> None:
    found = measured(folder, Columns("colours", "kept: "))
    assert set(found["kept: nearest neighbour"]) == {"colours", "chance", "histogram"}
    assert all(row.startswith("kept: ") for row in found)


def test_a_damaged_picture_is_named_and_not_counted(folder: Path) -> None:
    (folder / "red" / "3.png").write_bytes(b"no picture")
    table, encoder, labelled = Table(), MeanColour(), read_labelled(folder)
    (message,) = evaluate_labelled(encoder, labelled, table, Silent())  # type: ignore[arg-type]
    assert "3.png" in message
    assert table.as_dict()["nearest neighbour"]["pocket"]["items"] == 23
    for path in labelled.files[8:]:
        path.write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"Fewer than two kinds.*png"):
        evaluate_labelled(encoder, labelled, Table(), Silent())  # type: ignore[arg-type]
    for path in labelled.files[:8]:
        path.write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"None of the pictures.*png"):
        evaluate_labelled(encoder, labelled, Table(), Silent())  # type: ignore[arg-type]


def test_chance_is_what_orders_by_chance_give() -> None:
    rng, kinds = np.random.default_rng(0), np.array([0] * 5 + [1] * 2 + [2])
    hits, precisions, names = [], [], []
    for _ in range(600):
        vectors = unit_rows(rng.normal(size=(8, 16)).astype(np.float32))
        hits.append(hits_of_neighbour(vectors, kinds)[:7].mean())
        precisions.append(average_precisions(vectors, kinds).mean())
        order = rng.permutation(np.repeat(kinds, 4))
        names.append(np.mean([(order[:10] == kind).any() for kind in range(3)]))
    others = np.array([4] * 5 + [1] * 2)
    assert np.mean(hits) == pytest.approx((others / 7).mean(), abs=0.02)
    assert np.mean(precisions) == pytest.approx(chance_precision(others, 7).mean(), abs=0.02)
    assert np.mean(names) == pytest.approx(chance_of_name(np.repeat(kinds, 4)), abs=0.02)
    np.testing.assert_allclose(chance_precision(np.array([1, 3]), 3), [(1 + 1 / 2 + 1 / 3) / 3, 1])
    assert chance_precision(np.array([1]), 1) == 1  # two pictures of one kind


def test_only_the_first_ten_of_a_name_count() -> None:
    vectors = np.stack([np.cos(np.arange(12) / 10), np.sin(np.arange(12) / 10)], axis=1).astype(np.float32)
    words = np.array([[1, 0], [1, 0]], np.float32)
    assert found_by_name(vectors, words, np.array([1] * 10 + [0] * 2)).tolist() == [False, True]
    assert found_by_name(vectors, words, np.array([1] * 9 + [0] * 3)).tolist() == [True, True]


def test_the_first_word_is_that_of_the_teacher_not_of_the_folder() -> None:
    vectors = np.eye(3, dtype=np.float32)
    said = np.array([[9, 0, 0], [0, 0, 9], [0, 0, 9]], np.float32)
    teacher: Any = OneHot()
    assert first_words(MeanColour(), vectors, said, teacher).tolist() == [True, False, True]  # type: ignore[arg-type]


def test_a_folder_without_kinds_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "red").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "red" / "1.png")
    for folder, count in ((tmp_path, 1), (tmp_path / "none", 0)):
        with pytest.raises(InputError, match=f"at least two folders.*found {count}"):
            read_labelled(folder)
