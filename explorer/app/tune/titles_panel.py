"""Titles: names as people write them, brought to a closed list; with what else is known of them and without."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from explorer.app.figures.intervals import interval_bars
from explorer.app.frame.foreign import plain
from explorer.app.tune.text_parts import choose, enough_columns, guessed, training
from explorer.app.tune.view import ADDRESS, Context
from explorer.drawing.map.palettes import QUALITATIVE
from explorer.features.tune.text_columns import text_columns
from explorer.features.tune.titles.ranking import KS
from explorer.features.tune.titles.service import LABELS, LEARNS, TitleReport, TitleWish, kept_titles, wish_of
from explorer.features.tune.titles.words import NO_COPIES, rows_of, said

ABOUT = (
    "MiniLM learns which titles mean the same entry: two titles of an entry come together, the other titles of a batch "
    "are wrong answers unless they mean the same or are written alike. Titles that are held out are then looked for "
    "among all entries."
)


def titles_panel(context: Context) -> None:
    """The tab."""
    st.markdown(ABOUT)
    names = text_columns(context.opened)
    if not enough_columns(context, names, 2):
        return
    wish = _wish(context, names)
    found = kept_titles(context.opened, wish)
    args = ["titles", "--titles", wish.titles, "--entry", wish.entry, "--learns", wish.learns, "--name", wish.name]
    args += ["--attributes", wish.attributes] if wish.attributes else []
    training(
        context,
        args,
        name=wish.name,
        title=f"Tune: titles to {wish.entry}",
        score="R@1 on watched titles",
        again=found is not None,
    )
    if found is not None:
        _shown(found)


def _wish(context: Context, names: list[str]) -> TitleWish:
    view = context.view
    titles = guessed(view.first, names, (), ("title",))
    entry = guessed(view.column, names, (titles,), ("entry", "occupation", "uri", "canonical"))
    extra = view.extra if view.extra in names else ""
    learns = view.setting if view.setting in LEARNS else "adapters"
    left, middle, right, last = st.columns(4)
    with left:
        choose("first", "Titles", names, titles)
    with middle:
        choose("column", "Entry that is meant", names, entry)
    with right:
        choose("extra", "Attributes, if any", ["", *names], extra, help="Skills, an author, a brand: asked with it.")
    with last:
        st.session_state["tune.learns"] = learns
        st.selectbox(
            "What learns",
            list(LEARNS),
            key="tune.learns",
            format_func=LEARNS.__getitem__,
            on_change=lambda: ADDRESS.change(setting=st.session_state["tune.learns"]),
        )
    return wish_of(titles, entry, extra, learns=learns, name=f"{context.opened.name[:60]}-titles")


def _shown(found: TitleReport) -> None:
    st.markdown(plain(said(found)))
    figure = go.Figure()
    for number, way in enumerate(LABELS):
        for one in found.scores:
            if one.way == way:
                figure.add_scatter(
                    x=list(KS),
                    y=[score.value for score in one.recalls],
                    error_y=interval_bars(one.recalls, thickness=2),
                    name=LABELS[way] + (", with attributes" if one.attributes else ""),
                    line={"color": QUALITATIVE[number], "dash": "dot" if one.attributes else "solid"},
                )
    figure.update_layout(
        height=320, margin={"l": 10, "r": 10, "t": 10, "b": 10}, legend={"orientation": "h", "y": -0.25}
    )
    figure.update_xaxes(title="k", tickvals=list(KS))
    figure.update_yaxes(title="R@k", range=[0, 1])
    st.plotly_chart(figure, key="tune.titles.figure", config={"displayModeBar": False})
    st.dataframe(pd.DataFrame(rows_of(found)), hide_index=True, key="tune.titles.table")
    st.caption(
        f"R@k: the share of {found.tested - found.copies:,} held-out titles whose entry is among the first k of "
        f"{found.entries:,}; 95 % intervals over titles. {NO_COPIES} There are {found.copies:,} of them."
    )
