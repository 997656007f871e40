"""Scores learned from what people decided: the button, and the probabilities in place of the matcher's scores."""

from collections.abc import Mapping

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.match.view import ADDRESS, Context
from explorer.base.errors import InputError
from explorer.features.match.deciding import FEWEST, decided, learn_mix
from explorer.features.match.service import Matched
from explorer.workspace.match_store import Pair


def learned(context: Context, matched: Matched, decisions: Mapping[Pair, str]) -> tuple[Matched, str]:
    """The same pairs, with learned scores where the address asks for them, and what is lacking to learn, or ""."""
    known = decided(matched, decisions)
    same = int(known.same.sum())
    other = len(known.same) - same
    enough = min(same, other) >= FEWEST
    if enough or context.view.links_learned:
        _field(context, f"Learns from {same:,} pairs that are the same and {other:,} that are not.")
    lacking = (
        f"Scores can be learned from {FEWEST} pairs that are the same and {FEWEST} that are not; "
        f"decided are {same:,} and {other:,}."
        if decisions and not enough
        else ""
    )
    if not context.view.links_learned:
        return matched, lacking
    try:
        return learn_mix(matched, known), ""
    except InputError as error:
        st.warning(plain(error))
        return matched, ""


def _field(context: Context, words: str) -> None:
    st.session_state["match.links.learned"] = context.view.links_learned
    st.toggle(
        "Score by what was decided",
        key="match.links.learned",
        help=f"{words} A logistic regression over the parts of the score gives the probability that two are the same; "
        "pairs that were decided teach it and say nothing of how right it is.",
        on_change=lambda: ADDRESS.change(links_learned=bool(st.session_state["match.links.learned"]), links_from=None),
    )
