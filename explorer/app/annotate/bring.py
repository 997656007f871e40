"""The form that brings judgments collected elsewhere: how the file is to be read, a look at it, then the import."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.app.annotate.look_table import show_rows
from explorer.app.frame.foreign import plain
from explorer.base.errors import ExplorerError
from explorer.base.settings import below_data_root, data_root
from explorer.base.versions import file_stamp
from explorer.features.judgments.exchange.incoming import FORMATS
from explorer.features.judgments.service import Look, Options, import_judgments, look_at_judgments
from explorer.workspace.opened import Opened

CONTENTS = {
    "events": "Answers exported from here (CSV, JSONL, Parquet)",
    "odd-one-out": "Odd one out of three (CSV, TSV, TXT, NPY)",
    "triplets": "Reference, nearer, farther (CSV, TSV, TXT, NPY)",
    "votes": "Triplets with votes (JSON: answers, agreement)",
    "matrix": "Dissimilarities, of one or of each person (NPY, NPZ, JSON, CSV)",
}
NUMBERING = {
    "by id, or by the number in their names": "auto",
    "by the number in their names": "names",
    "by number, in natural order (2 before 10)": "natural",
    "by number, in the order of the data set": "rows",
    "by number, in the order of the sorted file names": "files",
}
ORDERS = {
    "the order of the data set": "auto",
    "natural order (2 before 10)": "natural",
    "the order of the sorted file names": "files",
}
BASES = {"as it shows in the file": None, "0": 0, "1": 1}
HEADERS = {
    "as it looks (it is said)": "auto",
    "the names of the columns": "yes",
    "an answer": "no",
}
WAYS = ["Upload a file", "A path on this computer"]
SEEN = "import_seen"
Use = Callable[[Path], Any]
Source = tuple[str, Callable[[Use], Any]]
"""A key that changes with the file, and what opens it: a function of its path is called with it."""


def show_import(opened: Opened) -> None:
    """Bring judgments that were collected elsewhere."""
    left, right = st.columns(2, gap="large")
    with left:
        kind = st.selectbox("What the file holds", FORMATS, format_func=CONTENTS.__getitem__, key="import_kind")
        source = _source()
        name = st.text_input("Name for these answers", key="import_name", placeholder="the name of the file")
    with right:
        values = _reading(kind)
    options = Options(kind=kind, campaign=name, **values)
    if source is None:
        return
    seen = _look(opened, source, options)
    if st.button("Import", key="import_go", disabled=isinstance(seen, str), type="primary"):
        _import(opened, source, options)


def _source() -> Source | None:
    """The file that was uploaded or named, None while there is none."""
    way = WAYS[0]
    if data_root() is not None:
        way = st.segmented_control("From", WAYS, default=WAYS[0], required=True, key="import_way")
    if way == WAYS[0]:
        uploaded = st.file_uploader("File", key="import_file")
        if uploaded is None:
            return None
        data, name = uploaded.getvalue(), uploaded.name
        return uploaded.file_id, lambda use: _with_copy(name, data, use)
    text = st.text_input(f"File below {plain(str(data_root()))}", key="import_path", placeholder="study/answers.csv")
    if not text.strip():
        return None
    try:
        path = below_data_root(text)
    except ExplorerError as error:
        st.error(plain(error))
        return None
    return f"{path} {file_stamp(path)}", lambda use: use(path)


def _with_copy(name: str, data: bytes, use: Use) -> Any:
    """Call `use` with the path of a file that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(data)
        return use(path)


def _reading(kind: str) -> dict[str, Any]:
    """How the file is to be read, where its format leaves it open."""
    values: dict[str, Any] = {}
    if kind == "matrix":
        chosen = st.selectbox("Rows that are not named are in", list(ORDERS), key="import_order")
        values["numbers"] = ORDERS[chosen]
        values["similar"] = st.checkbox("More is more alike (similarities)", key="import_similar")
        label = "Array of an .npz or .json file"
        values["array"] = st.text_input(label, key="import_array", placeholder="dissimilarities, or the only one")
    elif kind != "events":
        values |= _numbering()
    if kind in ("odd-one-out", "triplets"):
        values |= _columns(kind)
    return values


def _numbering() -> dict[str, Any]:
    chosen = st.selectbox(
        "Items are given",
        list(NUMBERING),
        key="import_numbering",
        help="28 is 28.jpg or img_028.png. What was understood is said before the import.",
    )
    numbers = NUMBERING[chosen]
    if numbers == "names":
        return {"numbers": numbers}
    return {"numbers": numbers, "base": BASES[st.selectbox("Numbers begin with", list(BASES), key="import_base")]}


def _columns(kind: str) -> dict[str, Any]:
    values = {"header": HEADERS[st.selectbox("The first row of a text file is", list(HEADERS), key="import_header")]}
    label = "Columns of the three items, by name or number"
    values["items"] = st.text_input(label, "1,2,3", key="import_items")
    values["person"] = st.text_input("Column with the person", key="import_person", placeholder="none")
    if kind == "odd-one-out":
        label = "Where the odd one is: third, second, or column:NAME with the position 1 to 3"
        values["odd"] = st.text_input(label, "third", key="import_odd")
    return values


def _look(opened: Opened, source: Source, options: Options) -> Look | str:
    """Show how the file is understood; what is wrong with it where it is not. The file is read once for each choice."""
    key = (opened.key, source[0], options)
    known = st.session_state.get(SEEN)
    if known is None or known[0] != key:
        with st.spinner("Reading the file …"):
            known = (key, _looked_at(opened, source, options))
        st.session_state[SEEN] = known
    seen: Look | str = known[1]
    if isinstance(seen, str):
        st.error(plain(seen))
        return seen
    st.caption(plain(seen.sentence))
    show_rows(opened, seen)
    return seen


def _looked_at(opened: Opened, source: Source, options: Options) -> Look | str:
    try:
        found: Look = source[1](lambda path: look_at_judgments(opened, path, options))
        return found
    except ExplorerError as error:
        return str(error)


def _import(opened: Opened, source: Source, options: Options) -> None:
    try:
        done = source[1](lambda path: import_judgments(opened, path, options))
    except ExplorerError as error:
        st.error(plain(error))
        return
    st.session_state.pop(SEEN, None)
    st.session_state["campaign_said"] = done.sentence
    st.rerun()
