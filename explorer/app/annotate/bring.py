"""The form that brings judgments collected elsewhere."""

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.base.errors import InputError
from explorer.features.judgments.exchange.incoming import FORMATS
from explorer.features.judgments.service import Options, import_judgments
from explorer.workspace.opened import Opened

CONTENTS = {
    "events": "Answers exported from here (CSV, JSONL, Parquet)",
    "odd-one-out": "Odd one out of three (CSV, TSV, TXT, NPY)",
    "triplets": "Reference, nearer, farther (CSV, TSV, TXT, NPY)",
    "votes": "Triplets with votes (JSON: answers, agreement)",
    "matrix": "Dissimilarity matrix, one or one a person (NPY, NPZ, CSV)",
}
NUMBERING: dict[str, tuple[str, int | None]] = {
    "by id, or by the number in their names": ("auto", None),
    "by number from 0, in natural order (2 before 10)": ("natural", 0),
    "by number from 1, in natural order (2 before 10)": ("natural", 1),
    "by number from 0, in the order of the data set": ("rows", 0),
    "by number from 1, in the order of the data set": ("rows", 1),
}
HEADERS = {
    "as it looks (it is said)": "auto",
    "the names of the columns": "yes",
    "an answer": "no",
}


def show_import(opened: Opened) -> None:
    """Bring judgments that were collected elsewhere."""
    kind = st.selectbox("What the file holds", FORMATS, format_func=CONTENTS.__getitem__, key="import_kind")
    name = st.text_input("Name for these answers", key="import_name", placeholder="the name of the file")
    options = Options(kind=kind, campaign=name, **_numbering(kind), **_columns(kind))
    uploaded = st.file_uploader("File", key="import_file")
    if st.button("Import", key="import_go", disabled=uploaded is None, type="primary") and uploaded is not None:
        _import(opened, uploaded.name, uploaded.getvalue(), options)


def _numbering(kind: str) -> dict[str, Any]:
    if kind == "events":
        return {}
    chosen = st.selectbox(
        "Items are given",
        list(NUMBERING),
        key="import_numbering",
        help="28 is 28.jpg or img_028.png. What was understood is said after the import.",
    )
    numbers, base = NUMBERING[chosen]
    return {"numbers": numbers, "base": base}


def _columns(kind: str) -> dict[str, Any]:
    values = {}
    if kind in ("odd-one-out", "triplets"):
        values["header"] = HEADERS[st.selectbox("The first row of a text file is", list(HEADERS), key="import_header")]
        label = "Columns of the three items, by name or number"
        values["items"] = st.text_input(label, "1,2,3", key="import_items")
        values["person"] = st.text_input("Column with the person", key="import_person", placeholder="none")
    if kind == "odd-one-out":
        label = "Where the odd one is: third, second, or column:NAME with the position 1 to 3"
        values["odd"] = st.text_input(label, "third", key="import_odd")
    return values


def _import(opened: Opened, name: str, data: bytes, options: Options) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(data)
        try:
            st.success(plain(import_judgments(opened, path, options).sentence))
        except InputError as error:
            st.error(plain(error))
