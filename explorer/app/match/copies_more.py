"""Below the groups of near copies: the search for similar ones, what was solved by similarity, drift over time."""

import pandas as pd
import streamlit as st

from explorer.app.diagnose.alike_figures import drift_figure
from explorer.app.frame.foreign import plain
from explorer.app.match.copies_figures import rates_figure
from explorer.app.match.copies_source import choose
from explorer.app.match.view import ADDRESS, Context
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.elites.service import reads_texts
from explorer.features.match.copies.service import Copies, drift_between, period_columns, rates_of
from explorer.features.match.copies.similar import nearest
from explorer.features.match.copies.vectors import text_rows

MOST_VALUES, LONGEST = 50, 1_000


def asked(context: Context, found: Copies, model: str) -> None:
    """A text, and what is most similar to it."""
    st.markdown("**Similar ones** · has this been asked before?")
    if not reads_texts(model):
        st.caption(f"{plain(model)} reads no texts: choose a model that does to ask in words.")
        return
    st.session_state["match.copies.asked"] = context.view.copies_asked
    st.text_area(
        "Paste a question or a problem",
        key="match.copies.asked",
        max_chars=LONGEST,
        height=80,
        on_change=lambda: ADDRESS.change(copies_asked=st.session_state["match.copies.asked"][:LONGEST]),
    )
    text = context.view.copies_asked.strip()
    if not text:
        return
    rows, cosines = nearest(found.vectors[found.present], text_rows([text], model, Silent()))
    side, places = found.side, found.present[rows[0]]
    frame = pd.DataFrame(
        {
            "cosine": cosines[0],
            "id": [side.ids[row] for row in places],
            "text": [side.texts[row] for row in places],
        }
    )
    number = {"cosine": st.column_config.NumberColumn(format="%.3f")}
    st.dataframe(frame, hide_index=True, width="stretch", key="match.copies.similar", column_config=number)


def solved(context: Context, found: Copies, names: list[str]) -> None:
    """The columns of what was solved and of what was seen before, and the share solved by similarity."""
    st.markdown("**Solved by similarity** · is more solved where something like it was seen before?")
    view, side = context.view, found.side
    chosen = view.copies_solved if view.copies_solved in names else ""
    among = view.copies_among if view.copies_among in names and chosen else ""
    values = list(dict.fromkeys(one for one in side.strings(among) if one))[:MOST_VALUES] if among else []
    seen = view.copies_seen if view.copies_seen in values else next(iter(values), "")
    with st.container(horizontal=True):
        choose("solved", ["", *names], chosen, "Column of what was solved")
        if chosen:
            choose("among", ["", *names], among, "Column that tells what was seen")
        if values:
            choose("seen", values, seen, "Seen before")
    if not chosen:
        return
    try:
        rates = rates_of(found, chosen, among, seen)
    except InputError as error:
        st.error(plain(error))
        return
    if not rates:
        st.info("No thing has both a value and a neighbour: there is nothing to see.")
        return
    st.plotly_chart(rates_figure(rates, chosen), key="match.copies.rates", config={"displayModeBar": False})
    st.caption(
        "Bins of about equal numbers of things, 95 % Wilson intervals. Similar need not mean seen: it is a hint."
    )


def drifted(context: Context, found: Copies) -> None:
    """The column of periods, and how near each is to every other."""
    st.markdown("**Drift** · how near is what came in at one time to what came in at another?")
    names = period_columns(found.side)
    if not names:
        st.caption("No column here is one of dates, years or ordered numbers.")
        return
    column = context.view.copies_period if context.view.copies_period in names else names[0]
    choose("period", names, column, "Column of dates or of an order")
    told = drift_between(found, column)
    if told is None or len(told.names) < 2:
        st.info(f"Fewer than two periods of {plain(column)} have 20 things with a vector: there is nothing to see.")
        return
    st.plotly_chart(drift_figure(told), key="match.copies.drift", config={"displayModeBar": False})
    st.caption(
        f"Mean cosine of the things of a row’s period to their nearest in the column’s (SIM), {told.sampled:,} drawn "
        f"from each; differences within ±{1.96 * float(told.errors.max()):.3f} can be chance."
    )
