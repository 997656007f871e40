"""What was learned from people so far: how each result does on other people and new items, and its learning curve."""

from typing import Any

import pandas as pd
import streamlit as st

from explorer.app.agreement.view import Context
from explorer.app.agreement.words import interval
from explorer.app.frame.foreign import plain
from explorer.features.judgments.figures import GREEN, GREY, Curve, Mark, learning_figure
from explorer.features.judgments.learning.tuning import heads_learned
from explorer.features.judgments.learning.tuning_card import TESTS, held_out_words, read_estimate
from explorer.heads.head import Head


def learned_panel(context: Context) -> None:
    """A choice of the results, and the chosen one's numbers."""
    heads = heads_learned(context.opened, "judgments")
    if not heads:
        st.caption("Nothing was learned from these people yet.")
        return
    name = st.selectbox("Learned so far", list(heads), key="agreement.learned", width=360)
    if name:
        _tests(name, heads[name])
        if heads[name].card["curve"]:
            _curve(heads[name].card)


def _tests(name: str, head: Head) -> None:
    card = head.card
    rows = [_test(name, head.encoder, part, numbers) for part, numbers in card["tests"].items()]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="agreement.learned.table", width="stretch")
    what = "Share of single answers given" if card["choices"] else "Spearman's correlation"
    st.caption(
        f"{what}, 95 % intervals over items and people. Learned from {card['answers']:,} answers of "
        f"“{plain(card['campaign'])}”. {plain(held_out_words(card))}"
    )


def _test(name: str, encoder: str, part: str, numbers: dict[str, Any]) -> dict[str, str]:
    choices = "single" in numbers["before"]
    key = "single" if choices else "spearman"
    counted = numbers["after"].get("questions") or numbers["after"].get("pairs")
    return {
        "tested on": TESTS[part],
        f"{encoder} before": interval(read_estimate(numbers["before"][key]), choices),
        f"tuned:{name}": interval(read_estimate(numbers["after"][key]), choices),
        "questions": f"{counted:,}",
    }


def _curve(card: dict[str, Any]) -> None:
    points = card["curve"]
    curve = Curve(*([point[key] for point in points] for key in ("answers", "value", "low", "high")))
    before = card["tests"][card["curve_of"]]["before"]
    marks = [Mark("before", (before.get("single") or before.get("spearman"))[0], GREY, "dot")]
    if card["ceiling"]["one"] is not None:
        marks.append(Mark("one person", card["ceiling"]["one"], GREEN))
    figure = learning_figure({TESTS[card["curve_of"]]: curve}, marks, "held-out answers given")
    st.plotly_chart(figure, width="stretch", key="agreement.curve")
    st.caption(
        "Learning curve: the same head learned from a random part of the answers, tested on the same questions. "
        "One person: how often a single person gives the majority's answer."
    )
