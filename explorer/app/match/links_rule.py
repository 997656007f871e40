"""How scored pairs become links: the way, the least score, and the numbers of the ways."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from explorer.app.match.view import ADDRESS, Context
from explorer.features.match.assigning import WAYS, Rule
from explorer.features.match.service import Matched

HELP = (
    "**Best of each**: every left thing is linked to the right one of the highest score. **Mutual best**: only where "
    "it is the best of both. **About n matches each**: all pairs from the score on that gives so many. **One to one**: "
    "the links of the greatest total score, each thing once; a pair below the least score stays apart. **Many to "
    "many**: all pairs."
)


def rule_fields(context: Context, matched: Matched) -> Rule:
    """Draw the fields; the rule that they say."""
    view, same = context.view, matched.task.same
    ways = [way for way in WAYS if not (same and way == "one")]
    way = view.links_way if view.links_way in ways else ways[0]
    _field("way", way)
    st.selectbox(
        "Links",
        ways,
        key="match.links.way",
        width=200,
        format_func=lambda name: WAYS[name],
        help=HELP,
        on_change=_change("way", str),
    )
    _least(view.links_from, matched)
    if way == "about":
        _about(float(view.links_about))
    if way == "one":
        _copies(view.links_copies)
    return Rule(way=way, threshold=view.links_from, about=view.links_about or 1.0, copies=view.links_copies)


def _about(now: float) -> None:
    _field("about", now)
    st.number_input(
        "Matches each",
        0.01,
        1000.0,
        step=0.25,
        format="%g",
        key="match.links.about",
        width=130,
        on_change=_change("about", float),
    )


def _copies(now: int) -> None:
    _field("copies", now)
    st.number_input(
        "Copies",
        1,
        100,
        key="match.links.copies",
        width=110,
        on_change=_change("copies", int),
        help="How often a right thing may be linked.",
    )


def _least(now: float | None, matched: Matched) -> None:
    """The least score of a link; empty for no bound."""
    scores = matched.pairs.scores
    low, high = (float(scores.min()), float(scores.max())) if len(scores) else (0.0, 1.0)
    _field("from", now)
    st.number_input(
        "From this score on",
        value=None,
        step=float(10 ** np.floor(np.log10(max(high - low, 1e-3) / 10))),
        format="%.3f",
        key="match.links.from",
        width=170,
        placeholder="no bound",
        help=f"Scores here go from {low:.3f} to {high:.3f}.",
        on_change=_change("from", lambda value: None if value is None else round(float(value), 6)),
    )


def _field(name: str, now: object) -> None:
    st.session_state[f"match.links.{name}"] = now


def _change(name: str, read: Callable[..., object]) -> Callable[[], None]:
    """Put the value of a field into the address."""

    def change() -> None:
        ADDRESS.change(**{f"links_{name}": read(st.session_state[f"match.links.{name}"])})

    return change
