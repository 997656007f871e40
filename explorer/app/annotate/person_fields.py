"""Questions about the person, in the form of a campaign: one block a question, added and removed."""

import streamlit as st

from explorer.app.annotate.composing import FIELD_PARTS, filled, key_of
from explorer.app.annotate.draft import bound, draft, put, sync
from explorer.features.judgments.study import FIELD_KINDS, MOST_FIELDS, WHEN, Field

KINDS = {"choice": "one of several", "number": "a number", "text": "words", "scale": "a scale"}
WHENS = {"before": "before the questions", "after": "after them"}
PLAIN = Field(key="", label="")


def person_fields() -> None:
    """Draw the questions that there are, and a button for one more."""
    count = int(filled(draft())["fields"])
    for number in range(count):
        with st.container(border=True):
            _one(number)
    if count < MOST_FIELDS:
        st.button("Add a question", key="field_add", icon=":material/add:", on_click=_add)


def _one(number: int) -> None:
    name = f"field.{number}."
    left, right = st.columns([2, 1])
    with left:
        label = st.text_input("What is asked", key=bound(name + "label", ""), placeholder="How old are you?")
    with right:
        kind = st.selectbox(
            "Answered by",
            FIELD_KINDS,
            key=bound(name + "kind", PLAIN.kind, FIELD_KINDS),
            format_func=KINDS.__getitem__,
        )
    if kind == "choice":
        st.text_area("Options, one a line", key=bound(name + "options", ""), height=96)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if kind in ("number", "scale"):
            st.number_input("From", key=bound(name + "low", PLAIN.low), format="%g", width=120)
            st.number_input("to", key=bound(name + "high", PLAIN.high), format="%g", width=120)
        st.selectbox(
            "Asked", WHEN, key=bound(name + "when", PLAIN.when, WHEN), format_func=WHENS.__getitem__, width=220
        )
        st.text_input(
            "Name in the data", key=bound(name + "key", ""), placeholder=key_of(label) if label else "age", width=180
        )
        st.toggle("Needed", key=bound(name + "required", True))
        st.button("Remove", key=f"field_remove_{number}", icon=":material/delete:", on_click=_remove, args=(number,))


def _add() -> None:
    sync()
    put(fields=int(filled(draft())["fields"]) + 1)


def _remove(number: int) -> None:
    """Take a question out, and move those behind it up."""
    sync()
    form = draft()
    count = int(form["fields"])
    for at in range(number, count):
        for part in FIELD_PARTS:
            later = f"field.{at + 1}.{part}"
            put(**{f"field.{at}.{part}": form[later]} if later in form else {})
            if later not in form:
                form.pop(f"field.{at}.{part}", None)
                st.session_state.pop(f"new_field.{at}.{part}", None)
    put(fields=count - 1)
