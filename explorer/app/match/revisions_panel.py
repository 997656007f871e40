"""Revisions: three texts, pasted or a row of a table, what changed alike, and the scores beside each other."""

import json

import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.table_file import table_button
from explorer.app.match.links_sources import keep_file, path_of
from explorer.app.match.revisions_figures import context_figure
from explorer.app.match.revisions_panes import LEGEND, pane
from explorer.app.match.view import ADDRESS, Context
from explorer.base.errors import ExplorerError, InputError
from explorer.base.memory import remembered
from explorer.base.metrics import score_text
from explorer.base.permission import may
from explorer.features.match.revisions.excision import FORMULA
from explorer.features.match.revisions.pieces import panes
from explorer.features.match.revisions.service import (
    MEASURES,
    Compared,
    compare,
    means_of,
    revision_columns,
    scores_of_table,
    with_context,
)
from explorer.io.table_names import TABLE_ENDINGS
from explorer.io.tables import TableFile, read_table
from explorer.io.text import counted
from explorer.workspace.opened import Opened

ROLES = {"original": "Original O", "reference": "Reference A", "candidate": "Candidate B"}
EXAMPLE = {
    "original": "def mean(values):\n    total = sum(values)\n    return float(total) / len(values)",
    "reference": "def mean(values):\n    if not values:\n        return 0\n    total = sum(values)\n"
    "    return total / len(values)",
    "candidate": "def mean(values):\n    if not values:\n        return None\n    total = sum(values)\n"
    "    return float(total) / len(values)",
}
PASTED = "pasted.jsonl"
TIMES = "match.revisions.brought"
"""In the session: how often something was brought."""
MOST_ROWS, MOST_PASTED = 2_000, 200_000


def revisions_panel(context: Context) -> None:
    """The tab."""
    _bring()
    texts = _texts(context)
    found = compare(*texts)
    _scores(found)
    _panes(found)
    _context(texts)


def _bring() -> None:
    """The fields of texts and of a file, which close when something was brought."""
    times = st.session_state.get(TIMES, 0)
    with st.container(horizontal=True):
        with st.popover("Paste three texts", icon=":material/content_paste:", key=f"match.revisions.paste.{times}"):
            _paste()
        if may("upload"):
            key = f"match.revisions.file.{times}"
            with st.popover("File", icon=":material/upload_file:", key=f"{key}.popover"):
                st.file_uploader(
                    "A table with three columns: original, reference, candidate",
                    type=sorted({ending.rpartition(".")[2] for ending in TABLE_ENDINGS}),
                    key=key,
                    on_change=_brought,
                    args=(key,),
                )
    if problem := st.session_state.pop("match.revisions.problem", ""):
        st.error(plain(problem))


def _paste() -> None:
    with st.form("match.revisions.form", border=False):
        for role, name in ROLES.items():
            st.text_area(name, key=f"match.revisions.{role}", height=140, max_chars=MOST_PASTED)
        st.form_submit_button("Compare", type="primary", on_click=_pasted)


