"""Matches that are kept in the collection: to keep one, to open one, to take one away."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.match.links_setup import model_of
from explorer.app.match.view import ADDRESS, Context
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.features.match.kept import keep, kept_matches, take_away
from explorer.features.match.service import Matched

NOTE = "match.links.kept.note"


def kept_field(context: Context) -> None:
    """The choice of a kept match, where there is one."""
    said = st.session_state.pop(NOTE, "")
    if said:
        st.info(plain(said))
    known = {one.name: one for one in kept_matches(context.opened.workspace)}
    now = context.view.links_kept
    if not known and not now:
        return
    st.session_state["match.links.kept"] = now
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Kept matches",
            ["", *known, *([now] if now and now not in known else [])],
            key="match.links.kept",
            width=340,
            format_func=lambda name: f"{name} · {known[name].made[:10]}" if name in known else name or "a new one",
            on_change=lambda: ADDRESS.change(
                links_kept=st.session_state["match.links.kept"] or "", links_learned=False
            ),
        )
        if now in known and may("run work"):
            st.button(
                "Take away",
                key="match.links.away",
                icon=":material/delete:",
                type="tertiary",
                help="The pairs go; what was decided of them stays for when they are matched again.",
                on_click=_away,
                args=(context, now),
            )


def keep_button(context: Context, name: str, matched: Matched) -> None:
    """Keep the pairs that are shown, with both lists as they are."""
    if context.view.links_kept or not may("run work"):
        return
    st.button(
        "Keep this match",
        key="match.links.keep",
        icon=":material/bookmark:",
        type="tertiary",
        help="Keeps both lists as they are and all pairs, to be opened again without the files. It takes the place of "
        "a match of the same two lists.",
        on_click=_keep,
        args=(context, name, matched),
    )


def _keep(context: Context, name: str, matched: Matched) -> None:
    try:
        before = next((one for one in kept_matches(context.opened.workspace) if one.name == name), None)
        keep(context.opened.workspace, name, matched, model_of(context))
        instead = f", in place of the one of {before.made[:10]}" if before else ""
        st.session_state[NOTE] = f"“{name}” is kept in this collection{instead}."
    except ExplorerError as error:
        st.session_state[NOTE] = str(error)


def _away(context: Context, name: str) -> None:
    try:
        take_away(context.opened.workspace, name)
        ADDRESS.change(links_kept="")
        st.session_state[NOTE] = f"“{name}” was taken away."
    except ExplorerError as error:
        st.session_state[NOTE] = str(error)
