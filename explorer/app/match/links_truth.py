"""How right the links are, where it is known: precision and recall against the threshold, and probabilities."""

import numpy as np
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.match.links_figures import curve_figure, kinds_figure, reliability_figure
from explorer.app.match.links_pairs import KnownPairs, known_pairs, scores_of, untold
from explorer.app.match.links_setup import column_names
from explorer.app.match.links_sources import FILE, KINDS, PROBLEM, SHOP, keep_file, source_name, source_path
from explorer.app.match.view import ADDRESS, Context
from explorer.base.arrays import Rows
from explorer.base.errors import ExplorerError, InputError
from explorer.features.match.assigning import Links, Rule
from explorer.features.match.probability import calibration_score, held_out_probabilities, reliability
from explorer.features.match.products.evaluate import precision_by_kind
from explorer.features.match.service import Matched
from explorer.features.match.standing import Standing
from explorer.features.match.truth import Truth, scores_of_links, truth_in
from explorer.workspace.shop import shop_files

HELP = (
    "A column of the left list with the ids of the right things, “|” between several, nothing for none. Where a list "
    "is matched with itself: ids of the same list, or the name of the group of things that are the same. Or a table of "
    "pairs with the columns left and right, and perhaps same (1 or 0) and kind."
)
SHOP_PAIRS = "catalogue pairs"
NO_BAR = {"displayModeBar": False}
TABLES = [ending for ending in KINDS if ending != "zip"]


def truth_panel(context: Context, matched: Matched, found: Standing, rule: Rule) -> None:
    """The choice of what tells it, numbers of the links as they stand, and the curves."""
    now = _field(context, matched)
    if not now:
        return
    try:
        known = known_pairs(source_path(context.opened, now), matched) if _is_file(now) else None
        truth = known.truth if known else truth_in(matched.task, now)
        every = matched.links(Rule(way=rule.way, about=rule.about, copies=rule.copies))
        _numbers(found, truth)
        if known and (words := untold(*_ends(found), known)):
            st.info(plain(words))
        _curve(matched, every, truth, found.links.threshold)
    except InputError as error:
        st.warning(plain(error))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _probability(matched, every, truth)
    if known and len(set(known.kinds)) > 1:
        with right:
            _by_kind(matched, known)
    for note in truth.notes:
        st.caption(plain(note))


def _is_file(word: str) -> bool:
    return word.startswith((f"{FILE}:", f"{SHOP}:"))


def _field(context: Context, matched: Matched) -> str:
    """The choice of what tells what is right; "" for nothing."""
    pairs = [f"{SHOP}:{SHOP_PAIRS}"] if SHOP_PAIRS in shop_files(context.opened.workspace) else []
    columns, asked = ["", *column_names(matched.task.left)], context.view.links_truth
    pairs += [asked] if _is_file(asked) and asked not in pairs else []
    now = asked if asked in (*columns, *pairs) else ""
    st.session_state["match.links.truth"] = now
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Truth, if it is known",
            [*columns, *pairs],
            key="match.links.truth",
            width=300,
            format_func=lambda name: source_name(name, context.opened) if _is_file(name) else name or "none",
            help=HELP,
            on_change=lambda: ADDRESS.change(links_truth=st.session_state["match.links.truth"]),
        )
        _bring()
    if asked and not now:
        words = f"{matched.task.left.name} has no column “{asked}” any more. Choose what tells which pairs are right."
        st.warning(plain(words))
    return now


def _bring() -> None:
    """A table of pairs of the reader's own."""
    key = "match.links.truth.file"
    with st.popover("Pairs", icon=":material/upload_file:", help="Bring a table of pairs"):
        st.file_uploader("A table of pairs: left, right, same, kind", type=TABLES, key=key, on_change=_brought)


def _brought() -> None:
    file = st.session_state.get("match.links.truth.file")
    if file is None:
        return
    try:
        ADDRESS.change(links_truth=f"{FILE}:{keep_file(file.name, file.getvalue())}")
    except ExplorerError as error:
        st.session_state[PROBLEM] = str(error)


def _numbers(found: Standing, truth: Truth) -> None:
    left, right = _ends(found)
    scores = scores_of_links(left, right, truth)
    counts = {
        "Precision": f"{scores.hits:,} of {len(left):,} links are right.",
        "Recall": f"{scores.hits:,} of {len(truth):,} right pairs are linked.",
        "F1": "Harmonic mean of the two; the wider interval of over pairs and over rows.",
    }
    with st.container(horizontal=True):
        for (name, words), score in zip(counts.items(), scores.all, strict=True):
            with st.container(width=190, gap=None):
                st.metric(name, f"{score.value:.3f}" if score else "–", help=words)
                st.caption(f"{score.low:.3f} to {score.high:.3f}, 95 %" if score else "nothing is linked")
    if len(found.accepted) or len(found.rejected):
        st.caption(
            f"With what people decided: {len(found.accepted):,} of the links are accepted ones, and "
            f"{len(found.rejected):,} rejected are none. The curves below are of the matcher alone."
        )


def _ends(found: Standing) -> tuple[Rows, Rows]:
    """Left and right rows of the links."""
    pairs, places = found.matched.pairs, found.links.places
    return pairs.left[places], pairs.right[places]


def _curve(matched: Matched, every: Links, truth: Truth, threshold: float | None) -> None:
    curve = matched.curve(truth, every)
    st.plotly_chart(curve_figure(curve, threshold), key="match.links.curve", config=NO_BAR)
    missed = f" Linked at no threshold: {curve.missed:,}." if curve.missed else ""
    st.caption(
        f"Links made as above without a least score, then cut at each threshold, against {curve.all_right:,} right "
        f"pairs.{missed} Bands: 95 % intervals (Wilson, over pairs)."
    )


def _probability(matched: Matched, every: Links, truth: Truth) -> None:
    """How probable it is that a link is right, by its score, and how far such a probability is off."""
    pairs = matched.pairs.take(every.places)
    same = truth.right_pairs(pairs.left, pairs.right)
    st.markdown("**Probability that a link is right**")
    try:
        found = held_out_probabilities(pairs.scores, same, pairs.left)
    except InputError as error:
        st.caption(plain(error))
        return
    st.plotly_chart(reliability_figure(reliability(found, same)), key="match.links.reliable", config=NO_BAR)
    error_of = calibration_score(found, same, pairs.left)
    st.caption(
        f"A logistic curve over the score (Platt), each link asked of a curve that was fitted without its left thing. "
        f"Expected calibration error {error_of.value:.3f} ({error_of.low:.3f} to {error_of.high:.3f}, 95 %, "
        f"{len(pairs):,} links; it lies high, for drawn links are more uneven); 0 is perfect. Area: how many links."
    )


def _by_kind(matched: Matched, known: KnownPairs) -> None:
    """Precision against recall for each kind of pairs that are not the same."""
    scores = scores_of(matched, known).astype(np.float32)
    curves = precision_by_kind(scores, known.kinds)
    st.markdown("**By kind of what is not the same**")
    st.plotly_chart(
        kinds_figure({name: (one.recall, one.precision) for name, one in curves.items()}),
        key="match.links.kinds",
        config=NO_BAR,
    )
    words = ", ".join(f"{name} {curve.average:.3f} ({curve.others:,})" for name, curve in curves.items())
    st.caption(
        plain(
            f"The {len(scores):,} pairs of the table that both lists know, by their scores. Average precision against "
            f"each kind, and how many it has: {words}."
        )
    )
