import pyarrow as pa
import pytest

from explorer.base.errors import InputError
from explorer.io.columns import Columns, check_columns, guess_columns

TEXTS = ["a red star on the left", "two blue moons", "a green square below"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"id": ["a", "b"], "image": ["a.jpg", "b.PNG"], "caption": ["x", "y"]}, Columns("id", "image", "caption")),
        ({"key": [1, 2], "foto": ["a.jpg", "b.jpg"], "year": [1, 2]}, Columns("key", "foto")),
        ({"satz": TEXTS, "label": ["x", "y", "z"]}, Columns(text="satz")),
        ({"image": ["no", "paths"], "Text": ["a", "b"]}, Columns(text="Text")),
        ({"id": ["1.jpg", "2.jpg"], "path": ["1.jpg", "2.jpg"]}, Columns("id", "path")),
        ({"id": ["1.jpg", "2.jpg"]}, Columns(image="id")),
        ({"name": ["a", "b"], "caption": ["c", "d"], "comment": ["e", "f"]}, Columns(text="caption")),
        ({"text": ["a", "b"], "v": [[1.0, 2.0], [3.0, 4.0]]}, Columns(text="text", vectors=("v",))),
        ({"text": ["a", "b"], "v": ["[1, 2.5]", "[-3e2, 4]"]}, Columns(text="text", vectors=("v",))),
        ({"a": [1, 2], "b": [None, None]}, Columns()),
        ({"image": [{"bytes": b"x", "path": "x"}]}, Columns(image="image")),
    ],
)
def test_guesses(columns: dict[str, list[object]], expected: Columns) -> None:
    assert guess_columns(pa.table(columns)) == expected


def test_the_manifest_form_comes_back() -> None:
    columns = Columns("id", None, "text", ("v", "w.npy"))
    assert Columns.from_dict(columns.to_dict()) == columns


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (Columns(text="body"), "t.csv: expected text to be one of the columns id, text; got 'body'"),
        (Columns(), "t.csv: expected a column of image paths or one of texts; say which of id, text it is"),
        (Columns(text="text", vectors=("v",)), "expected vectors in one of the columns id, text, or an .npy file"),
    ],
)
def test_wrong_columns_are_named(columns: Columns, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_columns(columns, pa.table({"id": [1], "text": ["a"]}), "t.csv")


def test_two_hundred_columns_are_not_all_listed() -> None:
    table = pa.table({f"c{number}": [1] for number in range(200)})
    with pytest.raises(InputError, match="c19 and 180 more"):
        check_columns(Columns(), table, "t.csv")