def _pasted() -> None:
    row = {role: str(st.session_state.get(f"match.revisions.{role}") or "") for role in ROLES}
    _keep(PASTED, json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _brought(key: str) -> None:
    file = st.session_state.get(key)
    if file is not None:
        _keep(file.name, file.getvalue())


def _keep(name: str, data: bytes) -> None:
    try:
        kept = keep_file(name, data)
    except ExplorerError as error:
        st.session_state["match.revisions.problem"] = str(error)
        return
    st.session_state[TIMES] = st.session_state.get(TIMES, 0) + 1
    columns = {f"revisions_{role}": "" for role in ROLES}
    ADDRESS.change(**columns, revisions_file=kept, revisions_row=1)


def _texts(context: Context) -> tuple[str, str, str]:
    """The three texts: the row of the file that the address names, else an example."""
    kept = context.view.revisions_file
    if not kept:
        st.caption("An example. Paste three texts, or bring a table whose rows have all three.")
        return EXAMPLE["original"], EXAMPLE["reference"], EXAMPLE["candidate"]
    file = read_table(path_of(kept))
    columns = _columns(context, file)
    row = _row(context, file, columns, kept)
    first, second, third = (file.strings(name)[row - 1].as_py() or "" for name in columns)
    return first, second, third


def _columns(context: Context, file: TableFile) -> tuple[str, str, str]:
    view, names = context.view, file.table.column_names
    wished = (view.revisions_original, view.revisions_reference, view.revisions_candidate)
    first, second, third = (name if name in names else "" for name in wished)
    chosen = revision_columns(file, (first, second, third))
    if names == list(ROLES):
        return chosen
    for place, (role, now) in enumerate(zip(ROLES, chosen, strict=True)):
        key = f"match.revisions.column.{role}"
        st.session_state[key] = now
        with st.container() if place else st.container(key="match.revisions.columns"):
            st.selectbox(ROLES[role], names, key=key, on_change=_change_column, args=(role, key), width=320)
    return chosen


def _change_column(role: str, key: str) -> None:
    ADDRESS.change(**{f"revisions_{role}": st.session_state[key]})


@remembered(4)
def _table(opened: Opened, kept: str, columns: tuple[str, str, str]) -> pd.DataFrame:
    """The scores of all rows of a kept file."""
    found: pd.DataFrame = scores_of_table(read_table(path_of(kept)), columns).to_pandas()
    return found


def _row(context: Context, file: TableFile, columns: tuple[str, str, str], kept: str) -> int:
    """Number from 1 of the row that is shown; above it, with more than one, the list of rows with their scores."""
    count = file.table.num_rows
    if count == 1:
        return 1
    if count > MOST_ROWS:
        raise InputError(
            f"Expected at most {MOST_ROWS:,} rows to list, got {count:,}. `explorer revisions` takes the whole file."
        )
    table = _table(context.opened, kept, columns)
    _means(table)
    shown = table.rename(columns=MEASURES)
    row: int = min(max(int(context.view.revisions_row), 1), count)
    key = f"match.revisions.rows.{kept}"
    st.dataframe(
        shown,
        hide_index=True,
        height=min(260, 38 + 35 * count),
        key=key,
        on_select=lambda: _open_row(key),
        selection_mode="single-row",
        column_config={name: st.column_config.NumberColumn(format="%.3f") for name in MEASURES.values()},
    )
    table_button(shown, "revisions", "match.revisions.download")
    st.markdown(f"**Row {row:,}**")
    return row


def _open_row(key: str) -> None:
    """Go to the row that was chosen in the list."""
    chosen = st.session_state[key]["selection"]["rows"]
    if chosen:
        ADDRESS.change(revisions_row=chosen[0] + 1)


def _means(table: pd.DataFrame) -> None:
    import pyarrow as pa

    means = means_of(pa.Table.from_pandas(table[list(MEASURES)], preserve_index=False))
    if not means:
        st.caption("No row has a text in these columns.")
        return
    said = "; ".join(f"{MEASURES[name]} {score_text(score.as_dict())}" for name, score in means.items())
    scored = next(iter(means.values())).items
    left = f" {counted(len(table) - scored, 'row')} without any text left out." if scored < len(table) else ""
    st.caption(
        f"Means over {counted(scored, 'row')} with 95 % bootstrap intervals: {plain(said)}.{left} "
        "Choose a row to open it."
    )


def _scores(found: Compared) -> None:
    with st.container(horizontal=True, gap="large"):
        for name, label in MEASURES.items():
            st.metric(label, f"{found.scores[name]:.3f}", width="content", help=_help(name))
    a, b = found.excision.changes
    st.caption(
        f"A changes {a:,} words and signs, B {b:,}; {found.excision.matched:,} of them match. {plain(FORMULA)}. The "
        "published Excision Score normalises in a way that was not to be had: this is a reconstruction."
    )
    most = "" if found.most_shared is None else f"; at most {found.most_shared:,} could be shared"
    st.caption(f"{found.shared:,} words and signs that both kept of the original are taken out{most}.")
    for note in found.notes:
        st.info(plain(note))


def _help(name: str) -> str:
    return {
        "excision": "What all three texts share is taken out; deletions count as insertions do.",
        "bleu": "1 to 4 tokens in a row of B that A has, too; without the original. High when much is shared.",
        "chrf": "1 to 6 characters in a row, recall twice as heavy; without the original.",
        "edit": "1 − Levenshtein distance of tokens / tokens of the longer text; without the original.",
    }[name]


def _panes(found: Compared) -> None:
    columns = st.columns(3)
    for column, name, pieces in zip(columns, ROLES.values(), panes(found), strict=True):
        with column, st.container(border=True):
            st.markdown(f"**{name}**")
            st.markdown(pane(pieces))
    st.caption(LEGEND)


def _context(texts: tuple[str, str, str]) -> None:
    found = with_context(texts)
    if len(found["copies"]) < 2:
        st.caption("These texts are too long to show what more shared context would do.")
        return
    steps = [int(copies) for copies in found["copies"]]
    copies = st.select_slider(
        "Shared context put before all three, so many times", steps, key="match.revisions.context", width=420
    )
    place = steps.index(int(copies))
    said = ", ".join(f"{label} {found[name][place]:.3f}" for name, label in MEASURES.items())
    st.plotly_chart(context_figure(found, int(copies)), key="match.revisions.figure", config={"displayModeBar": False})
    st.caption(f"With {copies:,}: {plain(said)}. What nobody changed raises the scores that do not know the original.")
