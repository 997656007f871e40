"""Labels from a column and from a file."""

from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.features.label.bringing import from_column, from_file, to_file
from explorer.features.label.service import doubtful_of, give, labels_of, store_of
from explorer.features.label.sitting import Sitting, Step, take_step
from explorer.workspace.opened import Opened
from tests.features.label.conftest import SPEC


def test_a_few_of_each_value_are_drawn_the_same_way_twice(heaps: Opened) -> None:
    from_column(heaps, "one", "me", "kind", 3)
    from_column(heaps, "two", "me", "kind", 3)
    first, second = labels_of(heaps, "one"), labels_of(heaps, "two")
    assert first.counts.tolist() == [3, 3] and first.rows.tolist() == second.rows.tolist()
    from_column(heaps, "all", "me", "kind")
    assert labels_of(heaps, "all").counts.tolist() == [20, 20]


def test_a_column_that_cannot_serve_is_said(heaps: Opened) -> None:
    with pytest.raises(InputError, match="Expected one of the columns kind, own"):
        from_column(heaps, "x", "me", "none")


def test_what_is_written_comes_back(heaps: Opened, tmp_path: Path) -> None:
    store_of(heaps).give("x", "Ann", {"a0": "=1+1", "a1": "left, or so"})
    to_file(heaps, "x", tmp_path / "x.csv")
    from_file(heaps, "y", "me", tmp_path / "x.csv")
    assert store_of(heaps).given("y")[0].labeller == "Ann"
    assert {(one.item, one.label) for one in store_of(heaps).given("y")} == {("a0", "=1+1"), ("a1", "left, or so")}


def test_a_header_and_labels_may_be_written_in_other_letter_case(heaps: Opened, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("ID;Label\na0;Cat\na1;cat\na0;CAT\n", encoding="utf-8")
    from_file(heaps, "cases", "me", tmp_path / "x.csv")
    assert {(one.item, one.label) for one in store_of(heaps).given("cases")} == {("a0", "Cat"), ("a1", "Cat")}


def test_no_item_is_nothing_to_label(heaps: Opened) -> None:
    with pytest.raises(InputError, match="at least one item to label"):
        give(heaps, "x", "me", {})


def test_a_wrong_label_is_in_doubt_until_somebody_keeps_it(heaps: Opened) -> None:
    from_column(heaps, "side", "me", "kind")
    store_of(heaps).give("side", "me", {"a4": "b"})
    found = doubtful_of(heaps, SPEC, labels_of(heaps, "side"), "side")
    names = labels_of(heaps, "side").names
    assert found.rows.tolist() == [4] and names[found.proposed[0]] == "a" and found.counted == 40
    me = Sitting(labelling="side", labeller="me", encoder=SPEC, order="any", wanted=0)
    assert take_step(heaps, me, Step(kind="keep", items=("a4",), label="b")).changed == {"a4": "b"}
    assert not len(doubtful_of(heaps, SPEC, labels_of(heaps, "side"), "side").rows)
    take_step(heaps, me, Step(kind="undo"))
    assert len(doubtful_of(heaps, SPEC, labels_of(heaps, "side"), "side").rows) == 1


def test_labels_of_one_kind_cannot_be_in_doubt(heaps: Opened) -> None:
    store_of(heaps).give("x", "me", {"a0": "left", "a1": "left", "b0": "right"})
    with pytest.raises(InputError, match="Labels: expected 2 to 500 values that two items or more have, got 1"):
        doubtful_of(heaps, SPEC, labels_of(heaps, "x"), "x")
