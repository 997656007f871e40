"""Labels by hand: whose, of which set, and the tiles."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.label.from_column import column_panel
from explorer.app.label.many import many
from explorer.app.label.tiles import tiles
from explorer.app.label.view import ADDRESS, Context, choose_labelling, labeller_field
from explorer.base.permission import may
from explorer.features.label.service import labels_of, trouble_words
from explorer.features.label.sitting import ORDERS, Sitting
from explorer.io.text import counted

TILES = 18
ORDER_WORDS = {
    "novel": "novel and typical",
    "margin": "unsure",
    "disagreement": "methods disagree",
    "second": "labelled by others",
    "any": "any order",
}
ORDER_HELP = (
    "**Novel and typical**: like many others and unlike what has a label: mean cosine to the 10 nearest · (1 − cosine "
    "to the nearest labelled item). **Unsure**: the same times 1 − margin of a logistic regression on the labels so "
    "far. **Methods disagree**: the same times the Jensen-Shannon divergence of logistic regression, the means of the "
    "labels and the nearest labelled items. **Labelled by others**: what other people labelled and you did not, so "
    "that opinions can be compared. **Any order** is the baseline: a random order that stays the same."
)


def hand_panel(context: Context) -> None:
    """The tab."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        labelling = choose_labelling(context, new=may("label"))
        labeller = labeller_field(context)
        order = _order(context)
    sitting = Sitting(labelling=labelling, labeller=labeller, encoder=context.encoder, order=order, wanted=TILES)
    tiles(context.opened, sitting, "label.tiles")
    labels = labels_of(context.opened, labelling)
    people = " · ".join(f"{name} {count:,}" for name, count in labels.labellers.items())
    if people:
        words = f"When this page was opened: {counted(len(labels), 'item')} labelled{trouble_words(labels)}. {people}"
        st.caption(plain(words))
    many(context, labelling, labeller)
    column_panel(context, labelling, labeller)


def _order(context: Context) -> str:
    now = context.view.order if context.view.order in ORDERS else ORDERS[0]
    st.session_state["label.order"] = now
    st.selectbox(
        "First come",
        ORDERS,
        key="label.order",
        width=220,
        format_func=lambda name: ORDER_WORDS[name],
        help=ORDER_HELP,
        on_change=lambda: ADDRESS.change(order=st.session_state["label.order"]),
    )
    return now
