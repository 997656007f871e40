"""Search engines side by side."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.app.lab.report_panel import report_panel
from explorer.app.lab.view import Context, measure_button
from explorer.features.lab.engines.measure import engines_path
from explorer.features.lab.report import kept_report
from explorer.index.engines import ENGINES
from explorer.index.exact import FAST

COSTS = ("per_second", "megabytes", "build_seconds")
ABOUT = (
    "An engine that compares every item misses nothing. The others look at some of them: the more candidates they keep "
    "(**ef**), the more they find and the longer they take, so each of them is a curve."
)


def engines_panel(context: Context) -> None:
    """The panel."""
    st.markdown(ABOUT)
    with st.expander("The engines"):
        for engine in ENGINES.values():
            words = f" {plain(engine.missing)}" if engine.missing else ""
            st.markdown(f"**{engine.label}** · {engine.about}{words}")
    found = kept_report(engines_path(context.opened, context.encoder))
    measure_button(context, "engines", again=found is not None)
    if found is None:
        return
    report_panel(context, found, COSTS)
    _use(context)


def _use(context: Context) -> None:
    """Make one of the engines the index of the collection."""
    opened = context.opened
    few = opened.embeddings(context.encoder).vectors.size <= FAST  # as `explorer index` decides without --graph
    names = [name for name, engine in ENGINES.items() if not engine.missing and (engine.kept or few)]
    now = opened.index(context.encoder).name
    st.markdown(f"This collection is searched by **{ENGINES[now].label}** now.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Engine", names, key="lab.engines.use", format_func=lambda name: ENGINES[name].label, width=280
        )
        if work_button(
            "Use this here",
            key="lab.engines.start",
            icon=":material/check:",
            disabled=running(opened.workspace) or chosen == now,
            help="Builds it for all items and sets it to find 99 % of the true ten nearest for each kind of query.",
        ):
            start_job(
                opened.path,
                ["index", str(opened.path), "--model", context.encoder, *_engine_args(chosen)],
                f"Index by {ENGINES[chosen].label}",
            )


def _engine_args(name: str) -> list[str]:
    """What `explorer index` takes for an engine: so few items as offer exact search get no graph by hnswlib."""
    return ["--engine", "hnsw"] if name == "exact" else ["--graph", "--engine", name]
