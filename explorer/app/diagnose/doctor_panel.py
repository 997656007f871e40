"""Index doctor: where the search loses what labels ask for, and what would help."""

import streamlit as st

from explorer.app.diagnose.doctor_figures import candidates_figure, funnel_figure, tree_figure
from explorer.app.diagnose.view import ADDRESS, Context, choose_column
from explorer.app.diagnose.work import start_button
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import show_jobs
from explorer.app.frame.theme import letter_colour
from explorer.features.diagnose.doctor.meta import MetaFeatures
from explorer.features.diagnose.doctor.metrics import METRICS, Metric
from explorer.features.diagnose.doctor.report import Diagnosis, GraphPoint
from explorer.features.diagnose.doctor.service import known_diagnosis
from explorer.features.diagnose.doctor.words import advice_words, lengths_words, recommendation
from explorer.search.label_columns import label_columns

NO_LABELS = (
    "No column of these items holds labels, so there is nothing to say what should be found. Bring a table with "
    "labels: at least two values, most of them on two items or more."
)
EUCLID_HELP = "Davies-Bouldin index of the labels by Euclidean distance; lower is better separated."
COSINE_HELP = "The same with 1 − cosine for every distance: our reading, no formula is given."
LENGTHS_HELP = "Spread of the lengths of the vectors by their mean."
CONTRAST_HELP = "Mean distance by distance of the nearest. He, Kumar and Chang 2012."
RECALL_HELP = (
    "Of the items that have the query’s label, the share that is among the k found; of a label that more than k items "
    "have, k can be found at most. Over all queries together, as Iceberg counts (2025)."
)


def doctor_panel(context: Context) -> None:
    """The choice of labels, the funnel, the curve, the numbers and the tree."""
    columns = label_columns(context.opened)
    if not columns:
        st.info(NO_LABELS)
        return
    column = context.view.column if context.view.column in columns else columns[0]
    found = known_diagnosis(context.opened, context.encoder, column)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choose_column("column", columns, column)
        metric = _metric(found) if found else "cosine"
    if found is None:
        args = ["--index", column]
        title, takes = f"Index doctor of {context.encoder}", "Takes about a minute for 20,000 items."
        start_button(context, "Examine", title, args, key="index", takes=takes)
        show_jobs(context.opened.workspace)
        return
    point = _point(context, found, metric)
    with st.container(gap="xsmall"):
        for line in recommendation(found):
            st.markdown(f"- {plain(line)}")
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        _funnel(found, metric, point)
    with right.container(border=True, height="stretch"):
        _candidates(found, metric, point)
    _tree(found)
    st.caption(
        f"{found.queries:,} items as queries, which are not among the {found.items:,} that are searched; "
        f"{found.labels:,} values of {plain(column)}; bars: 95 % intervals over queries. " + plain(lengths_words(found))
    )


def _metric(found: Diagnosis) -> Metric:
    if found.alike:
        return "cosine"
    chosen = st.segmented_control(
        "Graph built by",
        list(found.metrics),
        key="diagnose.metric",
        default=found.best,
        format_func=METRICS.__getitem__,
    )
    metric: Metric = chosen or found.best
    return metric


def _point(context: Context, found: Diagnosis, metric: Metric) -> GraphPoint:
    """The point of the curve that the link names, else the smallest that is good enough, else the widest."""
    curve = found.metrics[metric].curve
    asked = next((point for point in curve if point.ef == round(context.view.ef)), None)
    return asked or found.enough(metric) or curve[-1]


def _funnel(found: Diagnosis, metric: Metric, point: GraphPoint) -> None:
    exact = found.metrics[metric].exact
    st.markdown("**The funnel**: what is lost on the way", help=RECALL_HELP)
    st.plotly_chart(funnel_figure(found, metric, point), key="diagnose.funnel", config={"displayModeBar": False})
    votes = " · ".join(f"{count} vote: {score.value:.1%}" for count, score in exact.majority.items())
    st.caption(
        f"By {plain(METRICS[metric])}, exact: {exact.hit.value:.1%} of the queries find their label at least once "
        f"among {exact.k:,}. Label of the majority, when the nearest {plain(votes)}."
    )


def _candidates(found: Diagnosis, metric: Metric, point: GraphPoint) -> None:
    one = found.metrics[metric]
    efs = [step.ef for step in one.curve]
    st.session_state["diagnose.ef"] = point.ef
    st.select_slider(
        "Candidates kept in a search (ef)",
        efs,
        key="diagnose.ef",
        on_change=lambda: ADDRESS.change(ef=float(st.session_state["diagnose.ef"])),
    )
    figure = candidates_figure(one.curve, one.exact.recall, point.ef, one.exact.k)
    st.plotly_chart(figure, key="diagnose.candidates", config={"displayModeBar": False})
    st.caption(
        f"ef {point.ef:,}: {point.recall.value:.2%} of the exact answer, label recall {point.task.value:.2%} "
        f"({point.task.low:.1%} to {point.task.high:.1%}; dotted: {one.exact.recall.value:.2%} by exact search), "
        f"{point.per_second:,.0f} queries a second. HNSW with M 32, 256 "
        "candidates while building, as in Iceberg."
    )


def _tree(found: Diagnosis) -> None:
    with st.container(border=True):
        st.markdown("**The decision tree of Iceberg**: what it would choose from four numbers of the collection")
        with st.container(horizontal=True, gap="large"):
            _numbers(found.meta)
        st.plotly_chart(tree_figure(found, letter_colour()), key="diagnose.tree", config={"displayModeBar": False})
        st.caption(plain(advice_words(found)))


def _numbers(meta: MetaFeatures) -> None:
    st.metric("DBI_E", _short(meta.dbi_euclid), help=EUCLID_HELP, width="content")
    st.metric("DBI_C", _short(meta.dbi_cosine), help=COSINE_HELP, width="content")
    st.metric("CV of lengths", _short(meta.norm_cv), help=LENGTHS_HELP, width="content")
    st.metric("Relative contrast RC", _short(meta.contrast), help=CONTRAST_HELP, width="content")


def _short(value: float) -> str:
    return f"{value:.3g}".replace("inf", "∞")
