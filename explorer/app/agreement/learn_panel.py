"""Models that learn from people: start one, watch it, and see how it does on other people and new items."""

import re
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.agreement.answers import Asking, judged
from explorer.app.agreement.groups_panel import groups_panel
from explorer.app.agreement.models_panel import interval
from explorer.app.agreement.reward_panel import reward_panel
from explorer.app.agreement.state import View
from explorer.app.frame import theme
from explorer.app.frame.jobs import running, start_job
from explorer.app.frame.training_panel import training_panel
from explorer.base.errors import ExplorerError
from explorer.features.judgments.agreement.scores import Score
from explorer.features.judgments.figures import GREEN, GREY, Line, learning_figure
from explorer.features.judgments.learning.judged import KINDS, LOSSES
from explorer.features.judgments.learning.tuning import TESTS
from explorer.heads.head import list_heads, read_head

HEADS = {"projection": "linear: one matrix", "mlp": "small network: one hidden layer"}
FITS = {"logistic": "logistic", "crowd_kernel": "crowd kernel", "soft_ordinal": "soft ordinal"}
LOSS_WORDS = {"triplet": "two-sided triplets (SIRL)", "logistic": "logistic"}


def learn_panel(asking: Asking, view: View) -> None:
    """The controls, the results so far, and the other ways to learn."""
    st.write(
        "A small change of a model's vectors is learned from the answers, so that it finds alike what people find "
        "alike, also for items that nobody was asked about. The result is a model like any other: choose it in the "
        "sidebar on every page."
    )
    name = _start(asking, view)
    training_panel(asking.workspace, name, "share of held-out answers")
    _results(asking)
    st.divider()
    _places(asking)
    st.divider()
    groups_panel(asking)
    st.divider()
    reward_panel(asking)


def _start(asking: Asking, view: View) -> str:
    specs = [spec for spec in asking.workspace.encoders() if not spec.startswith(("tuned:", "precomputed:"))]
    if not specs:
        st.info("Only models that can look at new items can learn. Prepare one on the home page.")
        return "people"
    default = re.sub(r"[^\w .()-]+", " ", f"people {view.campaign or judged(asking).campaign}").strip()[:60]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spec = st.selectbox("Start from", specs, key="agreement.learn.model", width=260)
        name = st.text_input("Name of the result", default, key="agreement.learn.name", width=260, max_chars=60)
        kind = st.selectbox("Change", KINDS, format_func=HEADS.__getitem__, key="agreement.learn.kind", width=250)
        loss = st.selectbox("Loss", LOSSES, format_func=LOSS_WORDS.__getitem__, key="agreement.learn.loss", width=220)
        if st.button(
            "Learn", type="primary", icon=":material/school:", key="agreement.learn", disabled=running(asking.workspace)
        ):
            args = ["judgments", "tune", asking.path, asking.campaign, "--model", spec, "--name", name]
            args += ["--head", kind, "--loss", loss, "--least", f"{asking.least:g}"]
            start_job(asking.workspace.path, args, f"Learn {name} from people")
    st.caption(
        "Before it learns, a fifth of the items and half of the people are set aside; the scores below are on their "
        "answers only. It stops when questions about yet other items no longer get better."
    )
    return name or "people"


def _results(asking: Asking) -> None:
    found = [name for name in list_heads() if name in [*list_heads("projection"), *list_heads("mlp")]]
    cards = {}
    for name in found:
        try:
            card = read_head(name).card
        except ExplorerError:
            continue
        if card.get("made_from") == "judgments" and card.get("workspace") == asking.workspace.name:
            cards[name] = card | {"encoder": read_head(name).encoder}
    if not cards:
        st.caption("Nothing was learned from these people yet.")
        return
    name = st.selectbox("Learned so far", list(cards), key="agreement.learned", width=360)
    if name:
        _card(name, cards[name])


def _card(name: str, card: dict[str, Any]) -> None:
    rows = []
    for part, numbers in card["tests"].items():
        choices = "single" in numbers["before"]
        key = "single" if choices else "spearman"
        counted = numbers["after"].get("questions") or numbers["after"].get("pairs")
        rows.append(
            {
                "tested on": TESTS[part],
                f"{card['encoder']} before": interval(_score(numbers["before"][key]), choices),
                f"tuned:{name}": interval(_score(numbers["after"][key]), choices),
                "questions": f"{counted:,}",
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="agreement.learned.table", width="stretch")
    what = "Share of single answers given" if card["choices"] else "Spearman's correlation"
    st.caption(
        f"{what}, 95 % intervals over items and people. Learned from {card['answers']:,} answers of "
        f"“{theme.plain(card['campaign'])}”; {card['items_held_out']} items and {card['people_held_out']} people were "
        "held out."
    )
    if card["curve"]:
        _curve(card)


def _curve(card: dict[str, Any]) -> None:
    points = card["curve"]
    curve = tuple([point[key] for point in points] for key in ("answers", "value", "low", "high"))
    before = card["tests"][card["curve_of"]]["before"]
    lines = [Line("before", (before.get("single") or before.get("spearman"))[0], GREY, "dot")]
    if card["ceiling"]["one"] is not None:
        lines.append(Line("one person", card["ceiling"]["one"], GREEN))
    figure = learning_figure({TESTS[card["curve_of"]]: curve}, lines, "held-out answers given")  # type: ignore[dict-item]
    st.plotly_chart(figure, width="stretch", key="agreement.curve")
    st.caption(
        "Learning curve: the same head learned from a random part of the answers, tested on the same questions. "
        "One person: how often a single person gives the majority's answer."
    )


def _places(asking: Asking) -> None:
    st.markdown("**Places from answers alone**")
    st.write("Every item that people were asked about gets a place such that their answers agree with the distances.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        dim = st.number_input("Dimensions", 1, 32, 4, key="agreement.places.dim", width=140)
        loss = st.selectbox(
            "Loss",
            list(FITS),
            key="agreement.places.loss",
            width=220,
            format_func=FITS.__getitem__,
            help="logistic: P(nearer) = sigmoid of the difference of squared distances. Crowd kernel: P = (µ + far²) / "
            "(2µ + near² + far²). Soft ordinal: a hinge on the distances that takes every answer for certain.",
        )
        if st.button("Place the items", key="agreement.places", icon=":material/scatter_plot:"):
            with st.spinner("Placing the items …"):
                st.session_state["agreement.places.said"] = _fitted(asking, int(dim), str(loss))
            st.rerun()
    said = st.session_state.get("agreement.places.said")
    if said:
        st.success(theme.plain(str(said)))


def _fitted(asking: Asking, dim: int, loss: str) -> str:
    from explorer.base.progress import Silent
    from explorer.features.judgments.learning.item_places import fit_places
    from explorer.workspace.preparing import prepare

    said = fit_places(asking.workspace, asking.campaign, dim, loss).split(" Next:")[0]
    prepare(asking.workspace, f"precomputed:people {asking.campaign}", method="pca", progress=Silent())
    return f"{said} It is in the list of models now, with a map."


def _score(values: list[float | None]) -> Score:
    value, low, high = (np.nan if one is None else one for one in values)
    return Score(value, low, high)
