"""Many items labelled at once: those that a lasso on the map holds, a saved selection, a tag, a cluster of the map."""

import numpy as np
import streamlit as st

from explorer.app.explore.polygon import simplify
from explorer.app.explore.selection import selection, view_stamp
from explorer.app.explore.view import Region
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery, map_items
from explorer.app.frame.map import similarity_map
from explorer.app.label.colours import label_colours
from explorer.app.label.view import ADDRESS, Context
from explorer.base.arrays import Rows
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.features.label.service import give, labels_of, store_of
from explorer.io.text import counted
from explorer.library.map_values import map_points
from explorer.search.filters import Filter, format_filters
from explorer.search.find import filter_mask
from explorer.workspace.saved import load_views

PREVIEW = 12
DRAWN, TAG, SAVED, CLUSTER = "drawn", "tag", "view", "cluster"
NOTE = "label.many.note"


def many(context: Context, labelling: str, labeller: str) -> None:
    """Draw the choice of items, the map to draw on, and the button that labels all of them as one change."""
    with st.expander("Label many at once", icon=":material/lasso_select:", expanded=bool(context.view.many)):
        options = _options(context)
        now = context.view.many if context.view.many in options else DRAWN
        st.session_state["label.many"] = now
        st.selectbox(
            "Which items",
            list(options),
            key="label.many",
            format_func=options.__getitem__,
            width=360,
            on_change=lambda: ADDRESS.change(many=st.session_state["label.many"]),
        )
        if now == DRAWN:
            _map(context, labelling)
        rows = rows_of(context, now)
        if len(rows):
            _give(context, rows, labelling, labeller, options[now])
        elif now != DRAWN:
            st.info("No item is in it now.")
        _undo(context, labelling, labeller)


def rows_of(context: Context, which: str) -> Rows:
    """(k,) rows of the items that a choice names."""
    kind, _, name = which.partition(":")
    opened = context.opened
    if kind == CLUSTER:
        found = opened.map(context.encoder, opened.map_methods(context.encoder)[0])
        return np.flatnonzero(found.clusters == int(name))
    if kind == TAG:
        one = Filter(column=opened.tag_column, kind="values", values=(name,))
        return np.flatnonzero(filter_mask(opened, format_filters([one])))
    inside = selection(opened, context.view.regions, name if kind == SAVED else "", "")
    return np.flatnonzero(inside) if inside is not None else np.zeros(0, np.int64)


def _options(context: Context) -> dict[str, str]:
    opened = context.opened
    found = {DRAWN: "drawn on the map here"}
    found |= {f"{SAVED}:{view_stamp(one)}": f"saved selection: {one.name}" for one in load_views(opened.workspace)}
    found |= {f"{TAG}:{name}": f"tag: {name}" for name, count in opened.tag_counts().items() if count}
    methods = opened.map_methods(context.encoder)
    if methods:
        names = opened.map(context.encoder, methods[0]).cluster_names
        found |= {f"{CLUSTER}:{number}": f"cluster of the map: {name}" for number, name in enumerate(names)}
    return found


def _map(context: Context, labelling: str) -> None:
    methods = context.opened.map_methods(context.encoder)
    if not methods:
        st.info("There is no map of these items yet. Press “Prepare for search” on the home page to draw it.")
        return
    inside = selection(context.opened, context.view.regions, "", "")
    st.caption("Draw round items with the lasso. The colours are the labels so far.")
    points = map_points(context.opened, context.encoder, methods[0])
    event = similarity_map(
        points,
        label_colours(context.opened, labels_of(context.opened, labelling), points.xy),
        key="label.map",
        height=420,
        items=map_items(context.opened, context.encoder),
        selected=inside,
        elastic=methods[0] == "umap",
    )
    if event and event.kind == "select":
        region = Region(event.op, methods[0], context.encoder, simplify(event.polygon.tolist()))
        before = () if event.op == "replace" else context.view.regions
        ADDRESS.change(many=DRAWN, regions=(*before, region))
        st.rerun()
    if event and event.kind == "clear":
        ADDRESS.change(regions=())
        st.rerun()


def _give(context: Context, rows: Rows, labelling: str, labeller: str, source: str) -> None:
    st.markdown(f"**{counted(len(rows), 'item')}**" + (f", the first {PREVIEW}:" if len(rows) > PREVIEW else ""))
    gallery(
        context.opened,
        Cards(rows[:PREVIEW], ranked=False),
        "label.many.items",
        lambda action, item: None,
        label="Items to label at once",
        actions=(),
        card=96,
        click_label="One of the items",
    )
    if not may("label"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(
            "Label",
            store_of(context.opened).names(labelling),
            index=None,
            key="label.many.label",
            accept_new_options=True,
            placeholder="Pick one, or type a new one",
            width=280,
        )
        st.button(
            f"Give it to {counted(len(rows), 'item')}",
            key="label.many.give",
            type="primary",
            icon=":material/label:",
            disabled=not label,
            on_click=lambda: _done(context, rows, (labelling, labeller, label or ""), source),
        )


def _done(context: Context, rows: Rows, what: tuple[str, str, str], source: str) -> None:
    labelling, labeller, label = what
    ids = [str(one) for one in context.opened.dataset.ids[rows]]
    try:
        change = give(context.opened, labelling, labeller, dict.fromkeys(ids, label), source)
        st.session_state[NOTE] = f"{change.words}." if change.items else "All of them have this label already."
    except ExplorerError as error:
        st.session_state[NOTE] = str(error)


def _undo(context: Context, labelling: str, labeller: str) -> None:
    """What was done last here, and its undo, which takes all of it back."""
    said = st.session_state.pop(NOTE, "")
    if said:
        st.info(plain(said))
    last = store_of(context.opened).last(labelling, labeller)
    if last and may("label"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(f"Last change by {labeller}: {last.words}."), width="content")
            st.button(
                "Undo",
                key="label.many.undo",
                icon=":material/undo:",
                type="tertiary",
                on_click=lambda: _take_back(context, labelling, labeller, last.number),
            )


def _take_back(context: Context, labelling: str, labeller: str, number: int) -> None:
    try:
        change = store_of(context.opened).undo(labelling, labeller, number)
        st.session_state[NOTE] = f"Taken back: {change.words.removeprefix('undo of: ')}."
    except ExplorerError as error:
        st.session_state[NOTE] = str(error)
