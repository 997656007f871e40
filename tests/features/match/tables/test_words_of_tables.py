"""Tables by their words: cosines of each part, and what is said of tables without a header."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.match.method import Candidates, Task
from explorer.features.match.side import Side
from explorer.features.match.tables.content import content_of
from explorer.features.match.tables.pairs import decided_pairs, read_table_pairs
from explorer.features.match.tables.tfidf import TABLES_TFIDF
from tests.features.match.tables.tables_drawn import side_of, table_of

LINKS = "left_id,right_id,decision,score\n"
LEFT = [table_of("people", 0), table_of("shop", 1), ("bare", "", (), (("x",),))]
RIGHT = [table_of("shop", 2), table_of("weather", 3), table_of("people", 1), ("other", "", (), (("soap", "x1"),))]


def found(left: Side, right: Side | None = None, **options: bool | float) -> Candidates:
    task = Task(left=left, right=right or left, same=right is None, options=options)
    return TABLES_TFIDF.propose(task, Silent())


def test_tables_of_one_kind_come_first_and_parts_are_cosines() -> None:
    pairs = found(side_of("left", LEFT), side_of("right", RIGHT))
    best = {int(a): int(b) for a, b in zip(pairs.left[::-1], pairs.right[::-1], strict=True)}
    assert (best[0], best[1]) == (2, 0)
    place = int(np.flatnonzero((pairs.left == 0) & (pairs.right == 2))[0])
    assert pairs.parts["header"][place] == pytest.approx(1)
    captions = [one[1] for one in (*LEFT, *RIGHT)]
    rows = TfidfVectorizer().fit_transform(captions)
    assert pairs.parts["caption"][place] == pytest.approx((rows[0] @ rows[5].T).toarray()[0, 0])
    assert pairs.scores[place] == pytest.approx((1 + pairs.parts["caption"][place]) / 2)


def test_what_is_left_out_does_not_count() -> None:
    sides = side_of("left", LEFT), side_of("right", RIGHT)
    pairs = found(*sides, caption=False, header=True, cells=False)
    np.testing.assert_allclose(pairs.scores[:1], [1], atol=1e-6)
    assert pairs.routes == ("words of header",)
    with pytest.raises(InputError, match="at least one of caption, header and cells"):
        found(*sides, caption=False, header=False, cells=False)


def test_a_table_without_header_and_caption_is_told_by_its_cells_and_noted() -> None:
    left = [LEFT[0], ("bare", "", (), (("soap", "x1"),))]
    pairs = found(side_of("left", left), side_of("right", RIGHT))
    place = int(np.flatnonzero((pairs.left == 1) & (pairs.right == 3))[0])
    assert np.isnan(pairs.parts["header"][place])
    assert pairs.scores[place] == pytest.approx(1)
    assert pairs.about["notes"] == (
        "left: 1 of 2 tables have no header, the first is table 2. "
        "right: 1 of 4 tables have no header, the first is table 4."
    )


def test_one_folder_with_itself_gives_each_pair_once_and_keep_is_a_limit() -> None:
    tables = [table_of("people", n) for n in range(5)]
    pairs = found(side_of("left", tables))
    assert len(pairs) == 10
    assert (pairs.left < pairs.right).all()
    assert len(found(side_of("left", tables), side_of("right", tables), keep=2.0)) == 10


def test_missing_columns_are_empty_and_a_list_of_other_things_is_refused() -> None:
    content = content_of(side_of("left", LEFT, without="caption"))
    assert content.captions == ("", "", "")
    assert content_of(side_of("left", LEFT, without="cells")).grid(0) == (LEFT[0][2],)
    names = Side(name="names.csv", ids=("a",), table=pa.table({"name": ["Ann"]}), text="name")
    with pytest.raises(InputError, match=r"names.csv: expected a folder of tables.*got the columns name"):
        content_of(names)
    odd = Side(name="odd.csv", ids=("a",), table=pa.table({"header": ["a,b"], "cells": ["x"]}))
    with pytest.raises(InputError, match=r"odd.csv, a: expected a list of cells, got 'a,b'"):
        content_of(odd)


def test_empty_tables_have_no_pairs() -> None:
    nothing = [("a", "", (), ()), ("b", "", ((""),), ())]
    assert len(found(side_of("left", nothing), side_of("right", RIGHT))) == 0


def test_reasons_mark_the_words_that_weigh_most() -> None:
    task = Task(left=side_of("left", LEFT), right=side_of("right", RIGHT))
    reasons = TABLES_TFIDF.explain(task, 1, 0)
    caption, header, cells = reasons.fields
    assert (header.left, header.right) == ("product | price | stock", "product | price | stock")
    assert [header.left[start:end] for (start, end), _ in header.left_spans] == ["product", "price", "stock"]
    strength = {caption.left[start:end]: value for (start, end), value in caption.left_spans}
    assert strength["shop"] == 1 > strength["List"] > 0
    assert cells.left.startswith("soap | 3 | 12\n")
    missing = TABLES_TFIDF.explain(task, 2, 0)
    assert missing.notes == ("left or right: caption is empty.", "left or right: header is empty.") + (
        ("left or right: cells is empty.",) if np.isnan(missing.fields[2].score) else ()
    )


def test_pairs_are_read_from_lines_and_from_tuples(tmp_path: Path) -> None:
    one = {"name": "a", "caption": "C", "header": ["h", None], "cells": [["1", 2]]}
    lines = tmp_path / "pairs.jsonl"
    lines.write_text(json.dumps({"left": one, "right": {"name": "b"}, "same": True}) + "\n\n", encoding="utf-8")
    pairs = read_table_pairs(lines)
    assert (len(pairs), pairs.same.tolist(), pairs.names) == (1, [True], ("a", "b"))
    assert pairs.tables.headers == (("h", ""), ())
    assert pairs.tables.cells[0] == (("1", "2"),)
    tuples = tmp_path / "pairs.json"
    rows = [["h"], ["1"]]
    told = [[" C ", "D", rows, rows, label, "a", "b", 2.0] for label in (1.0, 2.0, 3.0)]
    tuples.write_text(json.dumps({"pairs": told}), encoding="utf-8")
    pairs = read_table_pairs(tuples)
    assert pairs.same.tolist() == [True, False, False]  # 2, "in doubt", is not alike, as official
    assert (len(pairs.tables), pairs.tables.captions[0], pairs.tables.headers[0]) == (2, "C", ("h",))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", "{", "a.jsonl, line 1: .*no JSON"),
        ("a.jsonl", '{"left": {}, "right": {}}', "a.jsonl, line 1: expected lines"),
        ("a.jsonl", '{"left": 3, "right": {}, "same": 1}', "line 1, left"),
        (
            "a.jsonl",
            '{"left": {"cells": [3]}, "right": {}, "same": 1}',
            "line 1, left: expected a list of cells, got 3",
        ),
        ("a.jsonl", "", "got no pair"),
        ("a.csv", LINKS, "a.csv: a table of links .* --left and --right"),
        ("a.json", '{"pairs": 3}', "a.json: expected lines"),
        ("a.json", '{"pairs": [[1]]}', "a.json, pair 1"),
        ("a.json", '[["a", "b", 3, [], 1, "n", "m", 2]]', "pair 1: expected a list of rows, got 3"),
    ],
)
def test_pairs_that_cannot_be_read_are_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_table_pairs(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone.json: .*cannot be read"):
        read_table_pairs(tmp_path / "gone.json")


def test_links_with_decisions_are_pairs(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    lines = ["people-0,people-1,same,0.9", "people-0,shop-2,other,0.4", "shop-1,shop-2,,0.3", "shop-1,other,open,0.1"]
    path.write_text(LINKS + "\n".join(lines) + "\n", encoding="utf-8")
    pairs = decided_pairs(path, side_of("left", LEFT), side_of("right", RIGHT))
    assert pairs.same.tolist() == [True, False]
    assert pairs.names == ("people-0", "people-1", "shop-2")
    assert pairs.tables.headers[2] == ("product", "price", "stock")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LINKS + "people-0,gone,same,1", "links.csv, row 1: expected a table of right, such as shop-2; got 'gone'"),
        (LINKS + "people-0,shop-2,maybe,1", "links.csv, row 1, decision: expected one of same, other; got 'maybe'"),
        (LINKS + "people-0,shop-2,,1", "expected pairs with a decision, got none"),
        ("left_id,right_id\na,b", "there is no decision"),
    ],
)
def test_links_that_teach_nothing_are_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "links.csv"
    path.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=said):
        decided_pairs(path, side_of("left", LEFT), side_of("right", RIGHT))
