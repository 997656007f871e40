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
        ({"image": [{"bytes": b"\x89PNG...", "path": "x"}]}, Columns(image="image")),
        ({"image": [{"bytes": None, "path": "0.png"}]}, Columns(image="image")),
        ({"jpg": [b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1", None]}, Columns(image="jpg")),
        ({"audio": [{"bytes": b"RIFF\x24\x00\x00\x00WAVEfmt ", "path": "0.wav"}], "text": ["a"]}, Columns(text="text")),
        ({"URL": ["https://x.org/1.jpg", "http://x.org/2.jpg"], "TEXT": ["a", "b"]}, Columns(text="TEXT")),
        ({"text": ["a", "b"], "bbox": [[1, 2, 3, 4], [5, 6, 7, 8]]}, Columns(text="text")),
        ({"text": ["a", "b"], "box": [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0.2] * 6]}, Columns(text="text")),
        ({"text": ["a", "b"], "place": [[0.1, 0.2], [0.3, 0.4]]}, Columns(text="text")),
        ({"text": ["a", "b"], "input_ids": [[1, 2, 3, 4, 5], [6, 7, 8, 9, 0]]}, Columns(text="text")),
        ({"text": ["a", "b", "c"], "words": [[1.5], [1.5, 2.5], [1.5, 2.5, 3.5]]}, Columns(text="text")),
        ({"text": ["a", "b"], "counts": [[1, 2, 3, 4, 5], [6, 7, 8, 9, 0]]}, Columns(text="text")),
        ({"text": ["a", "b"], "emb": [[1, 2], [3, 4]]}, Columns(text="text", vectors=("emb",))),
        ({"text": ["a", "b"], "x": [[0.5] * 5, [0.25] * 5]}, Columns(text="text", vectors=("x",))),
        (
            {"text": ["a", "b", "c"], "emb": ["[ 0.1 -0.2]", "nan", "array([1., 2.])"]},
            Columns(text="text", vectors=("emb",)),
        ),
        ({"text": ["a", "b"], "vec": ["[0.1 0.2 ... 0.9]", "[0.2 0.1 ... 0.8]"]}, Columns(text="text")),
        ({"id": [[1], [2]], "key": [b"x", b"y"], "text": ["a", "b"]}, Columns(text="text")),
    ],
)
def test_guesses(columns: dict[str, list[object]], expected: Columns) -> None:
    assert guess_columns(pa.table(columns)) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Columns(text="title"), Columns("id", "image", "title", ("emb",))),
        (Columns(id="", vectors=("",)), Columns(None, "image", "caption")),
        (Columns(image="", text=""), Columns("id", None, None, ("emb",))),
    ],
)
def test_what_is_said_leaves_the_other_guesses_on(said: Columns, expected: Columns) -> None:
    columns = {"id": ["a"], "image": ["a.jpg"], "caption": ["x"], "title": ["y"], "emb": [[1.5, 2.5]]}
    assert guess_columns(pa.table(columns), given=said) == expected


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
