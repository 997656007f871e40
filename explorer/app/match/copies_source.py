"""What the tab Copies compares: the items of the collection, or a table that somebody brought, and its columns."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.match.links_sources import FILE, ITEMS, keep_file, side_of
from explorer.app.match.view import ADDRESS, Context
from explorer.base.dataset import HASH, ID, PATH, TEXT
from explorer.base.errors import ExplorerError
from explorer.base.memory import remembered
from explorer.base.permission import may
from explorer.base.progress import Silent
from explorer.base.sampling import at_most
from explorer.features.elites.service import reads_texts
from explorer.features.match.copies.service import Copies, copies_of
from explorer.features.match.copies.vectors import vectors_of
from explorer.features.match.service import DEFAULT_MODEL
from explorer.features.match.side import Side
from explorer.io.table_names import TABLE_ENDINGS
from explorer.workspace.opened import Opened

MOST_ITEMS, MOST_READ, SEED = 10_000, 2_000, 0
PROBLEM = "match.copies.problem"
FIELDS = ("column", "truth", "solved", "among", "seen", "period")


def choose_source(context: Context) -> tuple[Side, Copies, str]:
    """The fields of the source, drawn; the whole list, what is compared of it, and the spec of what reads texts."""
    word = context.view.copies_source or ITEMS
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _field(word)
        if may("upload"):
            _bring()
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(plain(problem))
    items = word == ITEMS
    side = side_of(context.opened, word)
    column = context.view.copies_column if context.view.copies_column in side.table.column_names else ""
    model = context.encoder if items or reads_texts(context.encoder) else DEFAULT_MODEL
    if not items:
        with st.container(horizontal=True):
            choose("column", side.table.column_names, column or side.text, "Column that is compared")
    found = compared(context.opened, word, column, model)
    _sampled(side, found, model, items)
    return side, found, model


def columns_of(side: Side) -> list[str]:
    """What is known of the things besides where they lie and, of a file, what is compared."""
    apart = {ID, PATH, HASH, TEXT} if side.workspace else {side.text}
    return [name for name in side.table.column_names if name not in apart]


def choose(field: str, names: Sequence[str], now: str, label: str) -> None:
    """A choice of a column that goes to a field of the tab."""
    key = f"match.copies.{field}"
    st.session_state[key] = now
    st.selectbox(
        plain(label),
        names,
        key=key,
        width=260,
        format_func=lambda name: name or "none",
        on_change=lambda: ADDRESS.change(**{f"copies_{field}": st.session_state[key]}),
    )


@remembered(3)
def compared(opened: Opened, word: str, column: str, model: str) -> Copies:
    """The things of a source compared with each other; of many so many at random."""
    items = word == ITEMS
    side = side_of(opened, word, column, model if items and model in opened.encoders else "")
    most = MOST_ITEMS if side.vectors is not None else MOST_READ
    if len(side) > most:
        rows = at_most(np.arange(len(side)), most, np.random.default_rng(SEED))
        side = side.take(rows.tolist())
    return copies_of(side, vectors_of(side, model, Silent()))


def _sampled(side: Side, found: Copies, model: str, items: bool) -> None:
    drawn = len(found.side)
    said = f"{drawn:,} things, {len(found.present):,} with a vector of {plain(model)}."
    if drawn < len(side):
        more = "" if items else " A collection made of the file on the home page takes more."
        said += f" Drawn at random from {len(side):,}; `explorer near-copies` takes all.{more}"
    st.caption(said)


def _field(word: str) -> None:
    words = list(dict.fromkeys([ITEMS, word]))
    st.session_state["match.copies.source"] = word
    st.selectbox(
        "What is compared",
        words,
        key="match.copies.source",
        width=320,
        format_func=lambda one: "This collection" if one == ITEMS else one.rpartition("/")[2],
        on_change=lambda: _go(st.session_state["match.copies.source"]),
    )


def _go(word: str) -> None:
    ADDRESS.change(**{f"copies_{name}": "" for name in FIELDS}, copies_source=word, copies_cosine=0.0)


def _bring() -> None:
    with st.popover("File", icon=":material/upload_file:", key="match.copies.bring"):
        st.file_uploader(
            "A table: each row is a thing",
            type=sorted({ending.rpartition(".")[2] for ending in TABLE_ENDINGS}),
            key="match.copies.file",
            on_change=_brought,
        )


def _brought() -> None:
    file = st.session_state.get("match.copies.file")
    if file is None:
        return
    try:
        _go(f"{FILE}:{keep_file(file.name, file.getvalue())}")
    except ExplorerError as error:
        st.session_state[PROBLEM] = str(error)
