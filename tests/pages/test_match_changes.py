"""Match when what is matched changes: a column that vanished, items that came later, work on rows of before."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.match import links_run
from explorer.app.match.links_run import instead_of
from explorer.app.match.links_setup import Setup, Wish
from explorer.app.match.links_sources import keep_file, side_of
from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.match.by_vectors import VECTORS
from explorer.features.match.copies.vectors import vectors_of
from explorer.features.match.kept import keep
from explorer.features.match.service import make_task, match, why_not
from explorer.workspace.match_store import match_store
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import component, make_discs, opened, texts, visit

PAGE, REVIEW, NAME = "12_Match", "explorer_match_review", "things with itself"
NAMES = ("Red mug", "Red mugs", "Blue pot", "Blue pots")


@pytest.fixture
def things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Four things with a picture each."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    (tmp_path / "files").mkdir()

    def columns(number: int) -> dict[str, object]:
        return {"name": NAMES[number], "kind": "x"}

    make_discs(tmp_path / "workspaces" / "things", tmp_path / "files", 4, lambda number: 8 + number, columns)
    yield open_shared(tmp_path / "workspaces" / "things")


def rows(test: AppTest) -> list[dict[str, Any]]:
    return list(component(test, REVIEW)["rows"])


def with_another(things: Opened) -> Opened:
    """The things and a fifth in front of them, which has no vector yet; without the column `kind`."""
    table = things.dataset.table.drop_columns(["kind"])
    new = {ID: "new", PATH: "0.png", TEXT: "", HASH: "f" * 32, "name": "Green cup"}
    first = pa.Table.from_pylist([{name: new.get(name, "") for name in table.column_names}], table.schema)
    things.workspace.replace_dataset(Dataset(pa.concat_tables([first, table])))
    return open_shared(things.path)


def test_lines_show_the_pictures_of_their_things(things: Opened) -> None:
    with visit(PAGE, "things") as test:
        shown = rows(opened(test, left_column="name"))
        places = {row["left"]: row["li"].split("?")[0] for row in shown}
        assert places == {"disc-0": "/thumbs/things/0", "disc-2": "/thumbs/things/2"}
        assert all("size=128" in row["ri"] for row in shown)
        file = f"file:{keep_file('cups.csv', b'name' + chr(10).encode() + b'Red mug' + chr(10).encode())}"
        assert {row["ri"] for row in rows(opened(test, right=file))} == {""}


def test_a_column_that_vanished_is_said(things: Opened) -> None:
    with visit(PAGE, "things") as test:
        shown = texts(opened(test, left_column="colour", truth="group"))
        assert "things has no column “colour” any more; “name” is compared instead." in shown
        assert "things has no column “group” any more." in shown


def test_items_that_came_later_do_not_keep_texts_from_being_matched(things: Opened) -> None:
    match_store(things.workspace).decide(NAME, "me", {("disc-0", "disc-1"): "same", ("gone", "disc-1"): "other"})
    later = with_another(things)
    with visit(PAGE, "things") as test:
        shown = opened(test, left_column="name", **{"from": "0.5"})
        found = {(row["left"], row["right"]): row["state"] for row in rows(shown)}
        assert found == {("disc-0", "disc-1"): "accepted", ("disc-2", "disc-3"): ""}
        told = texts(shown)
        assert "press “Prepare for search”" in told and "It is matched without them." in told
        assert "1 decision about things that are not in these lists now" in told
    side = side_of(later, "items", "name", "histogram")
    assert side.vectors is None and "older than the data set" in why_not(VECTORS, side, side)
    with pytest.raises(InputError, match="older than the data set"):
        vectors_of(side, "histogram", Silent())


def test_one_row_alone_has_nothing_to_meet(things: Opened) -> None:
    one = f"file:{keep_file('one.csv', b'id,name' + chr(10).encode() + b'a,Red mug')}"
    with visit(PAGE, "things") as test:
        assert "One row has nothing to be compared with." in texts(opened(test, left=one, right="same"))


def test_what_a_job_kept_of_rows_of_before_is_named(things: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links_run, "AT_ONCE", 1)
    side = side_of(things, "items", "name", "histogram")
    keep(things.workspace, NAME, match(make_task(side, None, "tfidf", model="pocket"), "tfidf"))
    with visit(PAGE, "things") as test:
        assert len(rows(opened(test, left_column="name", method="tfidf"))) == 2
    later = with_another(things)
    with visit(PAGE, "things") as test:
        shown = opened(test, left_column="name", method="tfidf")
        told = texts(shown)
        assert "matched by a job beside the page" in told
        assert "of other rows, texts or settings than are chosen now" in told and "takes its place" in told
        shown = opened(test, method="jaccard")
        assert "by another matcher or model" in texts(shown)
    fields = {"left_text": "name", "right_text": "name", "method": "osa", "options": (), "model": "pocket"}
    setup = Setup(wish=Wish(left="items", right="items", **fields), left=side, right=side)  # type: ignore[arg-type]
    assert instead_of(later, setup) == ""


def test_keeping_once_more_says_that_it_takes_the_place(things: Opened) -> None:
    with visit(PAGE, "things") as test:
        shown = opened(test, left_column="name")
        shown.button(key="match.links.keep").click().run()
        assert "in place of" not in texts(test)
        test.button(key="match.links.keep").click().run()
        assert "in place of the one of 20" in texts(test)


def test_tables_and_columns_are_matched_as_such_unless_another_matcher_is_named(things: Opened) -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as file:
        for name in ("one", "two"):
            file.writestr(f"{name}.csv", "title,price\na,1\n")
    kept = keep_file("tables.zip", buffer.getvalue())
    with visit(PAGE, "things") as test:
        shown = opened(test, left=f"file:{kept}")
        assert shown.selectbox(key="match.links.method").value == "tables_tfidf"
        assert opened(test, method="tfidf").selectbox(key="match.links.method").value == "tfidf"
    with visit(PAGE, "things") as test:
        shown = opened(test, left=f"columns:{kept}")
        assert shown.selectbox(key="match.links.method").value == "columns"
