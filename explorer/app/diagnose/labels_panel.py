"""Items whose label their neighbours contradict."""

import streamlit as st

from explorer.app.diagnose.view import Context, choose_column, download, items
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards
from explorer.base.columns import Codes
from explorer.features.diagnose.service import doubtful_labels
from explorer.search.doubtful import Doubtful
from explorer.search.label_columns import label_columns
from explorer.search.nearest_items import NEIGHBOURS

SHOWN = 60
HELP = (
    "Confident learning (Northcutt, Jiang and Chuang 2021): the shares of labels among an item’s "
    f"nearest others (at most {NEIGHBOURS}, and as many as a label has items on average) are its probabilities. "
    "An item is in doubt when its likeliest label is another one "
    "and reaches the mean probability that items of that label have themselves. The surest contradictions come first."
)


def labels_panel(context: Context) -> None:
    """The choice of the column, what was found, and the items."""
    columns = label_columns(context.opened)
    if not columns:
        st.info(
            "No column of these items holds labels: at least two values, most of them on two items or more. Bring a "
            "table with labels, or tag items on Explore."
        )
        return
    column = context.view.column if context.view.column in context.opened.dataset.attributes else columns[0]
    choose_column("column", columns if column in columns else [column, *columns], column)
    found, codes = doubtful_labels(context.opened, context.encoder, column)
    if not len(found.rows):
        st.success(f"No label is in doubt: {found.counted:,} items were looked at under {plain(context.encoder)}.")
        return
    st.markdown(
        f"**{len(found.rows):,} of {found.counted:,} labels are in doubt** ({len(found.rows) / found.counted:.1%}), "
        "the surest first",
        help=HELP,
    )
    st.caption(
        "In doubt is not wrong: it is where the label and the model disagree. Where the model "
        f"{plain(context.encoder)} mixes up two kinds of things, it doubts one of them; look before you change a label."
    )
    _items(context, found, codes)
    _pairs(found, codes)
    extra: dict[str, object] = {
        "given": [codes.names[one] for one in found.given],
        "proposed": [codes.names[one] for one in found.proposed],
        "margin": found.margins.round(4),
    }
    download(context, found.rows, "doubtful_labels", extra)


def _items(context: Context, found: Doubtful, codes: Codes) -> None:
    pairs = zip(found.given[:SHOWN], found.proposed[:SHOWN], strict=True)
    notes = [f"{codes.names[given]} → {codes.names[proposed]}?" for given, proposed in pairs]
    items(context, Cards(found.rows[:SHOWN], ranked=False, notes=notes), "diagnose.doubtful", "Labels in doubt")


def _pairs(found: Doubtful, codes: Codes) -> None:
    """Which labels are taken for which, the commonest first."""
    joint = found.joint.copy()
    joint[range(len(joint)), range(len(joint))] = 0
    order = joint.ravel().argsort()[::-1][:8]
    words = [
        f"{plain(codes.names[place // len(joint)])} → {plain(codes.names[place % len(joint)])}: {joint.flat[place]:,}"
        for place in order.tolist()
        if joint.flat[place] > 0
    ]
    st.markdown("Most often: " + " · ".join(words))
