"""Links: two lists, a matcher, and which of these is the same as which of those."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.app.frame.foreign import plain
from explorer.app.match.links_figures import MOST_CELLS, heat_figure
from explorer.app.match.links_kept import kept_field
from explorer.app.match.links_learned import learned
from explorer.app.match.links_list import Shown, links_list
from explorer.app.match.links_presets import presets
from explorer.app.match.links_rule import rule_fields
from explorer.app.match.links_run import kept_named, note_of, pairs_of
from explorer.app.match.links_setup import Setup, setup
from explorer.app.match.links_sources import PROBLEM
from explorer.app.match.links_truth import truth_panel
from explorer.app.match.view import Context
from explorer.features.match.contract import METHODS
from explorer.features.match.deciding import of_gone
from explorer.features.match.service import Matched
from explorer.features.match.standing import Standing, standing
from explorer.io.text import counted
from explorer.workspace.match_store import match_store


def links_panel(context: Context) -> None:
    """The tab."""
    if PROBLEM in st.session_state:
        st.error(plain(st.session_state.pop(PROBLEM)), icon=":material/error:")
    kept_field(context)
    presets(context)
    top, row = st.container(), st.container(horizontal=True, vertical_alignment="bottom")
    with top:
        wanted = None if context.view.links_kept else setup(context, row)
    found = _kept(context) if context.view.links_kept else _fresh(context, wanted)
    if found is not None:
        _shown(context, *found, row)


def _kept(context: Context) -> tuple[str, Matched]:
    name = context.view.links_kept
    matched = kept_named(context.opened, name)
    left, right = matched.task.left, matched.task.right
    with_whom = "with itself" if matched.task.same else f"and {right.name} by “{right.text}”"
    words = f"{left.name} by “{left.text}” {with_whom}, as it was kept. Matcher: {METHODS[matched.method.name].label}."
    st.caption(plain(words))
    return name, matched


def _fresh(context: Context, wanted: Setup | None) -> tuple[str, Matched] | None:
    matched = pairs_of(context, wanted) if wanted else None
    return (wanted.name, matched) if wanted and matched else None


def _shown(context: Context, name: str, matched: Matched, row: DeltaGenerator) -> None:
    """Everything below the fields of the sides; in `row` how pairs become links."""
    decisions = match_store(context.opened.workspace).decisions(name)
    matched, learning = learned(context, matched, decisions)
    with row:
        rule = rule_fields(context, matched)
    found = standing(matched, rule, decisions)
    _told(matched, found, learning)
    if gone := of_gone(matched, decisions):
        st.caption(
            f"{counted(gone, 'decision')} about things that are not in these lists now: kept for when they come back."
        )
    links_list(context, Shown(name=name, matched=matched, rule=rule, found=found, decisions=decisions))
    _heat(matched, found)
    truth_panel(context, matched, found, rule)


def _told(matched: Matched, found: Standing, learning: str) -> None:
    links, (left, right) = found.links, matched.sizes
    pairs, bound = matched.pairs, "" if links.threshold is None else f" of at least {links.threshold:.3f}"
    if matched.task.same and left == 1:
        st.info("One row has nothing to be compared with. Choose another list on the right.")
    linked = f"{left - len(links.left_alone):,} of {left:,} {'' if matched.task.same else 'left '}rows"
    if not matched.task.same:
        linked += f", {right - len(links.right_alone):,} of {right:,} right rows"
    st.markdown(plain(f"{counted(len(links), 'link')}{bound}: {linked}, among {counted(len(pairs), 'proposed pair')}."))
    ties = f"{links.ties:,} had several equally good; the first was taken." if links.ties else ""
    about = [one for one in (note_of(matched), plain(ties), plain(learning)) if one]
    if about:
        st.caption(" · ".join(about))


def _heat(matched: Matched, found: Standing) -> None:
    """All scores of two short lists."""
    if max(matched.sizes) > MOST_CELLS or not len(matched.pairs):
        return
    scores = np.full(matched.sizes, np.nan, np.float32)
    scores[matched.pairs.left, matched.pairs.right] = matched.pairs.scores
    pairs, places = found.matched.pairs, found.links.places
    left, right = matched.task.left, matched.task.right
    rows, columns = (
        [text.strip() or one for text, one in zip(side.texts, side.ids, strict=True)] for side in (left, right)
    )
    with st.expander("All scores at once"):
        st.plotly_chart(
            heat_figure(rows, columns, scores, list(zip(pairs.left[places], pairs.right[places], strict=True))),
            key="match.links.heat",
            config={"displayModeBar": False},
        )
        st.caption("Colour: the score. Nothing is drawn where the matcher proposed no pair; rings mark links.")
