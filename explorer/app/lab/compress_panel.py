"""How small the vectors can be: a slider for their numbers, the bits, re-ranking; and the index that is made of it."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.app.lab.report_panel import KIND_WORDS, report_panel
from explorer.app.lab.view import Context, measure_button
from explorer.features.lab.compress.measure import DIMENSIONS, NUMBER_BITS, RE_RANKED, compress_path
from explorer.features.lab.contract import METHODS
from explorer.features.lab.report import LabReport, Point, kept_report
from explorer.index.compressed import Compression
from explorer.index.projections import LABELS, PROJECTINGS

COSTS = ("megabytes", "per_second")
USUAL, SINGLE = 96, 32
ABOUT = (
    "A vector can be made small by keeping fewer numbers of it (**PCA**, and **LeanVec**, which minds what dot "
    "products with it become) and by rounding them to a few bits (**LVQ**). What is lost is mostly found again when "
    "the best by small vectors are **re-ranked** by the vectors as they are. Texts lie elsewhere than pictures, so "
    "they suffer more; LeanVec-OOD learns from texts."
)


def compress_panel(context: Context) -> None:
    """The panel."""
    st.markdown(ABOUT)
    found = kept_report(compress_path(context.opened, context.encoder))
    measure_button(context, "compress", again=found is not None)
    if found is None:
        return
    dims, bits, again = _choices(found)
    report_panel(context, _shown(found, bits, again), COSTS)
    re_ranked = "50 re-ranked" if again else "not re-ranked"
    st.markdown(f"**{dims:,} numbers of {bits:,} bits, {plain(re_ranked)}**, beside vectors as they are")
    st.dataframe(_table(found, dims, bits, again), hide_index=True)
    _use(context, found, dims, bits)


def _choices(report: LabReport) -> tuple[int, int, bool]:
    """Numbers of a vector, bits of a number, and whether the best are re-ranked."""
    projected = [point for point in report.points if point.way in PROJECTINGS]
    dims = sorted({int(point.more[DIMENSIONS]) for point in projected}) or [report.dim]
    usual = USUAL if USUAL in dims else dims[-1]
    columns = st.columns([3, 2, 2], vertical_alignment="bottom")
    with columns[0]:
        number = (
            st.select_slider("Numbers of a vector (d)", dims, usual, key="lab.compress.dims")
            if len(dims) > 1
            else dims[0]
        )
    with columns[1]:
        bits = st.segmented_control("Bits of a number", [32, 8, 4], default=8, required=True, key="lab.compress.bits")
    with columns[2]:
        again = st.toggle("Re-rank 50", value=True, key="lab.compress.again")
    return int(number), int(bits or SINGLE), again


def _shown(report: LabReport, bits: int, again: bool) -> LabReport:
    """The curves over dimensions with these bits, and the points of vectors that are not projected."""
    kept = [point for point in report.points if point.way == "exact" or _is(point, bits, again)]
    return replace(report, points=tuple(kept))


def _is(point: Point, bits: int, again: bool) -> bool:
    return point.more[NUMBER_BITS] == bits and bool(point.more[RE_RANKED]) == again


def _table(report: LabReport, dims: int, bits: int, again: bool) -> pd.DataFrame:
    """One row a way: recall of each kind of query, memory, speed."""
    rows = []
    for way in ("exact", "lvq", *PROJECTINGS):
        some = [point for point in report.points if point.way == way and (way == "exact" or _is(point, bits, again))]
        some = [point for point in some if way in ("exact", "lvq") or point.more[DIMENSIONS] == dims]
        if some:
            rows.append(_row(some))
    return pd.DataFrame(rows)


def _row(points: Sequence[Point]) -> dict[str, object]:
    recalls = {
        f"recall@10, {KIND_WORDS[one.kind].partition(': ')[2]}": f"{one.recall.value:.3f} ({one.recall.low:.3f} to "
        f"{one.recall.high:.3f})"
        for one in points
    }
    first = points[0]
    return {
        "way": "As stored, every item compared" if first.way == "exact" else METHODS[first.way].label,
        **recalls,
        "MB": round(first.costs["megabytes"].value, 2),
        "queries a second": round(first.costs["per_second"].value),
    }


def _use(context: Context, report: LabReport, dims: int, bits: int) -> None:
    """Make an index of small vectors that of the collection."""
    there = [way for way in PROJECTINGS if any(point.way == way for point in report.points)]
    if not there:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.selectbox(
            "Projection", there, index=len(there) - 1, key="lab.compress.way", format_func=LABELS.__getitem__, width=240
        )
        if work_button(
            "Use this here",
            key="lab.compress.use",
            icon=":material/check:",
            disabled=running(context.opened.workspace) or _used(context, Compression(dims, bits % SINGLE, way)),
            help="Builds an index of such vectors for all items, and sets it to find 99 % of the true ten nearest for "
            "each kind of query. Answers are ranked by the vectors as they are.",
        ):
            path = str(context.opened.path)
            shape = ["--dims", str(dims), "--bits", str(bits % SINGLE), "--projection", way]
            start_job(
                context.opened.path,
                ["index", path, "--encoder", context.encoder, "--engine", "compressed", *shape],
                f"Compressed index: {LABELS[way]}, {dims} numbers of {bits} bits",
            )
    for line in _now(context):
        st.caption(plain(line))


def _used(context: Context, compression: Compression) -> bool:
    """Whether the index of the collection is just this one, and up to date."""
    report = context.opened.index_report(context.encoder)
    return report is not None and report.engine == "compressed" and report.compression == compression


def _now(context: Context) -> list[str]:
    """What the index of the collection is, where it is a compressed one."""
    report = context.opened.index_report(context.encoder)
    return report.lines if report and report.engine == "compressed" else []
