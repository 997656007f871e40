"""What the Agreement page shows, as a value, and its form in the address."""

from dataclasses import dataclass

import streamlit as st

from explorer.app.frame.page import keep_in_url

TABS = {
    "people": "People with each other",
    "models": "Models against people",
    "disagreements": "Disagreements",
    "learn": "Learn from people",
}
MOST_MODELS = 12


@dataclass(frozen=True)
class View:
    """campaign: its name. tab: one of TABS. models: keys of sources, () for the usual ones. least: share of the checks
    that a person must pass. question: place in the list of disagreements. against: the model they are disagreements of.
    """

    campaign: str
    tab: str
    models: tuple[str, ...]
    least: float
    question: int
    against: str


def read_view() -> View:
    """The view that the address asks for; what cannot be used is left out."""
    params = st.query_params
    tab = params.get("tab", "people")
    return View(
        params.get("campaign", ""),
        tab if tab in TABS else "people",
        tuple(dict.fromkeys(params.get_all("vs")))[:MOST_MODELS],
        min(_number(params.get("pass", "")), 1.0),
        int(_number(params.get("question", ""))),
        params.get("against", ""),
    )


def change(**values: str | list[str]) -> None:
    """Write parts of the view to the address; "" and [] take a part out."""
    for name, value in values.items():
        if isinstance(value, str):
            keep_in_url(name, value)
        elif value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e6 else 0.0
