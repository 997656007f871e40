"""Near copies: the threshold, the graph of links, what a column says of them, the groups; more of it below."""

import pandas as pd
import streamlit as st

from explorer.app.diagnose.alike_figures import agreement_figure
from explorer.app.frame.cosine import choose_cosine
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import thumb_url
from explorer.app.frame.table_file import table_button
from explorer.app.match.copies_figures import graph_figure
from explorer.app.match.copies_more import asked, drifted, solved
from explorer.app.match.copies_source import choose, choose_source, columns_of
from explorer.app.match.view import ADDRESS, Context
from explorer.base.arrays import Rows
from explorer.base.metrics import score_text
from explorer.features.diagnose.contract import Agreement, chain_words
from explorer.features.match.copies.graph import graph_of
from explorer.features.match.copies.service import (
    WAYS,
    Copies,
    Grouped,
    curve_by_way,
    groups_by_way,
    ndcg_of,
    rule_agreement,
    truth_codes,
    worst_chain,
)
from explorer.features.match.copies.table import group_table
from explorer.features.match.side import Side
from explorer.io.text import counted

SHOWN, PICTURE = 500, 72
"""Rows of the table, and the height of one with a picture."""


def copies_panel(context: Context) -> None:
    """The tab."""
    _, found, model = choose_source(context)
    names = columns_of(found.side)
    cosine, truth = _choices(context, found, names)
    codes = truth_codes(found.side, truth) if truth else None
    groups = groups_by_way(found, cosine, codes)
    _graph(found, groups, cosine)
    _table(found, groups, codes)
    if codes is not None:
        _curve(found, codes, cosine)
    _listed(context, found, groups)
    st.divider()
    asked(context, found, model)
    st.divider()
    solved(context, found, names)
    st.divider()
    drifted(context, found)


def _choices(context: Context, found: Copies, names: list[str]) -> tuple[float, str]:
    """The cosine and the column that tells what is the same, "" for none."""
    truth = context.view.copies_truth if context.view.copies_truth in names else ""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        cosine = choose_cosine(
            "Cosine from which two are linked",
            "match.copies.cosine",
            floor=found.links.floor,
            proposed=found.proposal.threshold,
            asked=context.view.copies_cosine,
            changed=lambda value: ADDRESS.change(copies_cosine=value),
        )
        choose("truth", ["", *names], truth, "Column that tells what is the same")
    st.caption(
        f"Proposed here: {found.proposal.threshold:.2f}. {plain(found.proposal.why)} A cosine that is right for one "
        "model says nothing about another: 0.94, as published, belongs to a model trained on reprints."
    )
    return cosine, truth


def _graph(found: Copies, groups: dict[str, Grouped], cosine: float) -> None:
    graph = graph_of(found, groups, cosine)
    if graph is None:
        st.success("No two things are linked at this cosine.")
        return
    st.plotly_chart(graph_figure(graph, found.side), key="match.copies.graph", config={"displayModeBar": False})
    left = f" {counted(graph.left_out, 'smaller group')} not drawn." if graph.left_out else ""
    st.caption(f"Dots are things, their colours the communities of Louvain.{left}")
    chain = worst_chain(found, groups["components"], cosine)
    if chain is not None:
        (st.warning if chain.ends < cosine else st.info)(plain(chain_words(chain, cosine)))


def _table(found: Copies, groups: dict[str, Grouped], codes: Rows | None) -> None:
    rows = [_row(WAYS[name], one.agreement, one) for name, one in groups.items()]
    if codes is not None:
        rule = rule_agreement(found.side.texts, codes) if any(found.side.texts) else {}
        rows += [_row(f"Without a model: {name}", told, None) for name, told in rule.items()]
    frame = pd.DataFrame(rows).dropna(axis="columns", how="all")
    st.dataframe(frame, hide_index=True, width="stretch", key="match.copies.table")
    st.caption(
        "Components are all that hangs together by links, so they chain; Louvain parts what hangs together loosely."
    )
    if codes is not None:
        st.caption(
            "Precision, recall and F1 of pairs, in brackets with 95 % intervals by resampling the things, with the "
            "pairs among them; ARI is 0 by chance and 1 for equal groups."
        )
        score = ndcg_of(found, codes)
        if score is not None:
            value = plain(score_text(score.as_dict()))
            st.caption(f"NDCG@10 of the search by cosine: {value}, {score.items:,} things ask, themselves left out.")
    for one in groups.values():
        if one.missing:
            st.caption(plain(one.missing))


def _row(name: str, told: Agreement | None, one: Grouped | None) -> dict[str, object]:
    pairs = one.pairs if one and not one.missing else told.found if told else None
    row: dict[str, object] = {
        "": name,
        "pairs": "" if pairs is None else f"{pairs:,}",
        "groups": f"{len(one.groups):,}" if one and one.groups else "",
    }
    if told is not None:
        row |= {name: told.pair_words(name.lower()) for name in ("precision", "recall", "F1")}
        row["ARI"] = "" if told.ari is None else f"{told.ari:.3f}".replace("-", "\N{MINUS SIGN}")
    return row


def _curve(found: Copies, codes: Rows, cosine: float) -> None:
    points = curve_by_way(found, codes)
    st.plotly_chart(agreement_figure(points, cosine), key="match.copies.curve", config={"displayModeBar": False})
    best = max((told.f1, at, name) for name, line in points.items() for at, told in line)
    st.caption(
        f"The best F1 is {best[0]:.3f}, of {WAYS[best[2]]} at a cosine of {best[1]:.2f}: chosen on these same things, "
        "so on others expect a little less."
    )


def _listed(context: Context, found: Copies, groups: dict[str, Grouped]) -> None:
    table = group_table(found, groups).to_pandas()
    if not len(table):
        return
    shown = table.head(SHOWN)
    if not shown["text"].str.strip().any():
        shown = shown.drop(columns="text")
    if pictures := _pictures(context, found.side, shown["id"].tolist()):
        shown.insert(1, "picture", pictures)
    st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        height=min(420, 38 + len(shown) * (PICTURE if pictures else 35)),
        row_height=PICTURE if pictures else None,
        key="match.copies.groups",
        column_config={
            "picture": st.column_config.ImageColumn("", width="small"),
            "nearest": st.column_config.NumberColumn("cosine to the nearest", format="%.3f"),
        },
    )
    more = f" The first {SHOWN} are shown." if len(table) > SHOWN else ""
    st.caption(f"{counted(len(table), 'thing')} in groups, the largest group first.{more}")
    table_button(table, "near copies", "match.copies.download")


def _pictures(context: Context, side: Side, ids: list[str]) -> list[str]:
    """Addresses of the pictures of the shown collection's items; none for a file, or a collection without pictures."""
    if side.workspace != context.opened.name or not context.opened.dataset.has_images:
        return []
    url = thumb_url(context.opened, 128)
    return [url.replace("{row}", str(row)) for row in context.opened.dataset.rows_of(ids).tolist()]
