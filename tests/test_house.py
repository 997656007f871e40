"""The house stays tidy: no circles among modules, no long lists of arguments by position."""

from pathlib import Path

import pytest

from tools import house, markdown, rooms

ROOT = Path(__file__).parents[1]
CODE = sorted((ROOT / "explorer").rglob("*.py"))


def test_no_room_and_no_module_imports_itself_by_a_detour() -> None:
    modules = rooms.module_graph(ROOT)
    assert len(modules) > 400
    assert rooms.circles(rooms.room_graph(modules)) == []
    assert rooms.circles(modules) == []


def test_nothing_of_these_kinds_comes_back() -> None:
    found = house.count(CODE)
    kinds = ("calls with 7 or more positional arguments", "fmt: skip")
    assert {kind: found[kind] for kind in kinds} == {kind: [] for kind in kinds}


def test_the_counts_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "ROOT", tmp_path)
    source = (
        "from typing import Any\nf(1, 2, 3, 4, 5, 6, 7)\ndef g(a, b, c, d, e, h): ...\nx: Any = 1\ny: dict[str, Any]\n"
    )
    (tmp_path / "a.py").write_text(source, encoding="utf-8")
    found = {kind: len(places) for kind, places in house.count([tmp_path / "a.py"]).items()}
    assert list(found.values())[:3] == [1, 1, 1]


def test_a_circle_is_seen() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}
    assert rooms.circles(graph) == [["b", "c"]]


# What cannot be followed, and why nothing foreign is in it.
KNOWN = {"explorer/app/frame/page.py: _label(_name(page))": "names of our own files below pages/"}


def test_no_text_that_may_be_foreign_becomes_markdown() -> None:
    found = {f"{place.partition(':')[0]}: {place.split(': ', 1)[1]}" for place in markdown.listed(markdown.PLACES)}
    assert found == set(KNOWN), "put plain(...) around it, or give a number a format such as {count:,}"


MARKDOWN = """
import streamlit as st
from explorer.app.frame.foreign import plain
LABELS = {"a": "A"}

def body(found, count: int, places):
    st.error(str(found))
    st.caption(f"{count} of {len(places)}: {plain(found)} {found.share:.1%} {LABELS[found.kind]}")
    for label, column in zip(LABELS, places):
        st.button(label, help=column)
    words = f"**{found.name}**" if found else "none"
    st.info(words)
    st.info(own(found))
    st.pills("Columns", places)
    st.selectbox("Column", places)
    _said("fine")

def own(found):
    return f"{found} items"

def _said(words):
    st.warning(words)
"""


def test_foreign_markdown_is_seen(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(MARKDOWN, encoding="utf-8")
    found = [text for _, text in markdown.foreign(tmp_path / "page.py")]
    assert found == ["str(found)", "column", "words", "own(found)", "places"]
