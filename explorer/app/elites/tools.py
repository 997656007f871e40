"""Below the map: progress beside the baselines, comparison of runs, what is missing, export."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from explorer.app.elites.view import Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.table_file import table_button
from explorer.base.errors import ExplorerError
from explorer.features.elites.comparing import COLUMNS, Group, comparable, compare_runs, group_name
from explorer.features.elites.export import export_bytes
from explorer.features.elites.figures import Course, progress_figure
from explorer.features.elites.payload import quality_help
from explorer.features.elites.service import OpenRun, open_run
from explorer.features.elites.status import offset_of
from explorer.features.elites.store import read_beside
from explorer.features.elites.table import curve
from explorer.features.elites.terminal import with_interval
from explorer.features.elites.words import empty_regions

REGIONS, MOST = 12, 30
FORMATS = {
    "csv": ("CSV", "text/csv"),
    "parquet": ("Parquet with pictures", "application/vnd.apache.parquet"),
    "zip": ("Zip with pictures", "application/zip"),
    "png": ("Picture (PNG)", "image/png"),
    "html": ("Web page (HTML)", "text/html"),
    "svg": ("Figure (SVG)", "image/svg+xml"),
    "pdf": ("Figure (PDF)", "application/pdf"),
}
HELP = {
    "coverage": "Filled cells / cells that any of these runs fills.",
    "qd_score": "Sum over the filled cells of quality minus offset.",
    "best": "The highest quality of all cells.",
    "reliability": "Mean over the cells that any run fills of quality / best known quality there, 0 where empty.",
    "precision": "The same mean over the cells that this run fills.",
}


def tools(context: Context, run: OpenRun) -> None:
    """Draw the tabs."""
    progress, compare, empty, export, about = st.tabs(
        ["Progress", "Compare runs", "What is missing", "Export", "How it was made"], key="elites.tools"
    )
    with progress:
        _progress(run)
    with compare:
        _compare(context, run)
    with empty:
        _empty(run)
    with export:
        _export(run)
    with about:
        _about(run)


def _progress(run: OpenRun) -> None:
    offset = offset_of(run.info, run.archive)
    beside = read_beside(run.folder)
    goal = beside["exhaustive"]["qd_score"] if beside else None
    figure = progress_figure([_course(run, offset)], offset, goal)
    st.plotly_chart(figure, width="stretch", key="elites.curve")
    if not beside:
        st.caption(
            "Nothing can be had for free beside this run: looking at all candidates would cost as much as "
            "searching. Run the baselines as well and compare."
        )
        return
    _beside(run, beside, offset)


def _course(run: OpenRun, offset: float) -> Course:
    points = curve(run, offset)
    return Course(run.settings.name, group_name(run.settings), points["evaluations"], points["qd_score"])


def _beside(run: OpenRun, beside: dict[str, Any], offset: float) -> None:
    """This run, random sampling and exhaustive search in one table."""
    score, filled = float(run.archive.qd_score(offset)), len(run.archive.occupied)
    random, whole = beside["random"], beside["exhaustive"]
    mean, low, high = random["qd_score"]
    cells, least, most = random["filled"]
    frame = pd.DataFrame(
        {
            "": ["this run", "random sampling", "exhaustive: all items"],
            "evaluations": [f"{len(run.log):,}", f"{random['evaluations']:,}", f"{beside['items']:,}"],
            "QD score": [f"{score:.1f}", f"{mean:.1f} ({low:.1f} to {high:.1f})", f"{whole['qd_score']:.1f}"],
            "filled cells": [f"{filled:,}", f"{cells:.0f} ({least:.0f} to {most:.0f})", f"{whole['filled']:,}"],
        }
    )
    st.dataframe(frame, hide_index=True, key="elites.beside")
    share = score / whole["qd_score"] if whole["qd_score"] else 1.0
    st.caption(
        f"This run reached {share:.1%} of the exhaustive QD score with {len(run.log) / beside['items']:.1%} of the "
        f"evaluations. Random sampling: mean and 95 % interval of {random['draws']:,} draws."
    )


def _compare(context: Context, run: OpenRun) -> None:
    same = comparable(run.settings)
    names = [name for name, info in context.infos.items() if comparable(info.settings) == same]
    chosen = st.multiselect(
        "Runs with the same axes, quality and cells", names, default=names[:MOST], key=f"elites.compare.{run.name}"
    )
    if len(chosen) < 2:
        st.caption("Start the same map again with other seeds, another way to search, or “Baselines as well”.")
        return
    try:
        runs = [open_run(context.opened, name) for name in chosen]
        groups, offset = compare_runs(runs)
    except ExplorerError as error:
        st.warning(plain(error))
        return
    frame = _frame(groups)
    st.dataframe(
        frame,
        hide_index=True,
        key="elites.table",
        column_config={name.replace("_", " "): st.column_config.TextColumn(help=HELP[name]) for name in COLUMNS},
    )
    table_button(frame, "runs", "elites.table.file")
    st.caption(f"Mean (95 % t-interval over seeds); one run has no interval. QD score with offset {offset:g}.")
    figure = progress_figure([_course(one, offset) for one in runs], offset, None)
    st.plotly_chart(figure, width="stretch", key="elites.curves")


def _frame(groups: list[Group]) -> pd.DataFrame:
    rows = []
    for group in groups:
        row = {"way to search": group.name, "runs": len(group.runs), "evaluations": group.evaluations}
        for name in COLUMNS:
            row[name.replace("_", " ")] = with_interval(group.values[name])
        rows.append(row)
    return pd.DataFrame(rows)


def _empty(run: OpenRun) -> None:
    found = empty_regions(run.archive, run.settings)
    if not found:
        st.success("Every cell is filled.")
        return
    frame = pd.DataFrame(found[:REGIONS], columns=["nothing, or little, that is", "empty cells", "of"])
    frame["empty"] = frame["empty cells"] / frame["of"]
    st.dataframe(
        frame,
        hide_index=True,
        key="elites.missing",
        column_config={"empty": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)},
    )
    st.caption(
        f"Each axis in five steps; the emptiest regions first. Empty means: none of the {len(run.log):,} evaluated "
        "candidates lies there, which is not proof that none could."
    )


def _export(run: OpenRun) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        # Not a selectbox: at the foot of the page its focus scrolls the page, which closes the opened list at once.
        kind = st.segmented_control(
            "Format",
            list(FORMATS),
            key="elites.format",
            format_func=lambda one: FORMATS[one][0],
            default="csv",
            required=True,
        )
        st.download_button(
            "Download the map",
            _maker(run, kind),
            f"{run.settings.name}.{kind}",
            FORMATS[kind][1],
            key="elites.download",
            on_click="ignore",
            icon=":material/download:",
        )
    st.caption("The web page works anywhere, without the app and without a network.")


def _maker(run: OpenRun, kind: str) -> Callable[[], bytes]:
    return lambda: export_bytes(run, kind)


def _stepped(run: OpenRun) -> list[str]:
    pairs = zip(run.settings.measures, run.info.scales, strict=True)
    said = [f"{measure.label} ({len(scale.knots)})" for measure, scale in pairs if scale.steps]
    return [f"No more values than rows, so each value has a row of its own: {' and '.join(said)}."] if said else []


def _about(run: OpenRun) -> None:
    settings = run.settings
    lines = [f"Axis {n + 1}: {measure.formula}." for n, measure in enumerate(settings.measures)]
    lines += [
        quality_help(run),
        f"Cells: {settings.cvt or ' × '.join(map(str, settings.cells))}, axes in "
        f"{'equally full' if settings.scale == 'quantiles' else 'equal'} steps.",
        *_stepped(run),
        f"Search: {settings.emitter} over {settings.space}, {settings.evaluations:,} evaluations in batches of "
        f"{settings.batch}, the first {settings.start} at random, seed {settings.seed}.",
        f"Model: {settings.encoder}. Made {run.info.created}.",
    ]
    lines += run.space.described(settings)
    if settings.origin:
        lines.append(f"It continues from {settings.origin}.")
    st.text("\n".join(lines))
