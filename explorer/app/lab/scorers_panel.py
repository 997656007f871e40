"""Expensive scorers: how many calls ANNCUR needs to find the best items, beside rescoring what an embedding finds."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.lab.report_panel import report_panel
from explorer.app.lab.scorers_figures import errors_figure
from explorer.app.lab.view import ADDRESS, Context, measure_button
from explorer.features.lab.scorers.measure import ScorerReport, ScorerSettings
from explorer.features.lab.scorers.registry import SCORERS
from explorer.features.lab.scorers.service import kept_measure, usable_scorers

KINDS = {"item": "Queries: items"}
ABOUT = (
    "Some comparisons read both items at once and take long, so they cannot be made with every item. An embedding "
    "may propose what to compare; **ANNCUR** learns from a table of some scores what the others will be, without an "
    "embedding."
)
FIELDS = {
    "anchor_questions": ("Anchor queries", "Items that are scored with every other one, once, before anybody asks."),
    "anchor_items": ("Anchor items", "A query is scored with these first. They count as calls."),
    "rescored": ("Rescored", "Calls for what looks best then. Beside it a quarter to four times as many are tried."),
    "items": ("Items searched", "Drawn at random where there are more: the exact answer compares all of them."),
}
MOST = {"anchor_questions": 1_000, "anchor_items": 1_000, "rescored": 1_000, "items": 20_000}


def scorers_panel(context: Context) -> None:
    """The panel."""
    st.markdown(ABOUT)
    usable = usable_scorers(context.opened, context.encoder)
    names = [name for name, lacks in usable.items() if not lacks]
    for name, lacks in usable.items():
        if lacks:
            st.caption(f"{SCORERS[name].label}: {plain(lacks)}")
    if not names:
        st.info("Nothing here can be compared by one of these scorers.")
        return
    name, settings = _choices(context, names)
    found = kept_measure(context.opened, context.encoder, name, settings)
    args = ["--scorer", name]
    for field in FIELDS:
        args += [f"--{field.replace('_', '-')}", str(getattr(settings, field))]
    measure_button(context, "scorers", args, again=found is not None)
    if found is None:
        tests = 50 + settings.anchor_questions
        st.caption(f"About {tests * settings.items:,} calls of the scorer, most of them for the exact answers.")
    else:
        _measured(context, found)
    st.caption(
        "A Python function of your own is measured on the command line: "
        "`explorer lab scorers NAME --scorer FILE.py:FUNCTION`. It is called with two items and returns a number."
    )


def _choices(context: Context, names: list[str]) -> tuple[str, ScorerSettings]:
    """The scorer of the address, else the first one; the settings of the boxes."""
    wanted = context.view.setting
    st.session_state["lab.scorer"] = wanted if wanted in names else names[0]
    row = st.columns([3, 2, 2, 2, 2], vertical_alignment="bottom")
    name = row[0].selectbox(
        "Scorer",
        names,
        key="lab.scorer",
        format_func=lambda one: SCORERS[one].label,
        on_change=lambda: ADDRESS.change(setting=st.session_state["lab.scorer"]),
    )
    usual = ScorerSettings()
    values = {
        field: row[place].number_input(
            plain(label),
            min_value=1,
            max_value=MOST[field],
            value=getattr(usual, field),
            key=f"lab.scorers.{field}",
            help=plain(text),
        )
        for place, (field, (label, text)) in enumerate(FIELDS.items(), start=1)
    }
    return str(name), ScorerSettings(**{field: int(value) for field, value in values.items()})


def _measured(context: Context, found: ScorerReport) -> None:
    report_panel(context, found.report, ("calls",), kinds=KINDS)
    st.markdown("**How far off the approximated scores are**")
    st.plotly_chart(errors_figure(found), key="lab.scorers.errors", config={"displayModeBar": False})
    st.caption(
        "Each row is a query, each column an item, from the lowest to the highest mean score. In standard "
        "deviations of the exact scores: blue is too low, red is too high."
    )
