"""Collect training triples: a query, an item that answers it, and one that only seems to, for training a model."""

from collections.abc import Callable
from hashlib import blake2b

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.by_choice import both_lists
from explorer.app.explore.state import Context
from explorer.app.frame.foreign import plain, short
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.base.dataset import ID, TEXT
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.io.text import counted
from explorer.search.hybrid import COMPARED, propose
from explorer.search.keywords import words_asked
from explorer.search.triples import collect, triples_bytes
from explorer.workspace.triple_store import Triple, TripleStore, triple_store

KEY, MINED, LABEL = "explore.triples", 500, 70
FORMATS = {"jsonl": ("JSONL", "application/jsonl"), "csv": ("CSV", "text/csv")}
ABOUT = (
    "A triple is a query, an item that answers it, and a **hard negative**: one that a list puts first although it "
    "does not. Where the two lists disagree, such items are found. Training on them teaches a model your queries."
)


def triple_panel(context: Context) -> None:
    """A button that opens the form; the triples that there are, and ways to take them away."""
    box = st.popover("Training triples", icon=":material/model_training:", key=KEY, on_change="rerun")
    if not box.open:
        return
    with box:
        st.markdown(ABOUT)
        if may("collect triples"):
            _form(context)
        _kept(context, triple_store(context.workspace))


def _form(context: Context) -> None:
    found = both_lists(context)
    proposed = propose(context.opened, context.encoder, context.view.parts, context.view.filters)
    rows = dict.fromkeys([*found.fused.rows[:COMPARED].tolist(), *found.dense[:COMPARED].tolist()])
    rows |= dict.fromkeys(found.hits.rows[:COMPARED].tolist())
    rows |= {row: None for row in (proposed.positive, proposed.negative) if row >= 0}
    labels = _labels(context, list(rows))
    key = f"{KEY}.{_stamp(context)}"
    positive = st.selectbox(
        "Answers the query",
        list(labels),
        index=list(rows).index(proposed.positive) if proposed.positive >= 0 else None,
        format_func=labels.__getitem__,
        key=f"{key}.positive",
        placeholder="Choose the item that does",
        help="Proposed: the first that both lists have among their first five.",
    )
    negatives = st.multiselect(
        "Hard negatives",
        [one for one in labels if one != positive],
        default=_default(context, proposed.negative, positive),
        format_func=labels.__getitem__,
        key=f"{key}.negatives.{positive}",
        help="Proposed: an item that one list alone has among its first five. Take it out if it is right.",
    )
    triples = [Triple(words_asked(context.view.parts), positive or "", one) for one in negatives or ("",)]
    st.button(
        f"Collect {counted(len(triples), 'triple')}",
        key=f"{KEY}.collect",
        type="primary",
        icon=":material/add:",
        disabled=positive is None,
        on_click=lambda: _told(lambda: f"{collect(context.opened, triples).words}."),
    )


def _default(context: Context, negative: int, positive: str | None) -> list[str]:
    item = str(context.dataset.ids[negative]) if negative >= 0 else ""
    return [item] if item and item != positive else []


def _labels(context: Context, rows: list[int]) -> dict[str, str]:
    """What each item is called in the lists, by id: its text, else its id."""
    table = context.opened.dataset.table.select([ID, TEXT]).take(rows).to_pylist()
    return {one[ID]: short(" ".join(one[TEXT].split()), LABEL) or one[ID] for one in table}


def _kept(context: Context, store: TripleStore) -> None:
    count, last = store.count(), store.last()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{counted(count, 'triple')} in this collection." if count else "No triples yet.", width="stretch")
        for kind, (name, mime) in FORMATS.items() if count else ():
            st.download_button(
                name,
                _maker(context, kind),
                f"{context.opened.name}-triples.{kind}",
                mime,
                key=f"{KEY}.{kind}",
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
            )
        if last is not None and may("collect triples"):
            st.button(
                "Undo",
                key=f"{KEY}.undo",
                icon=":material/undo:",
                type="tertiary",
                help=f"Take back the last: {plain(last.words)}",
                on_click=lambda: _told(lambda: f"Taken back: {store.undo(last.number).words}."),
            )
    _mining(context)


def _mining(context: Context) -> None:
    args = ["triples", str(context.workspace.path), "--mine", str(MINED), "--model", context.encoder]
    if work_button(
        f"Mine {MINED} from the texts themselves",
        key=f"{KEY}.mine",
        icon=":material/search:",
        disabled=running(context.workspace),
        help="A part of each text asks and the item itself is the answer; the hard negative is what one list alone has "
        "among its first five.",
    ):
        start_job(context.workspace.path, args, "Mine training triples")
    if running(context.workspace):
        show_jobs(context.workspace)


def _maker(context: Context, kind: str) -> Callable[[], bytes]:
    return lambda: triples_bytes(context.opened, kind)


def _told(do: Callable[[], str]) -> None:
    try:
        state.note(do())
    except ExplorerError as error:
        state.note(str(error))


def _stamp(context: Context) -> str:
    """Another one for another question, so that what was chosen for one is not taken for another."""
    asked = repr((context.view.parts, context.view.filters, context.encoder))
    return blake2b(asked.encode(), digest_size=6).hexdigest()
