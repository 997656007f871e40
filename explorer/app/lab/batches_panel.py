"""Batches: a file of filtered queries answered together; the ways to do so, and the tree."""

from pathlib import Path

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.home.upload import kept_upload
from explorer.app.lab.batch_figure import tree_figure
from explorer.app.lab.report_panel import HELD_OUT, report_panel
from explorer.app.lab.view import Context, measure_button
from explorer.base.permission import may
from explorer.features.lab.batches.kept import kept_answers, kept_batch, stamp
from explorer.features.lab.batches.measure import BatchReport

ABOUT = (
    "**One by one** compares each query with all items that pass its filter. **In groups** looks at a filter once, and "
    "compares all queries that share it together. A **tree** parts the items by the conditions of the batch, so that a "
    "filter passes over whole parts; **HQI** parts them by clusters of the vectors as well, and a query looks into the "
    "nearest alone: less to compare, and something may be missed."
)
HELP = (
    "A CSV with a column **text** or **id** (what is asked for) and, if wanted, **k** (how many answers, 10), columns "
    "of this collection with what they are to hold (`red,blue` or `1990..2000`), and **where** with conditions such as "
    "`colour=red;year=1990..2000`. The same file goes into `explorer search NAME --batch FILE`."
)

MADE_UP = (
    "Without a file a batch is made up: items that are not among those searched, texts where the model reads them, and "
    "about ten filters on the collection's own columns."
)


def batches_panel(context: Context) -> None:
    """The tab."""
    st.markdown(ABOUT)
    file = None
    if may("run work"):
        with st.expander("A file of your own queries", icon=":material/upload_file:"):
            st.caption(HELP)
            file = kept_upload("Your queries", ["csv", "tsv"], "lab.batches.file")
    made_from = stamp(file)
    found = kept_batch(context.opened, context.encoder, made_from)
    if found is None and file is None:
        st.caption(MADE_UP)
    measure_button(context, "batches", ("--file", str(file)) if file else (), again=found is not None)
    if found is None:
        return
    _told(context, found, file, made_from)
    asked = "as your file has them" if file else HELD_OUT
    report_panel(context, found.report, ("scanned", "milliseconds"), asked=asked)
    _tree(found)


def _told(context: Context, found: BatchReport, file: Path | None, made_from: str) -> None:
    what = plain(file.name) if file else "A made-up batch"
    equal = "the same answers as one by one" if found.equal else "**other answers than one by one**"
    st.markdown(
        f"{what}: {found.queries:,} queries, {found.filters:,} different filters. Groups and the tree over attributes "
        f"gave {equal}; with clusters, a query looks into some of them alone and may miss what lies elsewhere."
    )
    answers = kept_answers(context.opened, context.encoder, made_from) if file else None
    if answers:
        st.download_button(
            "Answers",
            answers.read_bytes(),
            "answers.csv",
            "text/csv",
            key="lab.batches.answers",
            icon=":material/download:",
        )


def _tree(found: BatchReport) -> None:
    tree = found.tree
    st.markdown("**The tree that was made for these queries**")
    st.plotly_chart(tree_figure(tree), key="lab.batches.tree", config={"displayModeBar": False})
    st.caption(
        f"{tree.leaves:,} leaves, {len(tree.lists):,} lists. Each row asks one more condition; the last one is the "
        "cluster of the item's vector. Widths: items. The darker, the more of them a query reads on average; what "
        "holds nothing for its filter is passed over. Click to look closer."
    )
