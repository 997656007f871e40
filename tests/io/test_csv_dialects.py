"""CSV files as programs write them: what is above the header, whether there is one, quotes, missing values, commas."""

import gzip
from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.io.tables import TableFile, read_table
from tests.conftest import DrawPicture


def read(tmp_path: Path, data: bytes | str, name: str = "a.csv") -> TableFile:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path)


@pytest.mark.parametrize(
    ("above", "note"),
    [
        ("sep=;\n", ""),
        ('"sep=;"\n', ""),
        ("sep=;\r\n", ""),
        ("# made by a, b; c\n#\n# 2024\n", "3 comment lines above the header left out: '# made by a, b; c'."),
        ("Sales of May\n\n", "1 title line above the header left out: 'Sales of May'."),
    ],
)
def test_what_stands_above_the_header(tmp_path: Path, above: str, note: str) -> None:
    file = read(tmp_path, above + "text;price\nred, green;1\nblue;2\nblack;3\n")
    assert file.table.to_pydict() == {"text": ["red, green", "blue", "black"], "price": [1, 2, 3]}
    assert file.notes == ((note,) if note else ())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#id,text\n1,a\n2,b\n3,c\n", ["id", "text"]),
        ("# made by x, y\nid,text\n1,a\n2,b\n", ["id", "text"]),
        ("#,text\n1,a\n2,b\n3,c\n", ["#", "text"]),
        ("text\n#one tag\n#two tags\n", ["text"]),
        ("country,2019,2020\nx,1.5,2\ny,2.5,3\n", ["country", "2019", "2020"]),
        ("0,1,2\n5,6,a\n7,8,b\n", ["0", "1", "2"]),
        ("a,b\n1,2,\n3,4,\n", ["a", "b", "column_3"]),
        ('"text","n"\n"1","a b",3\n"2","c d",4\n', ["row", "text", "n"]),
        ("What do you think of our new city park?\nI like the new city park\nIt is too small for all of us\n", None),
        ("text,label\ngood,a\nbad,b\nfine,a\n", ["text", "label"]),
        ("title,year\nMatrix,1999\nAlien,1979\n", ["title", "year"]),
    ],
)
def test_the_header(tmp_path: Path, text: str, names: list[str] | None) -> None:
    assert read(tmp_path, text).table.column_names == (names or [text.split("\n")[0]])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("5,great film\n1,bad film\n4,okay\n", "its first line is like the others"),
        ("Matrix,1999\nAlien,1979\nSolaris,1972\n", "its first line is like the others"),
        ("good film,pos\nbad,neg\nfine,pos\nold,neg\nnew,pos\n", "'pos' of its first line stands below again"),
        (
            "I really liked this long film\nIt was a very long film\nNot bad at all for me\n",
            "a sentence like the others",
        ),
        ("a.png,x\nb.png,y\nc.png,z\n", "its first line is like the others"),
    ],
)
def test_a_file_without_a_header_keeps_its_first_line(tmp_path: Path, text: str, why: str) -> None:
    file = read(tmp_path, text)
    assert file.table.num_rows == len(text.splitlines())
    assert file.table.column_names[0] == "column_1"
    assert why in file.notes[0]


def test_an_image_that_is_there_is_no_header(tmp_path: Path, draw: DrawPicture) -> None:
    draw(tmp_path / "img" / "0.png")
    file = read(tmp_path, "img/0.png,cat\nimg/1.png,dog\n")
    assert file.table.column("column_1").to_pylist() == ["img/0.png", "img/1.png"]
    assert "'img/0.png' in its first line is an image that is there" in file.notes[0]


def test_quotes_after_backslashes(tmp_path: Path) -> None:
    file = read(tmp_path, 'id,text,n\n1,"He said \\"yes\\", then left",2\n2,"a \\\\ b, c",3\n')
    assert file.table.column("text").to_pylist() == ['He said "yes", then left', "a \\ b, c"]
    assert file.notes == ("Quotes inside fields are written with a backslash and were read so.",)
    one = read(tmp_path, 'id,text\n1,"He said \\"yes\\" to me"\n')
    assert one.table.column("text").to_pylist() == ['He said "yes" to me']


def test_a_backslash_at_the_end_of_a_field_is_one(tmp_path: Path) -> None:
    file = read(tmp_path, 'id,text\n1,"C:\\dir\\"\n2,"x ""y"""\n')
    assert file.table.column("text").to_pylist() == ["C:\\dir\\", 'x "y"']


@pytest.mark.parametrize("missing", ["NA", "N/A", "NaN", "null", "None", ".", "", "\\N", "#N/A"])
def test_missing_values_do_not_make_a_column_of_texts(tmp_path: Path, missing: str) -> None:
    file = read(tmp_path, f"age,weight,smoker\n20,60.5,TRUE\n{missing},{missing},{missing}\n30,70,FALSE\n")
    assert file.table.to_pydict() == {
        "age": [20, None, 30],
        "weight": [60.5, None, 70],
        "smoker": [True, None, False],
    }


@pytest.mark.parametrize(
    "cells",
    [("1e5", "2e3"), ("nan", "NaN"), ("12345678901234567890", "3"), ("inf", "-inf"), ("007", "8"), ("NA", "yes")],
)
def test_codes_and_words_stay_what_they_were(tmp_path: Path, cells: tuple[str, str]) -> None:
    file = read(tmp_path, f"code,n\n{cells[0]},1\n{cells[1]},2\n")
    assert file.table.column("code").to_pylist() == list(cells)


@pytest.mark.parametrize(
    ("delimiter", "cells", "values", "note"),
    [
        (";", ("1,50", "2"), [1.5, 2.0], "price: the commas were read as decimal points."),
        (";", ("1.234,5", "12,25"), [1234.5, 12.25], "price: the commas were read as decimal points."),
        (",", ('"1,234"', '"2,250,000.5"'), [1234.0, 2250000.5], "price: the commas part thousands."),
        (",", ('"1,5"', '"2,25"'), [1.5, 2.25], "price: the commas were read as decimal points."),
        (
            "\t",
            ("1,234", "5,678"),
            ["1,234", "5,678"],
            "price: stays text, because a comma in it may part thousands or be a decimal comma.",
        ),
        (";", ("a, b", "c"), ["a, b", "c"], ""),
    ],
)
def test_commas_in_numbers(
    tmp_path: Path, delimiter: str, cells: tuple[str, str], values: list[object], note: str
) -> None:
    text = f"text{delimiter}price\nx{delimiter}{cells[0]}\ny{delimiter}{cells[1]}\n"
    file = read(tmp_path, text)
    assert file.table.column("price").to_pylist() == values
    assert file.notes == ((note,) if note else ())


def test_lists_in_cells_are_lists(tmp_path: Path) -> None:
    file = read(tmp_path, 'tags,words,mixed\n"[1, 2]","[\'a\', \'b\']",[x]\n[],"[]",[y]\n')
    assert file.table.to_pydict() == {"tags": [[1, 2], []], "words": [["a", "b"], []], "mixed": ["[x]", "[y]"]}


def test_a_packed_table(tmp_path: Path) -> None:
    file = read(tmp_path, gzip.compress(b"id,text\n1,a\n"), "items.csv.gz")
    assert file.table.to_pydict() == {"id": [1], "text": ["a"]}
    with pytest.raises(InputError, match=r"b\.csv\.gz: expected a \.gz that can be unpacked"):
        read(tmp_path, b"id,text\n1,a\n", "b.csv.gz")
    with pytest.raises(InputError, match="at most 1000 times its size unpacked"):
        read(tmp_path, gzip.compress(b"a" * (1 << 24)), "c.csv.gz")
