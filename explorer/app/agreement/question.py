"""One question: its items, what people said, and the similarities of every model."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.agreement.view import Context
from explorer.app.agreement.words import signed
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.base.arrays import Doubles, Rows
from explorer.features.judgments.agreement.candidates import Candidate
from explorer.features.judgments.agreement.service import similarity
from explorer.features.judgments.agreement.similarity import triple_similarities
from explorer.features.judgments.questions import Choices, Ratings

OPENED = "agreement.opened"


def show_choice(context: Context, asked: Choices, question: int, usable: list[Candidate]) -> None:
    """A question about three items: the votes, and which item each of the models `usable` chooses."""
    rows, votes = asked.items[question], asked.votes[question]
    odd = asked.task == "odd_one_out"
    _gallery(context, rows)
    ids = [str(context.opened.dataset.ids[row]) for row in rows]
    lines = [{"": "people", **_cells(ids, votes / votes.sum(), "{:.0%}", odd), "answer": _answer(ids, votes, odd)}]
    for one in usable:
        opposite = triple_similarities(similarity(context.opened, context.asking, one.key), rows[None])[0]
        shown = opposite if odd else np.array([np.nan, opposite[2], opposite[1]])
        lines.append({"": one.label, **_cells(ids, shown, "{:.3f}", odd), "answer": _answer(ids, shown, odd)})
    st.dataframe(pd.DataFrame(lines), hide_index=True, key="agreement.question", width="stretch")
    answers = f"{votes.sum():.0f} {'answer' if votes.sum() == 1 else 'answers'}"
    if odd:
        st.caption(
            f"People: share of {answers} that call this item the odd one. "
            "Models: similarity of the other two; the odd one is where it is highest."
        )
    else:
        st.caption(
            f"The first item, {plain(ids[0])}, is the reference. People: share of {answers} that "
            "find this item more like it. Models: similarity to the reference."
        )


def show_rating(context: Context, asked: Ratings, question: int, usable: list[Candidate], gap: float) -> None:
    """A pair of items: the mean rating and each model's similarity, with their ranks among all pairs."""
    _gallery(context, asked.pairs[question])
    values = asked.value[asked.question == question]
    place = (asked.mean < asked.mean[question]).mean()
    lines = [{"": "people (mean)", "value": signed(f"{values.mean():.3f}"), "rank among pairs": f"{place:.0%}"}]
    for one in usable:
        modelled = similarity(context.opened, context.asking, one.key)(asked.pairs[:, 0], asked.pairs[:, 1])
        value = modelled[question]
        rank = (modelled[np.isfinite(modelled)] < value).mean()
        lines.append({"": one.label, "value": signed(f"{value:.3f}"), "rank among pairs": f"{rank:.0%}"})
    st.dataframe(pd.DataFrame(lines), hide_index=True, key="agreement.question", width="stretch")
    more = "less" if gap < 0 else "more"
    low, high = (signed(f"{value:.3g}") for value in (values.min(), values.max()))
    st.caption(
        f"{len(values)} ratings from {low} to {high}. Rank: share of the {len(asked.pairs):,} pairs that are less "
        f"alike. The model finds this pair {more} alike than people do."
    )


def _cells(ids: list[str], values: Doubles, form: str, odd: bool) -> dict[str, str]:
    """A column an item, of a triplet without the reference, which has no number of its own."""
    return {
        name: signed(form.format(value)) if np.isfinite(value) else "–"
        for place, (name, value) in enumerate(zip(ids, values, strict=True))
        if odd or place
    }


def _answer(ids: list[str], values: Doubles, odd: bool) -> str:
    shown = values if odd else np.where(np.arange(3) == 0, np.nan, values)
    if not np.isfinite(shown[0 if odd else 1 :]).all():
        return "–"
    best = np.flatnonzero(shown == np.nanmax(shown))
    return ids[int(best[0])] if len(best) == 1 else "undecided"


def _gallery(context: Context, rows: Rows) -> None:
    cards = Cards(rows, ranked=False)
    gallery(context.opened, cards, "agreement.items", _open_item, label="The question", card=180)


def _open_item(action: str, item: str) -> None:
    st.session_state[OPENED] = item
