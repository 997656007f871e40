"""The switch that cuts off what is irrelevant: the curve of the query, and what it keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.state import Context
from explorer.app.figures.cutoff import cutoff_figure
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.features.cutoff.contract import ADAPTERS, METHODS
from explorer.features.cutoff.cut import Curve, Cutoff
from explorer.features.cutoff.service import RECALL, cutoffs
from explorer.features.cutoff.sources import has_captions, label_columns
from explorer.search.find import Found, compose_query
from explorer.search.query import kind_of

ROOM = 0.05  # of cosine, beside the lowest and highest result
ABOUT = (
    "A small network that sees the query gives the map from similarity to relevance F; one threshold on F holds for "
    "all queries. Blue: the map of this query, dashed where it meets the threshold. Orange, dotted: one map for all "
    "queries, the control, which amounts to one similarity for all. A reconstruction after the Cosine Adapter."
)
KINDS = {"item": "one item", "text": "words alone", "picture": "one picture", "composed": "several parts"}


@dataclass(frozen=True)
class Cut:
    """Results with those that are kept first. kept: how many these are."""

    results: Found
    kept: int


def cutoff_panel(context: Context, results: Found) -> Cut | None:
    """Draw the switch, and the curve where it is on; None where nothing is cut off."""
    st.session_state["explore.cut"] = bool(context.view.cut)
    head = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with head:
        st.toggle(
            "Cut off what is irrelevant",
            key="explore.cut",
            help="Where the results of this query end, as learned from what is known to be relevant.",
            on_change=lambda: state.change(cut="on" if st.session_state["explore.cut"] else ""),
        )
    if not context.view.cut:
        return None
    made = cutoffs(context.opened, context.encoder)
    with head:
        chosen = _chosen([one for one in made if one.kind == kind_of(context.view.parts)])
        _about(context, chosen)
    if chosen is None:
        _learn_first(context, made)
        return None
    cut, curve = _cut(context, results, chosen)
    head.caption(f"**{cut.kept:,} of {len(cut.results.rows):,}** kept", width="content", help=_lines(curve))
    return cut


def _cut(context: Context, results: Found, chosen: Cutoff) -> tuple[Cut, Curve]:
    query = compose_query(context.opened, context.encoder, context.view.parts).vector
    kept = chosen.keeps(query, results.similarities)
    low, high = float(results.similarities.min()) - ROOM, float(results.similarities.max()) + ROOM
    curve = chosen.curve(query, low, high)
    figure = cutoff_figure(curve, results.similarities, kept)
    st.plotly_chart(figure, key="explore.cut.figure", config={"displayModeBar": False})
    order = np.argsort(~kept, kind="stable")
    ordered = replace(
        results, rows=results.rows[order], similarities=results.similarities[order], parts=results.parts[order]
    )
    return Cut(ordered, int(kept.sum())), curve


def _lines(curve: Curve) -> str:
    """Where this query is cut, and where all would be."""
    where = "no similarity lies at the line of this query"
    if -1 < curve.level < 1:
        where = f"this query is cut at a similarity of {curve.level:.3f}"
    control = f"one map for all queries cuts at {curve.control_level:.3f}"
    return f"Of the results shown. By the map, {where}; {control}.".replace("-", "−")


def _chosen(fitting: Sequence[Cutoff]) -> Cutoff | None:
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    names = {one.name: one for one in fitting}
    name = st.selectbox(
        "Learned from",
        list(names),
        key="explore.cut.which",
        format_func=lambda one: str(names[one].card["source"]),
        label_visibility="collapsed",
        width=200,
    )
    return names[name]


def _about(context: Context, chosen: Cutoff | None) -> None:
    if chosen is None:
        return
    with st.popover("", icon=":material/info:", type="tertiary", key="explore.cut.about", help="What it is worth"):
        st.markdown("**What this line is worth**")
        st.markdown(worth(chosen))
        st.dataframe(_table(chosen), hide_index=True)
        st.caption(ABOUT)
        _learn_form(context, "more")


def worth(chosen: Cutoff) -> str:
    """What it was learned from, and what it does to queries that it has not seen, in two sentences."""
    card, numbers = chosen.card, chosen.card["numbers"][chosen.adapter.method.name]
    return plain(
        f"Learned from {card['source']} ({card['data']}). On {card['queries']['tested']:,} queries that it has not "
        f"seen, among the {card['nearest']} nearest items, it keeps {numbers['recall']['value']:.0%} of what is "
        f"relevant (asked for: {card['recall']:.0%}) and cuts off {numbers['dropped']['value']:.0%} of all; "
        f"{numbers['precision']['value']:.0%} of what it keeps is relevant."
    )


def _table(chosen: Cutoff) -> list[dict[str, str]]:
    rows = []
    for name, numbers in chosen.card["numbers"].items():
        row = {"": METHODS[name].label}
        for label, what in (("PR-AUC", "pr_auc"), ("Precision at 95 % recall", "precision_at_95")):
            span = numbers[what]
            row[label] = f"{span['value']:.3f} ({span['low']:.3f} to {span['high']:.3f})"
        rows.append(row)
    return rows


def _learn_first(context: Context, made: Sequence[Cutoff]) -> None:
    asked = KINDS[kind_of(context.view.parts)]
    if made:
        known = " and ".join(sorted({KINDS[one.kind] for one in made}))
        st.info(
            f"What was learned here is for queries of {plain(known)}; this one is of {plain(asked)}. Learn one for it "
            "below."
        )
    else:
        st.info("Where results end has to be learned first, from what is known to be relevant here.")
    _learn_form(context, "now")


def _learn_form(context: Context, place: str) -> None:
    sources = _sources(context)
    if not sources:
        st.caption(
            "Learning needs a column with shared values, captions, or judgments: `explorer cutoff train --help`."
        )
        return
    row = st.columns([3, 2], vertical_alignment="bottom")
    source = row[0].selectbox(
        "Relevant is", list(sources), key=f"explore.cut.source.{place}", format_func=sources.__getitem__
    )
    method = row[1].selectbox(
        "Map", ADAPTERS, key=f"explore.cut.method.{place}", format_func=lambda one: METHODS[one].label
    )
    recall = st.slider("Relevant items to keep", 0.5, 0.99, RECALL, 0.01, "percent", key=f"explore.cut.recall.{place}")
    if work_button(
        "Learn it",
        key=f"explore.cut.learn.{place}",
        icon=":material/model_training:",
        disabled=running(context.workspace),
        help="A minute or so, beside the page. A quarter of the queries tests it.",
    ):
        args = ["cutoff", "train", str(context.opened.path), "--model", context.encoder]
        args += [*source, "--method", method, "--recall", f"{recall:.2f}"]
        start_job(context.opened.path, args, f"Learn where results end: {sources[source]}")
    if place != "more":
        show_jobs(context.workspace)


def _sources(context: Context) -> dict[tuple[str, ...], str]:
    """The options of the command by source, in words; those for queries of this kind come first."""
    columns = label_columns(context.opened)
    items: dict[tuple[str, ...], str] = {("--column", name): f"the same {name} (for items)" for name in columns}
    words: dict[tuple[str, ...], str] = {("--words", name): f"{name}, asked for in words" for name in columns}
    texts = dict(words)
    if has_captions(context.opened):
        texts = {("--captions",): "captions (for words)", **words}
    if not context.opened.encoder(context.encoder).abilities.texts:
        return items
    return texts | items if kind_of(context.view.parts) == "text" else items | texts
