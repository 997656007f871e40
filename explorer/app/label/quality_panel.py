"""Labels that the items around them contradict, and their repair by one key."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards
from explorer.app.label.tiles import repair_tiles
from explorer.app.label.view import Context, choose_labelling, labeller_field
from explorer.features.label.labelled import few_words
from explorer.features.label.service import PLAIN_ORDER, doubtful_of, labels_of
from explorer.features.label.sitting import Sitting

SHOWN = 24
HELP = (
    "Confident learning (Northcutt, Jiang and Chuang 2021): the shares of labels among an item’s 20 nearest others are "
    "its probabilities; neighbours without a label do not count. A label is in doubt when another one reaches the mean "
    "probability that items of that label have themselves. The surest contradictions come first."
)


def quality_panel(context: Context) -> None:
    """The tab."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        labelling = choose_labelling(context)
        labeller = labeller_field(context)
    labels = labels_of(context.opened, labelling)
    if not len(labels):
        st.info(
            "No item of this set has a label yet. Label some by hand, or take a column of labels: "
            "`explorer label column WORKSPACE COLUMN`. Labels in a column alone are looked at on Diagnose."
        )
        return
    found = doubtful_of(context.opened, context.encoder, labels, labelling)
    if not len(found.rows):
        st.success(
            f"No label is in doubt: {found.counted:,} labelled items were looked at under {plain(context.encoder)}."
        )
        return
    st.markdown(
        f"**{len(found.rows):,} of {found.counted:,} labels are in doubt** "
        f"({len(found.rows) / found.counted:.1%}), the surest first",
        help=HELP,
    )
    st.caption(
        "In doubt is not wrong: it is where people and the model disagree. a accepts the label that the neighbours "
        "have, k keeps the label as it is, a number key gives another one."
    )
    if few := few_words(labels):
        st.warning(plain(few), icon=":material/info:")
    rows = found.rows[:SHOWN]
    given = [labels.names[code] for code in found.given[:SHOWN]]
    proposed = [labels.names[code] for code in found.proposed[:SHOWN]]
    notes = [f"{has} → {other}?" for has, other in zip(given, proposed, strict=True)]
    sitting = Sitting(labelling=labelling, labeller=labeller, encoder=context.encoder, order=PLAIN_ORDER)
    cards = Cards(rows, ranked=False, notes=notes)
    repair_tiles(context.opened, sitting, cards, given=given, proposed=proposed)
