"""Files that number the items: the number in the name first, else natural order, and it is said and kept."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.exchange.numbering import Wish, choose_naming, named_numbers
from explorer.features.judgments.service import Options, describe_import, import_judgments, imports_of
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.store.imports import read_imports
from explorer.io.natural import natural_order
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.opened import open_shared

LEXICAL = sorted(f"{number}.jpg" for number in range(85))


def named(ids: list[str], *cells: str) -> list[str]:
    naming = choose_naming(ids, [cells], Wish(), "f.csv")
    return [naming(cell, "f.csv, row 1") for cell in cells]


@pytest.mark.parametrize(
    ("ids", "cells", "items"),
    [
        (LEXICAL, ("28", "3", "10"), ["28.jpg", "3.jpg", "10.jpg"]),
        (LEXICAL, ("028", "3.0", "0"), ["28.jpg", "3.jpg", "0.jpg"]),
        (["img_028.png", "img_003.png", "x.png"], ("28", "3"), ["img_028.png", "img_003.png"]),
        (["img_28.png", "a/28.png", "b/7.png"], ("28", "7"), ["a/28.png", "b/7.png"]),
        (["c", "b", "a"], ("0", "2"), ["a", "c"]),
        (["c", "b", "a"], ("1", "3"), ["a", "c"]),
        (["2", "1", "0"], ("0", "2"), ["0", "2"]),
    ],
)
def test_which_number_is_which_item(ids: list[str], cells: tuple[str, ...], items: list[str]) -> None:
    assert named(ids, *cells) == items


def test_names_count_as_people_read_them() -> None:
    assert natural_order(["b10", "b9", "a", "10", "9", "b9a2", "b9a10"]) == [
        "9",
        "10",
        "a",
        "b9",
        "b9a2",
        "b9a10",
        "b10",
    ]
    assert named_numbers(["1a2.png", "7.png", "x/7.png", "n7.png", "n8.png", "m9.png", "n9.png"]) == {8: "n8.png"}


def test_a_number_that_no_name_or_two_names_hold_is_named() -> None:
    with pytest.raises(InputError, match=r"row 1: expected one item with the number '85' in its name.*--base 0"):
        named(LEXICAL, "3", "85")
    with pytest.raises(InputError, match="number '7' in its name"):
        named(["7.png", "x/7.png", "8.png"], "8", "7")


def test_where_counting_begins_is_not_guessed() -> None:
    with pytest.raises(InputError, match=r"neither 0 nor 3 .* --base 0 or --base 1"):
        named(["c", "b", "a"], "1", "2")


@pytest.fixture
def numbered(tmp_path: Path, image_folder: Path) -> Workspace:
    """Twelve pictures 0.jpg to 11.jpg; the data set has 10 before 2."""
    folder = tmp_path / "numbered"
    folder.mkdir()
    picture = sorted(image_folder.rglob("*.jpg"))[0].read_bytes()
    for number in range(12):
        (folder / f"{number}.jpg").write_bytes(picture + bytes([number]))
    return import_source(folder, tmp_path / "workspaces" / "numbered")


def test_numbers_lie_on_the_items_that_they_name(numbered: Workspace, tmp_path: Path) -> None:
    path, opened, store = tmp_path / "t.csv", open_shared(numbered.path), judgment_store(numbered)
    path.write_text("0,2,10\n11,1,3\n4,5,6\n7,8,9\n", encoding="utf-8")
    done = import_judgments(opened, path, Options(kind="triplets"))
    assert [one.items for one in store.answers()][:2] == [("0.jpg", "2.jpg", "10.jpg"), ("11.jpg", "1.jpg", "3.jpg")]
    assert done.sentence == (
        "4 answers added to 't'. Numbers are those in the names of the items: 0, 2, 10 → 0.jpg, 2.jpg, 10.jpg; "
        "11, 1, 3 → 11.jpg, 1.jpg, 3.jpg; 4, 5, 6 → 4.jpg, 5.jpg, 6.jpg."
    )
    with store.connect() as connection:
        kept = json.loads(read_imports(connection, "t")[0].numbering)
    assert (kept["rule"], kept["items"]["10"], len(kept["items"])) == ("names", "10.jpg", 12)
    told = describe_import(imports_of(opened, "t")[0])
    assert told.startswith("From t.csv on 20") and told.endswith(
        ": 4 answers. Numbers are those in the names of the items."
    )
    assert imports_of(opened, "nothing") == []


def test_an_order_that_was_asked_for_is_said_and_warned_of(numbered: Workspace, tmp_path: Path) -> None:
    path, opened = tmp_path / "t.csv", open_shared(numbered.path)
    path.write_text("0,1,2\n", encoding="utf-8")
    said = import_judgments(opened, path, Options(kind="triplets", base=0)).sentence
    assert "from 0 in the order of the data set: 0, 1, 2 → 0.jpg, 1.jpg, 10.jpg." in said and "--numbers names" in said
    natural = import_judgments(opened, path, Options(kind="triplets", base=0, numbers="natural", campaign="n")).sentence
    assert "natural order (2 before 10): 0, 1, 2 → 0.jpg, 1.jpg, 2.jpg." in natural and "--numbers" not in natural
    np.save(tmp_path / "a.npy", np.array([[0, 1, 2]]))
    assert "→ 0.jpg, 1.jpg, 10.jpg" in import_judgments(opened, tmp_path / "a.npy", Options(kind="triplets")).sentence
