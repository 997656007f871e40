"""A model that was tuned here: its numbers before and after, what it finds, and where to go on with it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.visits import address_of
from explorer.app.tune.view import ADDRESS, Context
from explorer.base.arrays import Floats, Rows
from explorer.base.half import widen
from explorer.features.tune.card import rows_of_card, said_of
from explorer.heads.curve import training_curve
from explorer.heads.fit import read_curve, training_folder
from explorer.heads.head import Head
from explorer.workspace.opened import Opened

NEAREST, QUERIES = 6, 3
OPEN = "tune.open"


def made_panel(context: Context, everything: Mapping[str, Head]) -> None:
    """Of the heads that were tuned here, those on the chosen model, one of them with all that is known of it."""
    opened, spec = context.opened, context.encoder
    made = {name: head for name, head in everything.items() if spec in (head.encoder, f"tuned:{name}")}
    if not made:
        return
    st.subheader("Before and after", divider=False)
    chosen = context.view.name if context.view.name in made else next(iter(made))
    if len(made) > 1:
        st.session_state["tune.made"] = chosen
        st.selectbox(
            "Tuned model",
            list(made),
            key="tune.made",
            width=360,
            on_change=lambda: ADDRESS.change(name=st.session_state["tune.made"]),
        )
    head = made[chosen]
    _numbers(chosen, head)
    _curve(chosen)
    _go_on(opened, chosen, head)
    _found(opened, chosen, head)


def _numbers(name: str, head: Head) -> None:
    rows = rows_of_card(head.card)
    st.markdown(f"**tuned:{plain(name)}** beside {plain(head.encoder)}, on what it never learned from")
    table = pd.DataFrame(rows).rename(columns={"measure": "", "before": plain(head.encoder), "after": "tuned"})
    st.dataframe(table, hide_index=True, width="stretch", key="tune.numbers")
    lost = head.card["numbers"].get("words@10")
    if lost and lost["change"]["value"] < 0:
        st.warning(
            f"Words find less than before: recall@10 of {plain(head.card['words'])} is {lost['after']['value']:.3f}, "
            f"before {lost['before']['value']:.3f}. The head learned from items; it moves words the same way, which "
            "does not fit them as well.",
            icon=":material/warning:",
        )
    for line in said_of(head.card):
        st.caption(plain(line))
    st.caption(
        "In brackets 95 % intervals by resampling queries; the change is query by query. mAP: average precision of "
        f"each held-out item among the others. {plain(head.card['limits'])}"
    )


def _curve(name: str) -> None:
    entries = read_curve(training_folder(name))
    if entries:
        with st.expander("How the training went"):
            st.plotly_chart(training_curve(entries, "held-out score"), width="stretch", key="tune.curve")
            st.caption("The score is that of the items that say when to stop; the weights of its best step are kept.")


def _go_on(opened: Opened, name: str, head: Head) -> None:
    spec = f"tuned:{name}"
    if spec not in opened.encoders:
        st.info("Its vectors of this collection are not there yet: press Train once more, or prepare it on Home.")
        return
    explore = {**address_of("Explore"), "model": [spec]}
    compare = {**address_of("Compare"), "a": [head.encoder], "b": [spec]}
    with st.container(horizontal=True):
        st.page_link(
            "pages/1_Explore.py", label=f"Explore with {plain(spec)}", icon=":material/search:", query_params=explore
        )
        st.page_link(
            "pages/4_Compare.py",
            label=f"Compare it with {plain(head.encoder)}",
            icon=":material/compare_arrows:",
            query_params=compare,
        )


def _found(opened: Opened, name: str, head: Head) -> None:
    """What a few held-out items find under both models."""
    spec = f"tuned:{name}"
    if spec not in opened.encoders or head.encoder not in opened.encoders:
        return
    rows = [row for row in map(opened.dataset.row_of, head.card["shown"]) if row >= 0][:QUERIES]
    for number, row in enumerate(rows):
        st.markdown(f"**Held-out item {number + 1:,}** and the {NEAREST:,} nearest of all items")
        for side, model in (("before", head.encoder), ("after", spec)):
            found, cosines = _nearest(opened, model, row)
            cards = Cards(rows=np.append(row, found), similarities=np.append(np.float32(1), cosines))
            st.caption(f"{side}: {plain(model)}")
            gallery(
                opened,
                cards,
                f"tune.{side}.{number}",
                _open,
                label=f"{side}: {model}",
                actions=(),
                card=104,
                query_ids=[str(opened.dataset.ids[row])],
                click_label="Click: open it on Explore",
            )
    if OPEN in st.session_state:
        st.switch_page("pages/1_Explore.py", query_params=address_of("Explore", st.session_state.pop(OPEN)))


def _nearest(opened: Opened, spec: str, row: int) -> tuple[Rows, Floats]:
    vector = widen(opened.embeddings(spec).vectors[row : row + 1])
    found = opened.index(spec).query(vector, min(NEAREST + 1, len(opened.dataset)), kind="item")
    others = (found.rows[0] != row) & (found.rows[0] >= 0)
    return found.rows[0][others][:NEAREST], found.similarities[0][others][:NEAREST]


def _open(action: str, item: str) -> None:
    st.session_state[OPEN] = item
