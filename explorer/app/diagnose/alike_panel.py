"""Items that are the same thing again: links above a cosine, groups by three ways, chains, agreement with a column."""

import pandas as pd
import streamlit as st

from explorer.app.diagnose.alike_figures import agreement_figure
from explorer.app.diagnose.drift_panel import drift_panel
from explorer.app.diagnose.view import ADDRESS, Context, choose_column, download, items
from explorer.app.frame.cosine import choose_cosine
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards
from explorer.base.metrics import Score
from explorer.features.diagnose.alike.service import (
    CURVE_LINKS,
    Grouping,
    curve,
    grouped,
    links_of,
    proposed_cosine,
    worst_chain,
)
from explorer.features.diagnose.alike.words import LABELS, chain_words, groups_as_columns
from explorer.features.diagnose.fixes.words import score_words
from explorer.io.text import counted
from explorer.search.label_columns import column_codes

GROUPS, GROUP_ITEMS, CHAIN_ITEMS = 8, 12, 24
CURVE_ITEMS = 20_000


def alike_panel(context: Context) -> None:
    """The threshold, the three ways side by side, what a column says of them, chains, groups; then drift."""
    cosine, truth, across = _choices(context)
    found = grouped(context.opened, context.encoder, cosine, truth, across)
    _table(found, truth)
    if truth:
        _curve(context, cosine, truth, across)
    names = [name for name in found if name != "pairs" and not found[name].missing]
    st.session_state["diagnose.grouping"] = context.view.grouping if context.view.grouping in names else names[0]
    grouping = st.segmented_control(
        "Groups by",
        names,
        key="diagnose.grouping",
        format_func=LABELS.__getitem__,
        required=True,
        on_change=lambda: ADDRESS.change(grouping=st.session_state["diagnose.grouping"]),
    )
    _chain(context, cosine, str(grouping), across)
    _groups(context, found[str(grouping)])
    st.divider()
    drift_panel(context)


def _choices(context: Context) -> tuple[float, str, str]:
    """The cosine, the column that tells what is the same, the column within which pairs do not count."""
    opened, spec, view = context.opened, context.encoder, context.view
    links, proposal = links_of(opened, spec), proposed_cosine(opened, spec)
    names = [name for name in opened.dataset.attributes if len(column_codes(opened, name)) > 1]
    truth, across = (name if name in names else "" for name in (view.truth, view.across))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        cosine = choose_cosine(
            "Cosine from which two items are linked",
            "diagnose.cosine",
            floor=links.floor,
            proposed=proposal.threshold,
            asked=view.cosine,
            changed=lambda value: ADDRESS.change(cosine=value),
        )
        choose_column("truth", ["", *names], truth, width=260)
        choose_column("across", ["", *names], across, width=260)
    drawn = f" {len(links.rows):,} items drawn at random were compared." if len(links.rows) < _present(context) else ""
    st.caption(
        f"Proposed for {plain(spec)} here: {proposal.threshold:.2f}. {plain(proposal.why)} A cosine that is right for "
        f"one model says nothing about another.{drawn}"
    )
    return cosine, truth, across


def _present(context: Context) -> int:
    return len(context.opened.embeddings(context.encoder).rows)


def _table(found: dict[str, Grouping], truth: str) -> None:
    table = pd.DataFrame([_row(name, one) for name, one in found.items()]).dropna(axis="columns", how="all")
    st.dataframe(table, hide_index=True, width="stretch", key="diagnose.alike")
    words = (
        "A component is all that hangs together by links, so it chains; Louvain parts what hangs together loosely. "
        "Pairs grow with the square of a group, so look at the share of the largest."
    )
    if truth:
        words += (
            f" Precision, recall and F1 of pairs against {plain(truth)}; by items each item counts once (B³). In "
            "brackets 95 % intervals by resampling items, with the pairs among them. ARI is 0 by chance and 1 for "
            "equal groups."
        )
    st.caption(words)
    for one in found.values():
        if one.missing:
            st.caption(plain(one.missing))


def _row(name: str, found: Grouping) -> dict[str, object]:
    whole = name != "pairs"
    told = found.agreement
    row: dict[str, object] = {
        "": LABELS[name],
        "pairs": None if found.missing else f"{found.pairs:,}",
        "items": None if found.missing else f"{found.items:,}",
        "groups": f"{len(found.groups):,}" if whole and not found.missing else "",
        "pairs in the largest": f"{found.largest:.0%}" if whole and not found.missing else "",
    }
    if told is not None:
        row |= {
            "precision": told.pair_words("precision"),
            "recall": told.pair_words("recall"),
            "F1": told.pair_words("f1"),
            "ARI": "" if told.ari is None else f"{told.ari:.3f}".replace("-", "−"),
            "precision by items": _score(told.item_precision),
            "recall by items": _score(told.item_recall),
        }
    return row


def _score(score: Score | None) -> str:
    return score_words(score) if score else ""


def _curve(context: Context, cosine: float, truth: str, across: str) -> None:
    if _present(context) > CURVE_ITEMS:
        return
    found = curve(context.opened, context.encoder, truth, across)
    st.plotly_chart(agreement_figure(found, cosine), key="diagnose.alike.curve", config={"displayModeBar": False})
    best = max(((told.f1, at, name) for name, points in found.items() for at, told in points), default=None)
    if best:
        st.caption(
            f"The best F1 is {best[0]:.3f}, of {LABELS[best[2]]} at a cosine of {best[1]:.2f}: chosen on these "
            "same items, so on others expect a little less. Louvain is drawn where there are at most "
            f"{CURVE_LINKS:,} links."
        )


def _chain(context: Context, cosine: float, grouping: str, across: str) -> None:
    chain = worst_chain(context.opened, context.encoder, cosine, grouping, across)
    if chain is None:
        return
    with st.container(border=True):
        st.markdown(f"**{plain(chain_words(chain, cosine))}**")
        rows = chain.rows[:CHAIN_ITEMS]
        notes = ["one end", *(f"step {place}" for place in range(2, len(rows))), "the other end"][: len(rows)]
        items(context, Cards(rows, ranked=False, notes=notes), "diagnose.chain", "From one end to the other")


def _groups(context: Context, found: Grouping) -> None:
    if not found.groups:
        st.success("No two items are linked at this cosine.")
        return
    st.markdown(f"**{counted(len(found.groups), 'group')} with {found.items:,} items**, the largest first")
    for place, rows in enumerate(found.groups[:GROUPS]):
        with st.container(border=True):
            st.markdown(f"**{len(rows):,} items**")
            items(context, Cards(rows[:GROUP_ITEMS], ranked=False), f"diagnose.group.{place}", f"Group {place + 1}")
    if len(found.groups) > GROUPS:
        st.caption(f"The {GROUPS} largest of {len(found.groups):,} groups. The download has the items of all.")
    rows, extra = groups_as_columns(found.groups)
    download(context, rows, "groups", extra)
