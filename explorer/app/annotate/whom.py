"""The second step of the form: how people come in, what they read, what they are asked about themselves."""

import streamlit as st

from explorer.app.annotate.composing import ENTRIES, Draft, languages_of, words_of
from explorer.app.annotate.draft import bound
from explorer.app.annotate.person_fields import person_fields
from explorer.app.annotate.words_fields import words_fields
from explorer.features.judgments.settings import RESUME
from explorer.features.judgments.telling import COMING_BACK
from explorer.io.text import counted

ENTRY = {
    "all": "One link for all",
    "personal": "A link for each person",
    "recruited": "A recruiting service, such as Prolific",
}
ENTRY_HELP = (
    "A link for each person: nobody answers under another's name. A recruiting service: no name is asked for, "
    "PROLIFIC_PID, workerId and the like are kept from the link, and people are sent back at the end."
)


def whom_fields() -> None:
    """Draw the step."""
    entry = st.segmented_control(
        "How people come in",
        ENTRIES,
        key=bound("entry", "all", ENTRIES),
        required=True,
        format_func=ENTRY.__getitem__,
        help=ENTRY_HELP,
    )
    left, right = st.columns(2, gap="large")
    with left:
        _coming_in(str(entry))
    with right:
        _going(str(entry))
    with st.expander("Welcome, consent, debrief; other languages"):
        words_fields()
    with st.expander("Questions about the person, such as their age"):
        person_fields()


def whom_said(form: Draft) -> str:
    """The step in a line."""
    languages = languages_of(form)
    consent = any(words_of(form).get(one, {}).get("consent") for one in languages)
    parts = [
        ENTRY[form["entry"]].lower(),
        "with an invitation code" if form["code"].strip() and form["entry"] != "personal" else "",
        "consent" if consent else "no consent",
        f"{counted(int(form['fields']), 'question')} about the person" if form["fields"] else "",
        f"in {', '.join(languages)}" if languages != ["en"] else "",
        "completion" if form["completion"].strip() else "",
    ]
    return ", ".join(part for part in parts if part)


def _coming_in(entry: str) -> None:
    if entry != "personal":
        st.text_input(
            "Invitation code",
            key=bound("code", ""),
            placeholder="none",
            help="For people without the whole link: whoever types it can take part.",
        )
    if entry == "all":
        st.toggle("Ask for a name", key=bound("ask_name", True), help="A label and nothing more; any name will do.")
    resume = st.selectbox(
        "Who comes back after half an hour or more",
        RESUME,
        format_func=COMING_BACK.__getitem__,
        key=bound("resume", "resume", RESUME),
    )
    if resume == "resume":
        st.number_input(
            "… for at most so many hours",
            min_value=0.0,
            max_value=10_000.0,
            step=24.0,
            format="%g",
            key=bound("age", 0.0),
            help="After that they start over; 0 for no limit.",
        )


def _going(entry: str) -> None:
    st.text_input(
        "At the end: a completion code, or an address to go back to",
        key=bound("completion", ""),
        placeholder="https://app.prolific.com/submissions/complete?cc=…" if entry == "recruited" else "none",
        help="An address begins with https; {PROLIFIC_PID} and the like in it are filled in from the link.",
    )
    st.text_input(
        "Further parameters to keep from the link",
        key=bound("parameters", ""),
        placeholder="none; for example: cohort, site",
        help="PROLIFIC_PID, STUDY_ID, SESSION_ID, workerId, assignmentId, hitId and participant are kept anyway.",
    )
